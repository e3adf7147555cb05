package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9113 §8.2 and §8.3: which fields make a message, and what HTTP/1.1 makes of it. */
class FieldRulesTest {
  private static final String GET = ":method: GET|:scheme: http|:path: /|:authority: a";

  private final HeadBuilder builder = new HeadBuilder(Blocks.LIMITS);

  private Reject request(String fields, boolean end, RequestHead head) {
    byte[] block = Blocks.plain(fields);
    builder.begin(head);
    assertThat(new HpackDecoder(4096).decode(block, 0, block.length, builder)).isTrue();
    return builder.finishRequest(end);
  }

  private Reject response(String fields, boolean headRequest, boolean end, ResponseHead head) {
    byte[] block = Blocks.plain(fields);
    builder.begin(head);
    assertThat(new HpackDecoder(4096).decode(block, 0, block.length, builder)).isTrue();
    return builder.finishResponse(headRequest, end);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "no method; :scheme: http|:path: /|:authority: a; BAD_PSEUDO_HEADER",
        "no scheme; :method: GET|:path: /|:authority: a; BAD_PSEUDO_HEADER",
        "no path; :method: GET|:scheme: http|:authority: a; BAD_PSEUDO_HEADER",
        "empty path; :method: GET|:scheme: http|:path:|:authority: a; BAD_PSEUDO_HEADER",
        "path without slash; :method: GET|:scheme: http|:path: a|:authority: a; BAD_PSEUDO_HEADER",
        "absolute; :method: GET|:scheme: http|:path: http://b/|:authority: a; BAD_PSEUDO_HEADER",
        "star for GET; :method: GET|:scheme: http|:path: *|:authority: a; BAD_TARGET",
        "fragment; :method: GET|:scheme: http|:path: /#x|:authority: a; BAD_TARGET",
        "dot segment; :method: GET|:scheme: http|:path: /a/../b|:authority: a; DOT_SEGMENT",
        "backslash; :method: GET|:scheme: http|:path: /a\\b|:authority: a; BAD_TARGET",
        "space in path; :method: GET|:scheme: http|:path: /a b|:authority: a; BAD_VERSION",
        "a version in the path; :method: GET|:scheme: http|:path: /a HTTP/1.1|:authority: a; "
            + "BAD_VERSION",
        "raw bytes in the path; :method: GET|:scheme: http|:path: /é|:authority: a; BAD_TARGET",
        "line in the path; :method: GET|:scheme: http|:path: /␍␊x: y|:authority: a; BARE_CR",
        "line in the method; :method: GET␊|:scheme: http|:path: /|:authority: a; BARE_LF",
        "target in the method; :method: GET /x|:scheme: http|:path: /|:authority: a; BAD_VERSION",
        "lower-case method; :method: get|:scheme: http|:path: /|:authority: a; BAD_METHOD",
        "no token for a method; :method: G(T|:scheme: http|:path: /|:authority: a; BAD_METHOD",
        "CONNECT; :method: CONNECT|:authority: a; CONNECT",
        "other scheme; :method: GET|:scheme: ftp|:path: /|:authority: a; BAD_TARGET",
        "no authority; :method: GET|:scheme: http|:path: /; MISSING_HOST",
        "empty authority; :method: GET|:scheme: http|:path: /|:authority:; BAD_PSEUDO_HEADER",
        "userinfo; :method: GET|:scheme: http|:path: /|:authority: u@a; BAD_HOST",
        "twice a method; :method: GET|" + GET + "; BAD_PSEUDO_HEADER",
        "twice a path; :path: /|" + GET + "; BAD_PSEUDO_HEADER",
        "late; :method: GET|:scheme: http|x: y|:path: /; BAD_PSEUDO_HEADER",
        "late, when all were there; " + GET + "|x: y|:authority: a; BAD_PSEUDO_HEADER",
        "unknown; " + GET + "|:test: x; BAD_PSEUDO_HEADER",
        "extended CONNECT; " + GET + "|:protocol: websocket; BAD_PSEUDO_HEADER",
        "a response's; " + GET + "|:status: 200; BAD_PSEUDO_HEADER",
        "upper case; " + GET + "|X-a: b; BAD_HEADER_NAME",
        "upper case inside; " + GET + "|x-A: b; BAD_HEADER_NAME",
        "empty name; " + GET + "|: b; BAD_HEADER_NAME",
        "space in a name; " + GET + "|x y: b; BAD_HEADER_NAME",
        "line in a name; " + GET + "|x␍␊y: b; BAD_HEADER_NAME",
        "name with underscores; " + GET + "|x_forwarded_for: b; BAD_HEADER_NAME",
        "CR in a value; " + GET + "|x: a␍b; BARE_CR",
        "LF in a value; " + GET + "|x: a␊b; BARE_LF",
        "NUL in a value; " + GET + "|x: a␀b; CONTROL_BYTE",
        "tab before a value; " + GET + "|x: ␉b; BAD_HEADER_VALUE",
        "space behind a value; " + GET + "|x: b␠; BAD_HEADER_VALUE",
        "connection; " + GET + "|connection: close; CONNECTION_HEADER",
        "keep-alive; " + GET + "|keep-alive: 1; CONNECTION_HEADER",
        "proxy-connection; " + GET + "|proxy-connection: close; CONNECTION_HEADER",
        "transfer-encoding; " + GET + "|transfer-encoding: chunked; CONNECTION_HEADER",
        "upgrade; " + GET + "|upgrade: websocket; CONNECTION_HEADER",
        "te; " + GET + "|te: trailers, deflate; CONNECTION_HEADER",
        "another host; " + GET + "|host: b; HOST_MISMATCH",
        "another port; " + GET + "|host: a:81; HOST_MISMATCH",
        "no host; " + GET + "|host: a/b; BAD_HOST",
        "two lengths; " + GET + "|content-length: 0|content-length: 0; DUPLICATE_CL",
        "no length; " + GET + "|content-length: +1; BAD_CL",
        "a body that is not there; " + GET + "|content-length: 1; BODY_CUT_SHORT",
        "expectation; " + GET + "|expect: magic; UNKNOWN_EXPECT",
      })
  void whatIsNoRequestIsRefusedByItsRule(String what, String fields, Reject rule) {
    assertThat(request(fields, true, new RequestHead(Blocks.LIMITS))).isEqualTo(rule);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        GET + "; GET / HTTP/1.1|host: a||",
        ":authority: a:80|:path: /x?y=z|:scheme: https|:method: PUT; "
            + "PUT /x?y=z HTTP/1.1|host: a:80||",
        GET + "|x: y|te: trailers; GET / HTTP/1.1|host: a|x: y|te: trailers||",
        GET + "|x: y|host: A:80|z:; GET / HTTP/1.1|host: a|x: y|z: ||",
        ":method: GET|:scheme: http|:path: /|x: y|host: b; GET / HTTP/1.1|x: y|host: b||",
        ":method: OPTIONS|:scheme: http|:path: *|:authority: a; OPTIONS * HTTP/1.1|host: a||",
        GET + "|cookie: a=b; GET / HTTP/1.1|host: a|cookie: a=b||",
      })
  void aRequestIsLaidOutAsHttp1(String fields, String lines) {
    RequestHead head = new RequestHead(Blocks.LIMITS);
    assertThat(request(fields, true, head)).isEqualTo(Reject.NONE);
    assertThat(Blocks.text(head)).isEqualTo(lines);
    assertThat(head.framing()).isEqualTo(Framing.NONE);
    assertThat(head.keepAlive()).isTrue();
  }

  @Test
  void crumbsOfACookieAreJoinedWhereverTheyStand() {
    RequestHead head = new RequestHead(Blocks.LIMITS);
    String fields = GET + "|x: y|cookie: a=b|cookie: c=d|z: w|cookie: long=" + "e".repeat(50);
    assertThat(request(fields + "|q: r|cookie:|cookie: f", true, head)).isEqualTo(Reject.NONE);
    String cookie = "cookie: a=b; c=d; long=" + "e".repeat(50) + "; f";
    assertThat(Blocks.text(head))
        .isEqualTo("GET / HTTP/1.1|host: a|x: y|" + cookie + "|z: w|q: r||");
    assertThat(Blocks.fields(head)).containsExactly("host: a", "x: y", cookie, "z: w", "q: r");
  }

  @Test
  void theBodysFramingFollowsFromLengthAndEndOfStream() {
    RequestHead head = new RequestHead(Blocks.LIMITS);
    assertThat(request(GET.replace("GET", "POST"), false, head)).isEqualTo(Reject.NONE);
    assertThat(head.framing()).isEqualTo(Framing.CHUNKED);
    assertThat(head.method()).isEqualTo(Method.POST);
    assertThat(request(GET + "|content-length: 5", false, head)).isEqualTo(Reject.NONE);
    assertThat(head.framing()).isEqualTo(Framing.LENGTH);
    assertThat(head.contentLength()).isEqualTo(5);
    assertThat(request(GET + "|content-length: 0", true, head)).isEqualTo(Reject.NONE);
    assertThat(head.framing()).isEqualTo(Framing.NONE);
  }

  @Test
  void aHeadIsBoundedInBytesAndFieldsButItsBlockIsReadToTheEnd() {
    RequestHead head = new RequestHead(Blocks.LIMITS);
    assertThat(request(GET + "|x: y".repeat(20), true, head)).isEqualTo(Reject.TOO_MANY_HEADERS);
    String large = "|x: " + "y".repeat(1500);
    assertThat(request(GET + large.repeat(3), true, head)).isEqualTo(Reject.HEAD_TOO_LARGE);
    assertThat(request(GET.replace(": /", ": /" + "p".repeat(600)), true, head))
        .isEqualTo(Reject.TARGET_TOO_LONG);

    HpackDecoder decoder = new HpackDecoder(4096);
    byte[] block = Blocks.hex("82 86 84 " + "40 01 78 01 79".repeat(30) + "40 01 7a 01 77");
    assertThat(Blocks.decode(decoder, block, builder, head)).isTrue();
    TrailerHead trailers = new TrailerHead(3);
    assertThat(Blocks.decode(decoder, Blocks.hex("be bf"), builder, trailers)).isTrue();
    assertThat(Blocks.text(trailers)).isEqualTo("z: w|x: y||");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "no status; x: y; BAD_PSEUDO_HEADER",
        "two statuses; :status: 200|:status: 200; BAD_PSEUDO_HEADER",
        "two digits; :status: 20; BAD_PSEUDO_HEADER",
        "a reason; :status: 200 OK; BAD_PSEUDO_HEADER",
        "no number; :status: 2x0; BAD_STATUS_LINE",
        "a class that does not exist; :status: 600; BAD_STATUS_LINE",
        "a request's; :status: 200|:path: /; BAD_PSEUDO_HEADER",
        "connection; :status: 200|connection: close; CONNECTION_HEADER",
        "switching; :status: 101|x: y; BAD_UPGRADE",
        "interim at the end; :status: 103; BAD_STATUS_LINE",
        "a body that is not there; :status: 200|content-length: 1; BODY_CUT_SHORT",
        "a body where none may be; :status: 204|content-length: 1; BODY_NOT_ALLOWED",
      })
  void whatIsNoResponseIsRefusedByItsRule(String what, String fields, Reject rule) {
    assertThat(response(fields, false, true, new ResponseHead(Blocks.LIMITS))).isEqualTo(rule);
  }

  @Test
  void aResponseIsLaidOutAsHttp1() {
    ResponseHead head = new ResponseHead(Blocks.LIMITS);
    assertThat(response(":status: 200|a: b", false, false, head)).isEqualTo(Reject.NONE);
    assertThat(Blocks.text(head)).isEqualTo("HTTP/1.1 200 |a: b||");
    assertThat(head.framing()).isEqualTo(Framing.CHUNKED);
    assertThat(head.keepAlive()).isTrue();
    assertThat(response(":status: 200|content-length: 7", true, true, head)).isEqualTo(Reject.NONE);
    assertThat(head.framing()).isEqualTo(Framing.NONE);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "fine; grpc-status: 0; NONE",
        "a pseudo-header; :path: /; BAD_PSEUDO_HEADER",
        "connection; connection: x; CONNECTION_HEADER",
        "upper case; A: b; BAD_HEADER_NAME",
      })
  void trailersAreFieldsOnly(String what, String fields, Reject rule) {
    byte[] block = Blocks.plain(fields);
    builder.begin(new TrailerHead(5));
    assertThat(new HpackDecoder(4096).decode(block, 0, block.length, builder)).isTrue();
    assertThat(builder.finishTrailers()).isEqualTo(rule);
  }

  @Test
  void aHeadThatIsRefusedEarlyHoldsNothingOfTheOneBefore() {
    RequestHead head = new RequestHead(Blocks.LIMITS);
    assertThat(request(GET.replace("GET", "HEAD") + "|x: y", true, head)).isEqualTo(Reject.NONE);
    assertThat(request(":method: POST|X: y", true, head)).isEqualTo(Reject.BAD_HEADER_NAME);
    assertThat(head.method()).isEqualTo(Method.OTHER);
    assertThat(head.headerCount()).isZero();
    head.release();
    assertThat(head.bytes()).isEmpty();
  }
}

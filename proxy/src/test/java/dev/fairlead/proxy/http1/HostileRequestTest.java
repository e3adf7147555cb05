package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule for a request's head, as a sentence and the head that breaks (or just keeps) it. */
class HostileRequestTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '`',
      value = {
        "Content-Length with Transfer-Encoding → POST / HTTP/1.1|Host: a|Content-Length: 1|Transfer-Encoding: chunked|| → CL_AND_TE",
        "two different lengths → POST / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 2|| → DUPLICATE_CL",
        "one length twice → POST / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 1|| → DUPLICATE_CL",
        "lengths in a list → POST / HTTP/1.1|Host: a|Content-Length: 1, 1|| → BAD_CL",
        "a length with plus → POST / HTTP/1.1|Host: a|Content-Length: +1|| → BAD_CL",
        "a negative length → POST / HTTP/1.1|Host: a|Content-Length: -48|| → BAD_CL",
        "a hexadecimal length → POST / HTTP/1.1|Host: a|Content-Length: 0x10|| → BAD_CL",
        "a length with a leading zero → POST / HTTP/1.1|Host: a|Content-Length: 010|| → BAD_CL",
        "a length with a letter → POST / HTTP/1.1|Host: a|Content-Length: 1Z|| → BAD_CL",
        "an empty length → POST / HTTP/1.1|Host: a|Content-Length:|| → BAD_CL",
        "a length of 20 digits → POST / HTTP/1.1|Host: a|Content-Length: 10000000000000000000|| → BAD_CL",
        "TE with a comma before → POST / HTTP/1.1|Host: a|Transfer-Encoding: ,chunked|| → BAD_TE",
        "TE with a comma behind → POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked,|| → BAD_TE",
        "TE xchunked → POST / HTTP/1.1|Host: a|Transfer-Encoding: xchunked|| → UNKNOWN_TE",
        "TE gzip then chunked → POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked|| → UNKNOWN_TE",
        "TE identity → POST / HTTP/1.1|Host: a|Transfer-Encoding: identity|| → UNKNOWN_TE",
        "TE chunked then identity → POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, identity|| → BAD_TE",
        "TE empty → POST / HTTP/1.1|Host: a|Transfer-Encoding:|| → BAD_TE",
        "TE quoted → POST / HTTP/1.1|Host: a|Transfer-Encoding: \"chunked\"|| → BAD_TE",
        "TE with a parameter → POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked;a=b|| → BAD_TE",
        "TE with vertical tab → POST / HTTP/1.1|Host: a|Transfer-Encoding: ␋chunked|| → CONTROL_BYTE",
        "two TE lines → POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked|| → DUPLICATE_TE",
        "a TE name split by a fold → POST / HTTP/1.1|Host: a|Transfer-|  Encoding: chunked|| → NO_COLON",
        "TE in HTTP/1.0 → POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked|| → TE_IN_1_0",
        "a bare LF behind the request line → GET / HTTP/1.1␊Host: a|| → BARE_LF",
        "a bare LF behind a header → GET / HTTP/1.1|Host: a␊|| → BARE_LF",
        "only bare LFs → GET / HTTP/1.1␊Host: a␊␊ → BARE_LF",
        "a bare LF as the empty line → GET / HTTP/1.1|Host: a|␊ → BARE_LF",
        "a bare CR in a value → GET / HTTP/1.1|Host: a|X: a␍b|| → BARE_CR",
        "a bare CR in a name → GET / HTTP/1.1|Host: a|X␍Y: a|| → BARE_CR",
        "a bare CR in the target → GET /␍x HTTP/1.1|Host: a|| → BARE_CR",
        "CR CR LF → GET / HTTP/1.1|Host: a␍|| → BARE_CR",
        "NUL in a value → GET / HTTP/1.1|Host: a|X: a␀b|| → CONTROL_BYTE",
        "NUL in a name → GET / HTTP/1.1|Host: a|X␀: a|| → CONTROL_BYTE",
        "DEL in a value → GET / HTTP/1.1|Host: a|X: \u007f|| → CONTROL_BYTE",
        "space before the colon → GET / HTTP/1.1|Host: a|X : a|| → SPACE_BEFORE_COLON",
        "tab before the colon → GET / HTTP/1.1|Host: a|X␉: a|| → SPACE_BEFORE_COLON",
        "folding with space → GET / HTTP/1.1|Host: a|X: a| b|| → OBS_FOLD",
        "folding with tab → GET / HTTP/1.1|Host: a|X: a|␉b|| → OBS_FOLD",
        "space before the first header → GET / HTTP/1.1| Host: a|| → OBS_FOLD",
        "an empty name → GET / HTTP/1.1|Host: a|: a|| → BAD_HEADER_NAME",
        "a line without a colon → GET / HTTP/1.1|Host: a|X|| → NO_COLON",
        "a name with a space → GET / HTTP/1.1|Host: a|X Y: a|| → BAD_HEADER_NAME",
        "a name in parentheses → GET / HTTP/1.1|Host: a|(X): a|| → BAD_HEADER_NAME",
        "a name beyond ASCII → GET / HTTP/1.1|Host: a|X\u00e9: a|| → BAD_HEADER_NAME",
        "a method that is no token → G@T / HTTP/1.1|Host: a|| → BAD_METHOD",
        "an empty method → ` / HTTP/1.1|Host: a||` → BAD_METHOD",
        "a method of 33 letters → ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1|Host: a|| → BAD_METHOD",
        "CONNECT → CONNECT a:443 HTTP/1.1|Host: a:443|| → CONNECT",
        "a version of 2 → GET / HTTP/2.0|Host: a|| → UNSUPPORTED_VERSION",
        "a version of 1.2 → GET / HTTP/1.2|Host: a|| → UNSUPPORTED_VERSION",
        "a version of 0.9 → GET / HTTP/0.9|Host: a|| → UNSUPPORTED_VERSION",
        "a version in lower case → GET / http/1.1|Host: a|| → BAD_VERSION",
        "a version with two digits → GET / HTTP/1.10|Host: a|| → BAD_VERSION",
        "a space behind the version → GET / HTTP/1.1 |Host: a|| → BAD_VERSION",
        "no version → GET /|Host: a|| → BAD_REQUEST_LINE",
        "two spaces → GET  / HTTP/1.1|Host: a|| → BAD_TARGET",
        "a space in the target → GET /a b HTTP/1.1|Host: a|| → BAD_VERSION",
        "a target without slash → GET admin HTTP/1.1|Host: a|| → BAD_TARGET",
        "a fragment → GET /a#b HTTP/1.1|Host: a|| → BAD_TARGET",
        "a target beyond ASCII → GET /\u00e9 HTTP/1.1|Host: a|| → BAD_TARGET",
        "a control byte in the target → GET /\u0001 HTTP/1.1|Host: a|| → BAD_TARGET",
        "an asterisk for GET → GET * HTTP/1.1|Host: a|| → BAD_TARGET",
        "an asterisk and more → OPTIONS */a HTTP/1.1|Host: a|| → BAD_TARGET",
        "another scheme → GET ftp://a/ HTTP/1.1|Host: a|| → BAD_TARGET",
        "userinfo in an absolute target → GET http://u@a/ HTTP/1.1|Host: a|| → BAD_TARGET",
        "an absolute target without host → GET http:///x HTTP/1.1|Host: a|| → BAD_TARGET",
        "an absolute target elsewhere → GET http://b/ HTTP/1.1|Host: a|| → HOST_MISMATCH",
        "an absolute target on another port → GET http://a:81/ HTTP/1.1|Host: a|| → HOST_MISMATCH",
        "dot segments → GET /a/../b HTTP/1.1|Host: a|| → DOT_SEGMENT",
        "a dot segment at the end → GET /a/.. HTTP/1.1|Host: a|| → DOT_SEGMENT",
        "a single dot → GET /./a HTTP/1.1|Host: a|| → DOT_SEGMENT",
        "encoded dots → GET /a/%2e%2E/b HTTP/1.1|Host: a|| → DOT_SEGMENT",
        "dots behind an encoded slash → GET /a%2f..%2fb HTTP/1.1|Host: a|| → DOT_SEGMENT",
        "dots with parameters → GET /a/..;x/b HTTP/1.1|Host: a|| → DOT_SEGMENT",
        "a backslash in the path → GET /a\\..\\b HTTP/1.1|Host: a|| → BAD_TARGET",
        "an encoded NUL → GET /a%00 HTTP/1.1|Host: a|| → BAD_TARGET",
        "broken percent-encoding → GET /a%2 HTTP/1.1|Host: a|| → BAD_TARGET",
        "no Host → GET / HTTP/1.1|X: a|| → MISSING_HOST",
        "no header at all → GET / HTTP/1.1|| → MISSING_HOST",
        "no Host in HTTP/1.0 → GET / HTTP/1.0|| → MISSING_HOST",
        "two Hosts → GET / HTTP/1.1|Host: a|Host: a|| → DUPLICATE_HOST",
        "an empty Host → GET / HTTP/1.1|Host:|| → BAD_HOST",
        "Host with userinfo → GET / HTTP/1.1|Host: u@a|| → BAD_HOST",
        "Host with a path → GET / HTTP/1.1|Host: a/b|| → BAD_HOST",
        "Host as a list → GET / HTTP/1.1|Host: a, b|| → BAD_HOST",
        "Host with a space → GET / HTTP/1.1|Host: a b|| → BAD_HOST",
        "Host with an empty port → GET / HTTP/1.1|Host: a:|| → BAD_HOST",
        "Host with a port too large → GET / HTTP/1.1|Host: a:65536|| → BAD_HOST",
        "Host with an empty label → GET / HTTP/1.1|Host: a..b|| → BAD_HOST",
        "Host with an open bracket → GET / HTTP/1.1|Host: [::1|| → BAD_HOST",
        "an unknown Expect → GET / HTTP/1.1|Host: a|Expect: 200-ok|| → UNKNOWN_EXPECT",
        "two empty lines before the request → ||GET / HTTP/1.1|Host: a|| → EMPTY_REQUEST_LINE",
        "an empty line before the request is skipped → |GET / HTTP/1.1|Host: a|| → NONE",
        "an asterisk for OPTIONS → OPTIONS * HTTP/1.1|Host: a|| → NONE",
        "an absolute target that agrees → GET HTTP://A:80/x HTTP/1.1|Host: a|| → NONE",
        "an absolute target without path → GET http://a?x HTTP/1.1|Host: a|| → NONE",
        "dots inside a name → GET /a..b/.x/...?a=/../ HTTP/1.1|Host: a|| → NONE",
        "an IPv6 Host → GET / HTTP/1.1|Host: [::1]:8080|| → NONE",
        "text beyond ASCII in a value → GET / HTTP/1.1|Host: a|X: \u00e9|| → NONE",
        "a known method in lower case → get / HTTP/1.1|Host: a|| → BAD_METHOD",
        "a known method in mixed case → Head / HTTP/1.1|Host: a|| → BAD_METHOD",
        "connect in lower case → connect a:443 HTTP/1.1|Host: a:443|| → CONNECT",
        "a length that CGI would see → POST / HTTP/1.1|Host: a|Content_Length: 5|| → BAD_HEADER_NAME",
        "a coding that CGI would see → POST / HTTP/1.1|Host: a|Transfer_Encoding: chunked|| → BAD_HEADER_NAME",
        "a client that CGI would see → GET / HTTP/1.1|Host: a|X_Forwarded-For: 1.1.1.1|| → BAD_HEADER_NAME",
        "a scheme that CGI would see → GET / HTTP/1.1|Host: a|X-Forwarded_Ssl: on|| → BAD_HEADER_NAME",
        "an underscore in another name → GET / HTTP/1.1|Host: a|X_Y: a|| → NONE",
        "a method of one's own → PURGE / HTTP/1.1|Host: a|| → NONE",
      })
  void judges(String sentence, String head, Reject rule) {
    RequestHead parsed = new RequestHead(Heads.LIMITS);
    assertThat(Heads.request(head, parsed)).as(sentence).isEqualTo(rule);
  }

  @Test
  void limitsAreHeld() {
    RequestHead head = new RequestHead(Heads.LIMITS);
    assertThat(Heads.request("GET /" + "a".repeat(511) + " HTTP/1.1|Host: a||", head))
        .isEqualTo(Reject.NONE);
    assertThat(Heads.request("GET /" + "a".repeat(512) + " HTTP/1.1|Host: a||", head))
        .isEqualTo(Reject.TARGET_TOO_LONG);
    assertThat(Heads.request("GET / HTTP/1.1|Host: a|" + "X: a|".repeat(19) + "|", head))
        .isEqualTo(Reject.NONE);
    assertThat(Heads.request("GET / HTTP/1.1|Host: a|" + "X: a|".repeat(20) + "|", head))
        .isEqualTo(Reject.TOO_MANY_HEADERS);
    assertThat(Heads.request("GET / HTTP/1.1|Host: a|X: " + "a".repeat(4096) + "||", head))
        .isEqualTo(Reject.HEAD_TOO_LARGE);
    byte[] line = Heads.bytes("GET /" + "a".repeat(600));
    assertThat(Heads.PARSER.oversize(line, 0, line.length, head)).isEqualTo(Reject.TARGET_TOO_LONG);
    byte[] lines = Heads.bytes("GET / HTTP/1.1|X: " + "a".repeat(4096));
    assertThat(Heads.PARSER.oversize(lines, 0, 4096, head)).isEqualTo(Reject.NONE);
    assertThat(Heads.PARSER.oversize(lines, 0, 4097, head)).isEqualTo(Reject.HEAD_TOO_LARGE);
  }

  @Test
  void whatConnectionNamesIsBounded() {
    RequestHead head = new RequestHead(Heads.LIMITS);
    String text = "GET / HTTP/1.1|Host: a|Connection: " + "x,".repeat(31) + "x|";
    assertThat(Heads.request(text + "|", head)).isEqualTo(Reject.NONE);
    assertThat(Heads.request(text + "Connection: close||", head))
        .as("over two lines")
        .isEqualTo(Reject.TOO_MANY_HEADERS);
  }
}

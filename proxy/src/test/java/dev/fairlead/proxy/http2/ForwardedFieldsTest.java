package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.HeadWriter;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.route.Action;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Match;
import dev.fairlead.route.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Over HTTP/2 a head goes on as it would over HTTP/1.1: the same fields, edits and rewrites. */
class ForwardedFieldsTest {
  private static final HeadLimits LIMITS = new HeadLimits(16 * 1024, 100, 1024);
  private static final String[] LINES = {
    "X-A: 1",
    "x-b:   two  ",
    "Cookie: c=d",
    "X-Forwarded-For: 198.51.100.7",
    "Forwarded: for=x",
    "X-Forwarded-Proto: ftp",
    "X-Forwarded-Host: h",
    "X-Real-Ip: 1",
    "X-Hop: hop",
    "Via: v",
    "Connection: close, x-hop",
    "Keep-Alive: 5",
    "Proxy-Authorization: p",
    "Upgrade: x",
    "Authorization: Basic x",
    "Accept-Encoding: gzip, deflate",
    "Date: d",
    "Set-Cookie: s=t",
    "Trailer: x-sum",
    "X-Empty:",
  };

  private final HeadFields fields = new HeadFields();
  private final HpackEncoder encoder = new HpackEncoder(false);
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private final HeadBuilder builder = new HeadBuilder(LIMITS);

  private static String lines(Random random) {
    StringBuilder lines = new StringBuilder();
    for (int n = random.nextInt(8); n > 0; n--) {
      lines.append(LINES[random.nextInt(LINES.length)]).append("\r\n");
    }
    return lines.append(random.nextBoolean() ? "Content-Length: 5\r\n\r\n" : "\r\n").toString();
  }

  private static CompiledEdits edits(Random random) {
    return switch (random.nextInt(4)) {
      case 0 ->
          CompiledEdits.of(
              new HeaderEdits(
                  List.of(new HeaderEdits.Header("X-A", "set")),
                  List.of(new HeaderEdits.Header("X-New", "added")),
                  List.of("via")));
      case 1 ->
          CompiledEdits.of(
              new HeaderEdits(
                  List.of(new HeaderEdits.Header("x-forwarded-for", "me")),
                  List.of(),
                  List.of("x-forwarded-proto")));
      default -> CompiledEdits.NONE;
    };
  }

  private static CompiledRewrite rewrite(Random random) {
    Rewrite to =
        switch (random.nextInt(3)) {
          case 0 -> new Rewrite(Optional.of("other:81"), new Rewrite.Path.ReplaceFull("/full"));
          case 1 -> new Rewrite(Optional.empty(), new Rewrite.Path.ReplaceFull(""));
          default -> Rewrite.NONE;
        };
    return CompiledRewrite.of(to, Match.ALL);
  }

  /** Fields in lower case; a cookie's crumbs count as the one line that they become. */
  private static List<String> normal(Head head) {
    List<String> normal = new ArrayList<>();
    StringBuilder cookie = new StringBuilder();
    for (int i = 0; i < head.headerCount(); i++) {
      String name = head.name(i).toLowerCase(Locale.ROOT);
      if (name.equals("cookie") && head instanceof RequestHead) {
        cookie.append(cookie.isEmpty() ? "" : "; ").append(head.value(i));
      } else if (!name.equals("host") && !name.equals("transfer-encoding")) {
        normal.add(name + ": " + head.value(i));
      }
    }
    normal.add("cookie: " + cookie);
    return normal;
  }

  @Test
  void aRequestGoesOnAsOverHttp1() {
    Random random = new Random(Blocks.seed());
    for (int round = 0; round < 5000; round++) {
      String as = "seed " + Blocks.seed() + " round " + round;
      byte[] bytes = Blocks.ascii("PUT /x?y HTTP/1.1\r\nHost: a:80\r\n" + lines(random));
      RequestHead head = new RequestHead(LIMITS);
      assertThat(new HeadParser(LIMITS).parseRequest(bytes, 0, bytes.length, head))
          .isEqualTo(Reject.NONE);
      CompiledEdits edits = edits(random);
      CompiledRewrite rewrite = rewrite(random);
      ClientInfo info = new ClientInfo("192.0.2.1", "https", random.nextBoolean());

      ByteBuf out = Unpooled.buffer();
      HeadWriter.request(out, head, rewrite, edits, info);
      RequestHead over1 = new RequestHead(LIMITS);
      new HeadParser(LIMITS).parseRequest(out.array(), 0, out.writerIndex(), over1);

      encoder.begin(0);
      fields.request(encoder, head, rewrite, edits, info);
      RequestHead over2 = new RequestHead(LIMITS);
      builder.begin(over2);
      assertThat(decoder.decode(encoder.bytes(), 0, encoder.end(), builder)).as(as).isTrue();
      assertThat(builder.finishRequest(false)).as(as).isEqualTo(Reject.NONE);

      assertThat(normal(over2)).as(as).isEqualTo(normal(over1));
      assertThat(over2.targetText()).as(as).isEqualTo(over1.targetText());
      assertThat(over2.authorityText()).as(as).isEqualTo(over1.authorityText());
      assertThat(over2.methodText()).as(as).isEqualTo("PUT");
    }
  }

  @Test
  void aResponseGoesOnAsOverHttp1() {
    Random random = new Random(Blocks.seed());
    RequestHead asked = new RequestHead(LIMITS);
    byte[] get = Blocks.ascii("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    new HeadParser(LIMITS).parseRequest(get, 0, get.length, asked);
    for (int round = 0; round < 5000; round++) {
      String as = "seed " + Blocks.seed() + " round " + round;
      int status = 200 + random.nextInt(300);
      byte[] bytes =
          Blocks.ascii("HTTP/1.1 " + status + " Fine\r\n" + lines(random).replace(": 5", ": 0"));
      ResponseHead head = new ResponseHead(LIMITS);
      assertThat(new HeadParser(LIMITS).parseResponse(bytes, 0, bytes.length, false, head))
          .isEqualTo(Reject.NONE);
      CompiledEdits edits = edits(random);

      ByteBuf out = Unpooled.buffer();
      HeadWriter.response(out, head, asked, Framing.NONE, edits, false);
      ResponseHead over1 = new ResponseHead(LIMITS);
      new HeadParser(LIMITS).parseResponse(out.array(), 0, out.writerIndex(), false, over1);

      encoder.begin(0);
      fields.response(encoder, head, edits);
      ResponseHead over2 = new ResponseHead(LIMITS);
      builder.begin(over2);
      assertThat(decoder.decode(encoder.bytes(), 0, encoder.end(), builder)).as(as).isTrue();
      assertThat(builder.finishResponse(false, true)).as(as).isEqualTo(Reject.NONE);
      assertThat(normal(over2)).as(as).isEqualTo(normal(over1));
      assertThat(over2.status()).as(as).isEqualTo(status);
    }
  }

  @Test
  void aRedirectNamesThePlace() {
    byte[] get = Blocks.ascii("GET /x?y HTTP/1.1\r\nHost: a\r\n\r\n");
    RequestHead asked = new RequestHead(LIMITS);
    new HeadParser(LIMITS).parseRequest(get, 0, get.length, asked);
    CompiledRedirect redirect =
        CompiledRedirect.of(
            new Action.Redirect(
                Optional.of("https"), Optional.empty(), Optional.empty(), Rewrite.NONE.path(), 301),
            Match.ALL,
            "http",
            80,
            CompiledEdits.NONE);
    encoder.begin(0);
    fields.redirect(encoder, redirect, asked);
    ResponseHead head = new ResponseHead(LIMITS);
    builder.begin(head);
    assertThat(decoder.decode(encoder.bytes(), 0, encoder.end(), builder)).isTrue();
    assertThat(builder.finishResponse(false, true)).isEqualTo(Reject.NONE);
    assertThat(Blocks.text(head))
        .isEqualTo("HTTP/1.1 301 |location: https://a/x?y|content-length: 0||");
  }
}

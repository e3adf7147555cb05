package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for any bytes; each failure names its seed. */
class CodecPropertiesTest {
  private static final String[] PIECES = {
    "GET",
    "POST",
    " ",
    "/",
    "/a",
    "..",
    "%2e",
    "?",
    "*",
    "http://a",
    " HTTP/1.1",
    "HTTP/1.0",
    "\r\n",
    "\r\n",
    "\r\n",
    "\n",
    "\r",
    "Host: a",
    "Content-Length: 5",
    "Transfer-Encoding: chunked",
    "Connection: x, close",
    "X: y",
    ":",
    "\t",
    "\u0000",
    "\u00ff",
    "5",
    "0",
    ";a=\"",
    "\\",
    "hello",
  };

  private static byte[] noise(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "GET / HTTP/1.1\r\nHost: a" : "");
    for (int pieces = random.nextInt(30); pieces > 0; pieces--) {
      text.append(
          random.nextInt(8) == 0
              ? String.valueOf((char) random.nextInt(256))
              : PIECES[random.nextInt(PIECES.length)]);
    }
    return Heads.bytes(text.toString());
  }

  @Test
  void noBytesMakeAParserThrowOrABodyGoOnForEver() {
    Random random = new Random(Heads.seed());
    RequestHead request = new RequestHead(Heads.LIMITS);
    ResponseHead response = new ResponseHead(Heads.LIMITS);
    int fine = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = noise(random);
      String seed = "seed " + Heads.seed() + " round " + round;
      int end = HeadParser.headEnd(bytes, 0, 0, bytes.length);
      int to = end < 0 ? bytes.length : end;
      try {
        Reject reject = Heads.PARSER.parseRequest(bytes, 0, to, request);
        fine += reject == Reject.NONE ? 1 : 0;
        assertThat(end >= 0 || reject != Reject.NONE).as(seed).isTrue();
        Heads.PARSER.parseResponse(bytes, 0, to, random.nextBoolean(), response);
        BodyReader body = new BodyReader();
        body.start(Framing.CHUNKED, -1);
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        int steps = 0;
        while (body.next(in) == BodyReader.Step.DATA) {
          in.skipBytes(body.dataLength());
          assertThat(++steps).as(seed).isLessThanOrEqualTo(bytes.length);
        }
      } catch (RuntimeException thrown) {
        throw new AssertionError(seed, thrown);
      }
    }
    assertThat(fine).as("rounds that parse, or this says nothing").isGreaterThan(100);
  }

  @Test
  void theEndOfAHeadIsFoundHoweverItArrives() {
    Random random = new Random(Heads.seed());
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = noise(random);
      int whole = HeadParser.headEnd(bytes, 0, 0, bytes.length);
      for (int split = 0; split <= bytes.length; split++) {
        int first = HeadParser.headEnd(bytes, 0, 0, split);
        int found = first >= 0 ? first : HeadParser.headEnd(bytes, 0, split, bytes.length);
        assertThat(found)
            .as("seed %d round %d split %d", Heads.seed(), round, split)
            .isEqualTo(whole);
      }
    }
  }

  @Test
  void aHeadMeansTheSameWhereverItStandsInItsArray() {
    String text = "POST /a?b=c HTTP/1.1|Host: a:80|X:\ty |Content-Length: 5|Connection: close||";
    byte[] plain = Heads.bytes(text);
    for (int offset = 0; offset < 20; offset++) {
      byte[] bytes = Heads.bytes("#".repeat(offset) + text + "hello");
      int end = HeadParser.headEnd(bytes, offset, offset, bytes.length);
      assertThat(end).isEqualTo(offset + plain.length);
      RequestHead head = new RequestHead(Heads.LIMITS);
      assertThat(Heads.PARSER.parseRequest(bytes, offset, end, head)).isEqualTo(Reject.NONE);
      assertThat(head.targetText()).isEqualTo("/a?b=c");
      assertThat(head.authorityText()).isEqualTo("a:80");
      assertThat(head.value(1)).isEqualTo("y");
      assertThat(head.framing()).isEqualTo(Framing.LENGTH);
      assertThat(head.contentLength()).isEqualTo(5);
      assertThat(head.keepAlive()).isFalse();
    }
  }

  @Test
  void aWrittenHeadParsesBackToTheSame() {
    Random random = new Random(Heads.seed());
    ClientInfo client = new ClientInfo("::1", "http", false);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder("POST /p");
      text.append(random.nextInt(100)).append(random.nextBoolean() ? "?q" : "");
      text.append(" HTTP/1.").append(random.nextBoolean() ? 1 : 0).append('|');
      int host = random.nextInt(4);
      for (int i = 0; i < 8; i++) {
        text.append(i == host ? "Host:a" : "x-" + random.nextInt(5) + ":");
        text.append(" ".repeat(i == host ? 0 : random.nextInt(3)));
        text.append(i == host ? "" : "v" + random.nextInt(9)).append(" ".repeat(random.nextInt(2)));
        text.append('|');
      }
      text.append(random.nextBoolean() ? "Connection: x-1|" : "").append("Content-Length: 7||");
      RequestHead sent = Heads.request(text.toString());
      ByteBuf out = Unpooled.buffer();
      HeadWriter.request(out, sent, CompiledRewrite.NONE, CompiledEdits.NONE, client);
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      RequestHead got = new RequestHead(Heads.LIMITS);
      String seed = "seed " + Heads.seed() + " round " + round;
      int end = HeadParser.headEnd(bytes, 0, 0, bytes.length);
      assertThat(end).as(seed).isEqualTo(bytes.length);
      assertThat(Heads.PARSER.parseRequest(bytes, 0, end, got)).as(seed).isEqualTo(Reject.NONE);
      assertThat(got.methodText()).isEqualTo(sent.methodText());
      assertThat(got.targetText()).as(seed).isEqualTo(sent.targetText());
      assertThat(got.framing()).isEqualTo(sent.framing());
      assertThat(got.contentLength()).isEqualTo(sent.contentLength());
      assertThat(endToEnd(got)).as(seed).isEqualTo(endToEnd(sent));
    }
  }

  private static List<String> endToEnd(RequestHead head) {
    List<String> headers = new ArrayList<>();
    for (int i = 0; i < head.headerCount(); i++) {
      if (!head.dropped(i) && !head.name(i).toLowerCase(Locale.ROOT).startsWith("x-forwarded-")) {
        headers.add(head.name(i) + "=" + head.value(i));
      }
    }
    return headers;
  }
}

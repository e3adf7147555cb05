package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyReaderTest {
  /** What a body came to: its data, its end or the rule that it broke, and what was left over. */
  private record Result(String data, BodyReader.Step last, Reject reject, int leftOver) {}

  private static Result read(BodyReader body, ByteBuf... parts) {
    StringBuilder data = new StringBuilder();
    BodyReader.Step step = BodyReader.Step.NEED_MORE;
    int left = 0;
    for (ByteBuf in : parts) {
      do {
        step = body.next(in);
        if (step == BodyReader.Step.DATA) {
          data.append(in.readCharSequence(body.dataLength(), StandardCharsets.ISO_8859_1));
        }
      } while (step == BodyReader.Step.DATA);
      left += in.readableBytes();
    }
    boolean rejected = step == BodyReader.Step.REJECTED;
    return new Result(data.toString(), step, body.reject(), rejected ? 0 : left);
  }

  private static Result chunked(byte[] bytes, int split) {
    BodyReader body = new BodyReader();
    body.start(Framing.CHUNKED, -1);
    return read(
        body,
        Unpooled.wrappedBuffer(bytes, 0, split),
        Unpooled.wrappedBuffer(bytes, split, bytes.length - split));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '`',
      value = {
        "chunks → 5|hello|1|!|0|| → hello! → NONE",
        "upper and lower hex with leading zeros → 00A|0123456789|0a|0123456789|0|| → 01234567890123456789 → NONE",
        "extensions are dropped → 1;a=b;c=\"x\\\"y\"|x|0;z|| → x → NONE",
        "trailers end the body → 1|x|0|A: b|Content-Length: 9|| → x → NONE",
        "an underscore in the size → 0_2e|x → `` → BAD_CHUNK_SIZE",
        "0x before the size → 0x5|hello → `` → BAD_CHUNK_SIZE",
        "a plus → +5|hello → `` → BAD_CHUNK_SIZE",
        "a minus → -5|hello → `` → BAD_CHUNK_SIZE",
        "a space behind the size → 5 |hello → `` → BAD_CHUNK_SIZE",
        "a space before the size → ` 5|hello` → `` → BAD_CHUNK_SIZE",
        "an empty size → |hello → `` → BAD_CHUNK_SIZE",
        "an extension without a size → ;a|hello → `` → BAD_CHUNK_SIZE",
        "17 digits → 00000000000000005|hello → `` → BAD_CHUNK_SIZE",
        "a size that would be negative → ffffffffffffffff|x → `` → BAD_CHUNK_SIZE",
        "a bare LF behind the size → 5␊hello → `` → BARE_LF",
        "a bare CR behind the size → 5␍xhello → `` → BARE_CR",
        "a bare LF in an extension → 5;a␊hello → `` → BAD_CHUNK_EXTENSION",
        "CR CR in an extension → 5;a␍␍␊hello → `` → BARE_CR",
        "a quoted CRLF in an extension → 5;a=\"|\"|hello → `` → BAD_CHUNK_EXTENSION",
        "an escaped CR in an extension → 5;a=\"\\|\"|hello → `` → BAD_CHUNK_EXTENSION",
        "CR CR behind a size after an extension → 1;a|x|5␍␍␊hello → x → BARE_CR",
        "a NUL behind the size → 5␀|hello → `` → BAD_CHUNK_SIZE",
        "a chunk larger than a long → 8000000000000000|x → `` → BAD_CHUNK_SIZE",
        "a bare CR as the last line → 0|␍␍␊|| → `` → BARE_CR",
        "NUL in an extension → 5;␀|hello → `` → BAD_CHUNK_EXTENSION",
        "data without CRLF → 5|hello0|| → hello → BAD_CHUNK_END",
        "data with a bare LF → 5|hello␊0|| → hello → BAD_CHUNK_END",
        "data longer than its size → 4|hello|0|| → hell → BAD_CHUNK_END",
        "a bare LF behind the last chunk → 0|␊ → `` → BARE_LF",
        "a folded trailer → 0|A: b| c|| → `` → OBS_FOLD",
        "a trailer with space before the colon → 0|A : b|| → `` → SPACE_BEFORE_COLON",
      })
  void judgesChunkedBodiesHoweverTheyArrive(
      String sentence, String text, String data, Reject rule) {
    byte[] bytes = Heads.bytes(text);
    for (int split = 0; split <= bytes.length; split++) {
      Result result = chunked(bytes, split);
      assertThat(result.data).as("%s, split at %d", sentence, split).isEqualTo(data);
      assertThat(result.reject).as("%s, split at %d", sentence, split).isEqualTo(rule);
      assertThat(result.last)
          .isEqualTo(rule == Reject.NONE ? BodyReader.Step.END : BodyReader.Step.REJECTED);
    }
  }

  @Test
  void extensionsAndTrailersHaveBounds() {
    String extended = "1;" + "a".repeat(1000) + "|x|";
    assertThat(chunked(Heads.bytes(extended.repeat(4) + "0||"), 7).reject).isEqualTo(Reject.NONE);
    assertThat(chunked(Heads.bytes(extended.repeat(5) + "0||"), 7).reject)
        .isEqualTo(Reject.CHUNK_EXTENSIONS_TOO_LONG);
    assertThat(chunked(Heads.bytes("0|A: " + "a".repeat(8192) + "||"), 7).reject)
        .isEqualTo(Reject.TRAILERS_TOO_LARGE);
    assertThat(chunked(Heads.bytes("0|" + "A: a|".repeat(33) + "|"), 7).reject)
        .isEqualTo(Reject.TOO_MANY_HEADERS);
  }

  @Test
  void aBodyCutShortIsNeverACleanEnd() {
    byte[] whole = Heads.bytes("5|hello|0|A: b||");
    for (int length = 0; length < whole.length; length++) {
      BodyReader body = new BodyReader();
      body.start(Framing.CHUNKED, -1);
      read(body, Unpooled.wrappedBuffer(whole, 0, length));
      assertThat(body.inputClosed()).as("cut at %d", length).isEqualTo(BodyReader.Step.REJECTED);
      assertThat(body.reject()).isEqualTo(Reject.BODY_CUT_SHORT);
    }
    BodyReader body = new BodyReader();
    body.start(Framing.LENGTH, 3);
    read(body, Unpooled.wrappedBuffer(Heads.bytes("ab")));
    assertThat(body.inputClosed()).isEqualTo(BodyReader.Step.REJECTED);
    body.start(Framing.UNTIL_CLOSE, -1);
    assertThat(read(body, Unpooled.wrappedBuffer(Heads.bytes("ab"))).data).isEqualTo("ab");
    assertThat(body.inputClosed()).isEqualTo(BodyReader.Step.END);
  }

  @Test
  void whatFollowsABodyIsLeft() {
    BodyReader body = new BodyReader();
    body.start(Framing.LENGTH, 3);
    assertThat(read(body, Unpooled.wrappedBuffer(Heads.bytes("abcGET"))))
        .isEqualTo(new Result("abc", BodyReader.Step.END, Reject.NONE, 3));
    body.start(Framing.CHUNKED, -1);
    assertThat(read(body, Unpooled.wrappedBuffer(Heads.bytes("1|a|0||GET"))))
        .isEqualTo(new Result("a", BodyReader.Step.END, Reject.NONE, 3));
    body.start(Framing.NONE, -1);
    assertThat(read(body, Unpooled.wrappedBuffer(Heads.bytes("GET"))))
        .isEqualTo(new Result("", BodyReader.Step.END, Reject.NONE, 3));
  }

  @Test
  void trailersThatFrameRouteOrAuthoriseAreDropped() {
    BodyReader body = new BodyReader();
    body.start(Framing.CHUNKED, -1);
    String trailers =
        "Server-Timing: a|Content-Length: 1|Transfer-Encoding: x|Host: h|Authorization: a"
            + "|Cookie: c|Set-Cookie: d|Content-Type: t|Connection: x|X-Forwarded-For: f|X-Forwarded-Prefix: g|Sum: 5||";
    read(body, Unpooled.wrappedBuffer(Heads.bytes("0|" + trailers)));
    ByteBuf out = Unpooled.buffer();
    ChunkWriter.lastChunk(out, body.trailers());
    assertThat(out.toString(StandardCharsets.ISO_8859_1))
        .isEqualTo("0\r\nServer-Timing: a\r\nSum: 5\r\n\r\n");
    body.start(Framing.CHUNKED, -1);
    read(body, Unpooled.wrappedBuffer(Heads.bytes("0||")));
    out.clear();
    ChunkWriter.lastChunk(out, body.trailers());
    assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("0\r\n\r\n");
  }

  @Test
  void whatIsWrittenInChunksIsReadBack() {
    Random random = new Random(Heads.seed());
    for (int round = 0; round < 300; round++) {
      ByteBuf wire = Unpooled.buffer();
      StringBuilder sent = new StringBuilder();
      for (int chunk = random.nextInt(6); chunk > 0; chunk--) {
        String data = "x".repeat(1 + random.nextInt(1 << random.nextInt(14)));
        sent.append(data);
        ChunkWriter.chunkStart(wire, data.length());
        wire.writeCharSequence(data, StandardCharsets.ISO_8859_1);
        ChunkWriter.chunkEnd(wire);
      }
      BodyReader body = new BodyReader();
      body.start(Framing.CHUNKED, -1);
      ChunkWriter.lastChunk(wire, body.trailers());
      assertThat(read(body, wire))
          .as("seed %d round %d", Heads.seed(), round)
          .isEqualTo(new Result(sent.toString(), BodyReader.Step.END, Reject.NONE, 0));
      assertThat(body.bytes()).isEqualTo(sent.length());
    }
  }

  @Test
  void aBodyMeansTheSameInAnyPieces() {
    String[] tokens = {
      "0", "1", "2;a=\"", "a", "\"", "|", "|", "|", "␊", "␍", "A: b", "x", "yy", ";", "\\", " "
    };
    Random random = new Random(Heads.seed());
    int ended = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int chunks = random.nextInt(3); chunks > 0; chunks--) {
        text.append(random.nextBoolean() ? "1|x|" : "2;e=\"q\"|yy|");
      }
      text.append(random.nextBoolean() ? "0|" : "");
      for (int i = random.nextInt(6); i > 0; i--) {
        text.append(tokens[random.nextInt(tokens.length)]);
      }
      byte[] bytes = Heads.bytes(text.toString() + "||");
      BodyReader body = new BodyReader();
      body.start(Framing.CHUNKED, -1);
      ByteBuf[] single = new ByteBuf[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        single[i] = Unpooled.wrappedBuffer(bytes, i, 1);
      }
      Result whole = chunked(bytes, bytes.length);
      ended += whole.last == BodyReader.Step.END ? 1 : 0;
      assertThat(read(body, single))
          .as("seed %d round %d: %s", Heads.seed(), round, text)
          .isEqualTo(whole);
    }
    assertThat(ended).as("bodies that end, or this says little").isGreaterThan(1000);
  }

  @Test
  void trailersLargeAndSmallFollowEachOther() {
    BodyReader body = new BodyReader();
    for (String trailer : new String[] {"a".repeat(4000), "b", "c".repeat(8000)}) {
      body.start(Framing.CHUNKED, -1);
      read(body, Unpooled.wrappedBuffer(Heads.bytes("0|Sum: " + trailer + "||")));
      ByteBuf out = Unpooled.buffer();
      ChunkWriter.lastChunk(out, body.trailers());
      assertThat(out.toString(StandardCharsets.ISO_8859_1))
          .isEqualTo("0\r\nSum: " + trailer + "\r\n\r\n");
    }
  }
}

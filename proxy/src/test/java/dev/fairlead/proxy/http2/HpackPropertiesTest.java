package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for any fields: encoder and decoder agree, with each other and with Netty's. */
class HpackPropertiesTest {
  private static final HeadLimits LIMITS = new HeadLimits(64 * 1024, 100, 1024);
  private static final String[] NAMES = {
    "accept",
    "content-type",
    "date",
    "x-a",
    "x-b",
    "x-request-id",
    "server",
    "etag",
    "a",
    "vary",
    "grpc-status",
    "x-long-name-that-nobody-else-has",
    "cookie",
    "authorization",
  };

  private final HeadBuilder builder = new HeadBuilder(LIMITS);

  private static List<String[]> fields(Random random) {
    List<String[]> fields = new ArrayList<>();
    for (int n = random.nextInt(12); n > 0; n--) {
      StringBuilder value = new StringBuilder();
      if (random.nextInt(3) == 0) {
        for (int length = random.nextInt(random.nextInt(8) == 0 ? 900 : 20); length > 0; length--) {
          // Latin-1 from '!' on, without DEL.
          char c = (char) ('!' + random.nextInt(223));
          value.append(c == 0x7f ? 'x' : c);
        }
      } else {
        value.append("value").append(random.nextInt(6));
      }
      fields.add(new String[] {NAMES[random.nextInt(NAMES.length)], value.toString()});
    }
    return fields;
  }

  private static void encode(HpackEncoder encoder, List<String[]> fields, boolean upperCase) {
    encoder.begin(0);
    for (String[] field : fields) {
      byte[] name = Blocks.ascii(field[0]);
      byte id =
          field[0].equals("cookie")
              ? KnownHeader.COOKIE
              : field[0].equals("authorization") ? KnownHeader.AUTHORIZATION : KnownHeader.OTHER;
      if (upperCase) {
        name[0] = (byte) Character.toUpperCase(name[0]);
      }
      encoder.field(id, name, Blocks.ascii(field[1]));
    }
  }

  private static List<String> lines(List<String[]> fields) {
    return fields.stream().map(field -> field[0] + ": " + field[1]).toList();
  }

  @Test
  void whatIsEncodedIsDecodedThroughAnyChangesOfTheTablesSize() {
    Random random = new Random(Blocks.seed());
    for (int connection = 0; connection < 200; connection++) {
      HpackEncoder encoder = new HpackEncoder(false);
      HpackDecoder decoder = new HpackDecoder(4096);
      for (int message = 0; message < 50; message++) {
        String as = "seed " + Blocks.seed() + " connection " + connection + " message " + message;
        for (int changes = random.nextInt(12) == 0 ? 1 + random.nextInt(2) : 0; changes > 0; ) {
          changes--;
          int size = random.nextInt(3) * random.nextInt(3000);
          decoder.limit(size);
          encoder.peerLimit(size);
        }
        List<String[]> fields = fields(random);
        encode(encoder, fields, random.nextBoolean());
        TrailerHead head = new TrailerHead(100);
        builder.begin(head);
        assertThat(decoder.decode(encoder.bytes(), 0, encoder.end(), builder)).as(as).isTrue();
        assertThat(builder.finishTrailers()).as(as).isEqualTo(Reject.NONE);
        assertThat(Blocks.fields(head)).as(as).isEqualTo(lines(fields));
        assertThat(decoder.table().size()).as(as).isEqualTo(encoder.table().size());
        assertThat(decoder.table().size()).as(as).isLessThanOrEqualTo(decoder.table().maxSize());
      }
    }
  }

  @Test
  void nettyReadsWhatWeWrite() throws Http2Exception {
    Random random = new Random(Blocks.seed());
    for (int connection = 0; connection < 100; connection++) {
      HpackEncoder encoder = new HpackEncoder(false);
      DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(false, 64 * 1024);
      for (int message = 0; message < 50; message++) {
        String as = "seed " + Blocks.seed() + " connection " + connection + " message " + message;
        List<String[]> fields = fields(random);
        encode(encoder, fields, random.nextBoolean());
        ByteBuf in = Unpooled.wrappedBuffer(encoder.bytes(), 0, encoder.end());
        assertThat(texts(netty.decodeHeaders(1, in)))
            .as(as)
            .containsExactlyInAnyOrderElementsOf(lines(fields));
      }
    }
  }

  @Test
  void weReadWhatNettyWrites() throws Http2Exception {
    Random random = new Random(Blocks.seed());
    for (int connection = 0; connection < 200; connection++) {
      boolean huffman = random.nextBoolean();
      DefaultHttp2HeadersEncoder netty =
          new DefaultHttp2HeadersEncoder(
              Http2HeadersEncoder.NEVER_SENSITIVE, true, 16, huffman ? 0 : Integer.MAX_VALUE);
      HpackDecoder decoder = new HpackDecoder(4096);
      if (random.nextBoolean()) {
        int size = random.nextInt(4096);
        netty.configuration().maxHeaderTableSize(size);
        decoder.limit(size);
      }
      for (int message = 0; message < 50; message++) {
        String as = "seed " + Blocks.seed() + " connection " + connection + " message " + message;
        List<String[]> fields = fields(random);
        Http2Headers headers = new DefaultHttp2Headers(false);
        fields.forEach(field -> headers.add(field[0], field[1]));
        ByteBuf out = Unpooled.buffer();
        netty.encodeHeaders(1, headers, out);
        byte[] block = Arrays.copyOf(out.array(), out.writerIndex());
        TrailerHead head = new TrailerHead(100);
        assertThat(Blocks.decode(decoder, block, builder, head)).as(as).isTrue();
        assertThat(Blocks.fields(head)).as(as).containsExactlyInAnyOrderElementsOf(lines(fields));
      }
    }
  }

  private static List<String> texts(Http2Headers headers) {
    List<String> texts = new ArrayList<>();
    headers.forEach(entry -> texts.add(entry.getKey() + ": " + entry.getValue()));
    return texts;
  }

  @Test
  void noBytesMakeTheDecoderThrowAndNothingInTheHeadIsUnchecked() {
    Random random = new Random(Blocks.seed());
    HpackDecoder decoder = new HpackDecoder(4096);
    int requests = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] block = new byte[random.nextInt(40)];
      random.nextBytes(block);
      if (random.nextBoolean() && block.length > 4) {
        System.arraycopy(Blocks.hex("82 86 84 41"), 0, block, 0, 4);
      }
      RequestHead head = new RequestHead(LIMITS);
      String as = "seed " + Blocks.seed() + " round " + round;
      try {
        builder.begin(head);
        if (!decoder.decode(block, 0, block.length, builder)) {
          decoder = new HpackDecoder(4096);
        } else if (builder.finishRequest(true) == Reject.NONE) {
          requests++;
          assertThat(Blocks.text(head).replace("|", "")).as(as).doesNotContain("\r", "\n", "\0");
        }
      } catch (RuntimeException e) {
        throw new AssertionError(as, e);
      }
    }
    assertThat(requests).isPositive();
  }

  @Test
  void whatRepeatsIsOneByteAndCredentialsNeverEnterATable() {
    HpackEncoder encoder = new HpackEncoder(false);
    List<String[]> fields =
        List.of(new String[] {"x-a", "one"}, new String[] {"authorization", "secret"});
    for (int i = 0; i < 3; i++) {
      encode(encoder, fields, false);
    }
    assertThat(encoder.table().count()).isEqualTo(1);
    int secret = 1 + 1 + 1 + "secret".length(); // never-indexed, its name's index is 23
    assertThat(encoder.end()).isEqualTo(1 + secret);
    assertThat(encoder.bytes()[1]).isEqualTo((byte) 0x1f);
  }
}

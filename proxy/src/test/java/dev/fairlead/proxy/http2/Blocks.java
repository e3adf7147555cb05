package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Field blocks from text and back, for tests. */
final class Blocks {
  static final HeadLimits LIMITS = new HeadLimits(4096, 20, 512);

  private Blocks() {}

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Fields, written {@code name: value|name: value}, as literals without indexing. The pictures of
   * control characters and the space (␊ ␍ ␀ ␉ ␠) stand for these.
   */
  static byte[] plain(String fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String field : fields.split("\\|")) {
      int colon = field.indexOf(':', field.matches(":\\w.*") ? 1 : 0);
      out.write(0);
      string(out, field.substring(0, colon));
      string(out, field.substring(colon + 1).replaceFirst("^ ", ""));
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    StringBuilder plain = new StringBuilder(text);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      plain.setCharAt(i, c >= '\u2400' && c <= '\u2420' ? (char) (c - '\u2400') : c);
    }
    byte[] bytes = ascii(plain.toString());
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        out.write(rest | 0x80);
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  static boolean decode(HpackDecoder decoder, byte[] block, HeadBuilder builder, Head head) {
    builder.begin(head);
    boolean fine = decoder.decode(block, 0, block.length, builder);
    if (fine) {
      switch (head) {
        case RequestHead request -> builder.finishRequest(true);
        case ResponseHead response -> builder.finishResponse(false, true);
        case TrailerHead trailers -> builder.finishTrailers();
      }
    }
    return fine;
  }

  /** The head's lines, with {@code |} for CRLF. */
  static String text(Head head) {
    int length = head.end() - head.start();
    return new String(head.bytes(), head.start(), length, StandardCharsets.ISO_8859_1)
        .replace("\r\n", "|");
  }

  static List<String> fields(Head head) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < head.headerCount(); i++) {
      fields.add(head.name(i) + ": " + head.value(i));
    }
    return fields;
  }

  /** The seed of this run: {@code -Dseed=} or a fixed one. */
  static long seed() {
    String given = System.getProperty("seed", "");
    return given.matches("-?\\d+") ? Long.parseLong(given) : 20261121;
  }
}

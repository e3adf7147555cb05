package dev.fairlead.broker.message;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads what {@link Writer} wrote and refuses all else with {@link MalformedMessageException}. It
 * reserves no more memory than the bytes that are there can fill.
 */
final class Reader {
  private final byte[] bytes;
  private final List<String> texts = new ArrayList<>();
  private int at;

  Reader(byte[] bytes) {
    this.bytes = bytes;
  }

  MalformedMessageException malformed(String what) {
    return new MalformedMessageException("at byte " + at + ": " + what);
  }

  void end() {
    if (at != bytes.length) {
      throw malformed((bytes.length - at) + " bytes too many");
    }
  }

  int octet() {
    if (at == bytes.length) {
      throw malformed("the message ends too early");
    }
    return bytes[at++] & 0xFF;
  }

  long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = octet();
      if (shift == 63 && next > 1) {
        break;
      }
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw malformed("a number of more than 64 bits");
  }

  long signed() {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A count or an index, at most {@code most}. */
  int count(String what, int most) {
    long count = unsigned();
    if (count < 0 || count > most) {
      throw malformed(count + " " + what + ", where at most " + most + " may be");
    }
    return (int) count;
  }

  boolean flag() {
    return switch (octet()) {
      case 0 -> false;
      case 1 -> true;
      default -> throw malformed("neither yes nor no");
    };
  }

  double measured() {
    return Float.intBitsToFloat((int) fixed(4));
  }

  double exact() {
    return Double.longBitsToDouble(fixed(8));
  }

  private long fixed(int length) {
    long bits = 0;
    for (int each = 0; each < length; each++) {
      bits |= (long) octet() << (8 * each);
    }
    return bits;
  }

  String name() {
    int known = count("names", texts.size());
    if (known > 0) {
      return texts.get(known - 1);
    }
    String name = text(Limits.NAME_BYTES);
    texts.add(name);
    return name;
  }

  String text(int most) {
    int length = count("bytes of text", most);
    if (length > bytes.length - at) {
      throw malformed("the message ends within a text");
    }
    ByteBuffer utf8 = ByteBuffer.wrap(bytes, at, length);
    at += length;
    try {
      // A decoder of its own reports what is no UTF-8; String's constructor mends it in silence.
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw malformed("text that is not UTF-8");
    }
  }

  /** As many parts as the count before them says. */
  <T> List<T> all(String what, int most, Supplier<T> each) {
    int count = count(what, most);
    // Each has a byte at least, so a count without parts ends soon and reserves nothing.
    if (count > bytes.length - at) {
      throw malformed(count + " " + what + " in " + (bytes.length - at) + " bytes");
    }
    List<T> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      parts.add(each.get());
    }
    return parts;
  }
}

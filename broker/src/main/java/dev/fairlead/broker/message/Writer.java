package dev.fairlead.broker.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Bytes that grow as parts of a message are written; {@link Reader} reads them back. */
final class Writer {
  private final Map<String, Integer> texts = new HashMap<>();
  private byte[] bytes = new byte[256];
  private int size;

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  void octet(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  /** Seven bits a byte, the lowest first; the high bit says that more follow. */
  void unsigned(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      octet((int) ((left & 0x7F) | 0x80));
      left >>>= 7;
    }
    octet((int) left);
  }

  /** Numbers near 0 are short, whatever their sign: 0, -1, 1, -2 … are 0, 1, 2, 3 … */
  void signed(long value) {
    unsigned((value << 1) ^ (value >> 63));
  }

  void flag(boolean value) {
    octet(value ? 1 : 0);
  }

  /** Four bytes: seven digits are more than any measurement has. */
  void measured(double value) {
    fixed(Float.floatToIntBits((float) value), 4);
  }

  /** Eight bytes: shares must sum to 1. */
  void exact(double value) {
    fixed(Double.doubleToLongBits(value), 8);
  }

  private void fixed(long bits, int length) {
    for (int each = 0; each < length; each++) {
      octet((int) (bits >>> (8 * each)));
    }
  }

  /** A name: in full the first time, then by its number, since the same few come in each row. */
  void name(String name) {
    Integer known = texts.putIfAbsent(name, texts.size() + 1);
    if (known != null) {
      unsigned(known);
    } else {
      octet(0);
      text(name);
    }
  }

  void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    unsigned(utf8.length);
    for (byte each : utf8) {
      octet(each);
    }
  }

  <T> void all(Collection<T> parts, Consumer<T> each) {
    unsigned(parts.size());
    parts.forEach(each);
  }
}

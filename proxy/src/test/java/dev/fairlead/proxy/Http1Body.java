package dev.fairlead.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A body of HTTP/1.1 as a plain reader takes it, which is whole or an {@link IOException}.
 *
 * @param trailers the lines behind it
 */
record Http1Body(byte[] bytes, String trailers) {
  private static final Http1Body NONE = new Http1Body(new byte[0], "");

  /** The body that {@code head} announces; nothing where it announces none. */
  static Http1Body read(String head, InputStream in) throws IOException {
    String length = field(head, "content-length");
    if (!length.isEmpty()) {
      return new Http1Body(exactly(in, Integer.parseInt(length)), "");
    }
    if (!field(head, "transfer-encoding").equals("chunked")) {
      return NONE;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      if (size == 0) {
        StringBuilder trailers = new StringBuilder();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
          trailers.append(line).append('\n');
        }
        return new Http1Body(all.toByteArray(), trailers.toString());
      }
      all.write(exactly(in, size));
      if (!line(in).isEmpty()) {
        throw new IOException("no line end behind a chunk");
      }
    }
  }

  /** The value of a field of a head, in lower case; empty without. */
  static String field(String head, String name) {
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("\r\n" + name + ":");
    if (at < 0) {
      return "";
    }
    int from = at + name.length() + 3;
    return lower.substring(from, lower.indexOf('\r', from)).strip();
  }

  /** Writes chunks of all sizes, without the last one. */
  static void writeChunks(OutputStream out, byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + (at * 31 + 977) % 20_000);
      out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes, at, length);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      at += length;
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("cut short at " + bytes.length + " of " + length);
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("cut short in a line");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}

package dev.fairlead.app.rehearse;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A client that asks a port of this machine for what it knows it gets. */
final class Caller implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  /** Preface, empty SETTINGS, and {@code GET /} of {@code :authority: a} on stream 1. */
  private static final byte[] HTTP2 =
      HexFormat.of()
          .parseHex(
              "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a"
                  + "000000040000000000"
                  + "00000601050000000182868441"
                  + "0161");

  /** The type of the frames that carry a body. */
  private static final int DATA = 0;

  private static final int FRAME_HEADER = 9;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  Caller(int port) throws IOException {
    socket = new Socket();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /** One request of HTTP/1.1 and its whole answer, which must say how long it is. */
  void get(String path) throws IOException {
    out.write(
        ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    skip(length);
  }

  /** One request of HTTP/2, up to its body. */
  void getByHttp2() throws IOException {
    out.write(HTTP2);
    while (true) {
      byte[] header = in.readNBytes(FRAME_HEADER);
      if (header.length < FRAME_HEADER) {
        throw new EOFException("the connection of HTTP/2 was closed");
      }
      skip((header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff));
      if (header[3] == DATA) {
        return;
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection was closed");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private void skip(int bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

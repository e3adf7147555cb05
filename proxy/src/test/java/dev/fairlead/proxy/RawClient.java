package dev.fairlead.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that sends what it is told and reads what comes. */
final class RawClient implements AutoCloseable {
  final Socket socket;
  private String host = "x";
  final InputStream in;

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  RawClient(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 5000);
    socket.setSoTimeout(10_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** On a connection to {@code host} that somebody else made. */
  RawClient(Socket connected, String host) throws IOException {
    this.host = host;
    socket = connected;
    socket.setSoTimeout(10_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  String head() throws IOException {
    return readHead(in);
  }

  /** A head and the body that its framing announces. */
  String response() throws IOException {
    String head = head();
    if (head == null) {
      return "";
    }
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length: ");
    if (at >= 0) {
      int length = Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
      return head + text(in.readNBytes(length));
    }
    return lower.contains("transfer-encoding: chunked") ? head + chunked() : head;
  }

  private String chunked() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (!all.toString(StandardCharsets.ISO_8859_1).endsWith("0\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("cut short after " + all);
      }
      all.write(b);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Everything until the proxy closes. */
  String rest() throws IOException {
    return text(in.readAllBytes());
  }

  boolean ended() throws IOException {
    return in.read() < 0;
  }

  static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int last4 = 0;
    while (last4 != 0x0d0a0d0a) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.write(b);
      last4 = last4 << 8 | b;
    }
    return text(head.toByteArray());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

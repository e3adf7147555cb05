package dev.fairlead.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream of plain blocking sockets whose every byte a test decides. */
final class Upstream implements AutoCloseable {
  /** What to do with one connection. */
  interface Script {
    void serve(Connection connection) throws Exception;
  }

  final AtomicInteger connections = new AtomicInteger();
  final List<String> heads = new CopyOnWriteArrayList<>();
  private final ServerSocket server;
  private final ConcurrentLinkedQueue<Socket> open = new ConcurrentLinkedQueue<>();

  Upstream(Script script) throws IOException {
    this(0, script);
  }

  Upstream(int port, Script script) throws IOException {
    this(new ServerSocket(), port, script);
  }

  /** One whose connections are of the kind that {@code unbound} accepts. */
  Upstream(ServerSocket unbound, int port, Script script) throws IOException {
    server = unbound;
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 512);
    Thread.ofVirtual().start(() -> accept(script));
  }

  /** Answers each request of each connection with {@code answer}, as it is. */
  static Upstream answering(String answer) throws IOException {
    return new Upstream(
        connection -> {
          while (connection.readHead() != null) {
            connection.write(answer);
          }
        });
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    script.serve(new Connection(this, socket));
                  } catch (Exception closed) {
                    // The proxy may close whenever it likes; what a test expects it looks at.
                  }
                });
      } catch (IOException closed) {
        return;
      }
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** One accepted connection. */
  static final class Connection {
    final Socket socket;
    final InputStream in;
    final OutputStream out;
    private final Upstream upstream;

    Connection(Upstream upstream, Socket socket) throws IOException {
      this.upstream = upstream;
      this.socket = socket;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
    }

    /** The next head with its empty line; null at the end of the connection. */
    String readHead() throws IOException {
      String head = RawClient.readHead(in);
      if (head != null) {
        upstream.heads.add(head);
      }
      return head;
    }

    byte[] readBody(int length) throws IOException {
      return in.readNBytes(length);
    }

    /** All bytes of a chunked body with its framing. */
    String readChunked() throws IOException {
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

    /** All of a chunked body, which has trailers, with its framing. */
    String readChunkedWithTrailers() throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      boolean last = false;
      while (!last || !all.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          throw new IOException("cut short after " + all);
        }
        all.write(b);
        last |= all.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n0\r\n");
      }
      return all.toString(StandardCharsets.ISO_8859_1);
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /** Closes with a reset in place of an end. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}

package dev.fairlead.balancer.library;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Real servers on loopback, each known by its port, with what they were asked. */
final class Servers implements AutoCloseable {
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final ConcurrentMap<Integer, AtomicInteger> requests = new ConcurrentHashMap<>();

  /** One that answers each request with {@code status} and an empty body. */
  int answering(int status) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
    int port = server.getAddress().getPort();
    server.createContext(
        "/",
        exchange -> {
          requestsOf(port).incrementAndGet();
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.setExecutor(executor);
    server.start();
    open.add(() -> server.stop(0));
    return port;
  }

  /** One that takes a connection, reads and never answers. */
  int mute() throws IOException {
    return listening(socket -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()));
  }

  /** One that begins an answer and breaks off. */
  int breakingOff() throws IOException {
    return listening(
        socket -> {
          if (socket.getInputStream().read() >= 0) {
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Len".getBytes(US_ASCII));
            socket.setSoLinger(true, 0);
          }
        });
  }

  /** A port on which nobody listens: it was bound a moment ago. */
  static int down() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.getLocalPort();
    }
  }

  /** Requests that reached the server on {@code port}. */
  int requests(int port) {
    return requestsOf(port).get();
  }

  private AtomicInteger requestsOf(int port) {
    return requests.computeIfAbsent(port, unused -> new AtomicInteger());
  }

  private int listening(Conversation conversation) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, loopback());
    open.add(listener);
    executor.execute(
        () -> {
          while (!listener.isClosed()) {
            try {
              Socket socket = listener.accept();
              executor.execute(() -> talk(socket, conversation));
            } catch (IOException e) {
              return; // Closed: the test is over.
            }
          }
        });
    return listener.getLocalPort();
  }

  private static void talk(Socket socket, Conversation conversation) {
    try (socket) {
      conversation.with(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByName("127.0.0.1");
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    executor.shutdownNow();
  }

  private interface Conversation {
    void with(Socket socket) throws IOException;
  }
}

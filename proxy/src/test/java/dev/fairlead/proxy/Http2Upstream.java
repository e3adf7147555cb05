package dev.fairlead.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An upstream that speaks HTTP/2 from the start, each of whose streams is a script's to answer. */
final class Http2Upstream implements AutoCloseable {
  /** What to do with one request. */
  interface Script {
    void serve(Http2Peer.Stream stream) throws Exception;
  }

  final List<Http2Peer> connections = new CopyOnWriteArrayList<>();

  /** The streams that were begun, over all connections. */
  final List<Http2Peer.Stream> streams = new CopyOnWriteArrayList<>();

  private final ServerSocket server;

  Http2Upstream(Script script, int... settings) throws IOException {
    this(new ServerSocket(), script, settings);
  }

  Http2Upstream(ServerSocket unbound, Script script, int... settings) throws IOException {
    server = unbound;
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 512);
    Thread.ofVirtual().start(() -> accept(script, settings));
  }

  private void accept(Script script, int... settings) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket, script, settings));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket, Script script, int... settings) {
    try {
      connections.add(
          new Http2Peer(
              socket,
              false,
              stream -> {
                streams.add(stream);
                Thread.ofVirtual().start(() -> run(script, stream));
              },
              settings));
    } catch (IOException closed) {
      // The proxy may close whenever it likes.
    }
  }

  private static void run(Script script, Http2Peer.Stream stream) {
    try {
      script.serve(stream);
    } catch (Exception closed) {
      // What a test expects it looks at.
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Http2Peer each : connections) {
      each.close();
    }
  }
}

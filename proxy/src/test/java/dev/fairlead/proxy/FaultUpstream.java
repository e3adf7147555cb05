package dev.fairlead.proxy;

import dev.fairlead.proxy.FaultLedger.Framing;
import dev.fairlead.proxy.FaultLedger.Plan;
import dev.fairlead.route.CertifiedKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** An upstream that answers as each request's target says, and tells the ledger what it took. */
final class FaultUpstream implements AutoCloseable {
  volatile @Nullable FaultLedger ledger;
  private final AutoCloseable server;
  private final int port;

  /**
   * @param key for TLS, in which it agrees on the protocol; null for clear text
   */
  FaultUpstream(boolean http2, @Nullable CertifiedKey key) throws Exception {
    ServerSocket socket = socket(http2 ? "h2" : "http/1.1", key);
    if (http2) {
      Http2Upstream upstream = new Http2Upstream(socket, this::serve);
      server = upstream;
      port = upstream.port();
    } else {
      Upstream upstream = new Upstream(socket, 0, this::serve);
      server = upstream;
      port = upstream.port();
    }
  }

  private static ServerSocket socket(String protocol, @Nullable CertifiedKey key) throws Exception {
    if (key == null) {
      return new ServerSocket();
    }
    SSLServerSocket socket = (SSLServerSocket) TlsProxy.serverSocket(key, null);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    return socket;
  }

  int port() {
    return port;
  }

  private FaultLedger ledger() {
    FaultLedger current = ledger;
    if (current == null) {
      throw new IllegalStateException("nothing was to be asked yet");
    }
    return current;
  }

  private void serve(Upstream.Connection connection) throws Exception {
    InputStream in = new BufferedInputStream(connection.in);
    OutputStream out = new BufferedOutputStream(connection.out);
    int from = connection.socket.getPort();
    String head;
    while ((head = RawClient.readHead(in)) != null) {
      String[] line = head.split(" ", 3);
      Plan plan = Plan.of(line[0], line[1]);
      ledger().met(plan, from);
      byte[] body = Http1Body.read(head, in).bytes();
      ledger().took(plan, body);
      byte[] answer = plan.answer();
      String fields = "HTTP/1.1 200 OK\r\nx-id: " + plan.id() + "\r\n";
      if (plan.framing() == Framing.LENGTH) {
        write(out, fields + "content-length: " + answer.length + "\r\n\r\n");
        out.write(answer);
      } else {
        write(out, fields + "transfer-encoding: chunked\r\n\r\n");
        Http1Body.writeChunks(out, answer);
        write(out, plan.framing() == Framing.TRAILERS ? "0\r\nx-end: 1\r\n\r\n" : "0\r\n\r\n");
      }
      out.flush();
    }
  }

  private static void write(OutputStream out, String text) throws Exception {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void serve(Http2Peer.Stream stream) throws Exception {
    Http2Peer.Event head = stream.head();
    Plan plan =
        Plan.of(Http2Peer.field(head.fields(), ":method"), Http2Peer.field(head.fields(), ":path"));
    int from = stream.peer.socket.getPort();
    ledger().met(plan, from);
    byte[] body = head.end() ? new byte[0] : stream.body();
    ledger().took(plan, body);
    byte[] answer = plan.answer();
    if (plan.framing() == Framing.LENGTH) {
      stream.headers(
          false, ":status", "200", "x-id", plan.id(), "content-length", "" + answer.length);
    } else {
      stream.headers(false, ":status", "200", "x-id", plan.id());
    }
    stream.data(answer, plan.framing() != Framing.TRAILERS);
    if (plan.framing() == Framing.TRAILERS) {
      stream.headers(true, "x-end", "1");
    }
  }

  @Override
  public void close() throws Exception {
    server.close();
  }
}

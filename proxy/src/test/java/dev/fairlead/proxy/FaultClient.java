package dev.fairlead.proxy;

import dev.fairlead.proxy.FaultLedger.Plan;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client's connection, which may break at any byte and then is followed by another. */
abstract sealed class FaultClient implements AutoCloseable {
  /** Of requests that are sent before the first answer is read. */
  private static final int MAX_BATCH = 4;

  /** One of so many batches is left in the middle. */
  private static final int LEFT = 12;

  /** How to connect. */
  interface Maker {
    FaultClient connect() throws Exception;
  }

  final Socket plain;

  private FaultClient(Socket plain) {
    this.plain = plain;
  }

  /**
   * @param believed in TLS; null for clear text
   */
  static FaultClient to(int port, boolean http2, @Nullable Authority believed) throws Exception {
    Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    try {
      plain.setTcpNoDelay(true);
      Socket socket = believed == null ? plain : secured(plain, http2, believed);
      return http2 ? new Http2(plain, socket) : new Http1(plain, socket);
    } catch (Exception e) {
      plain.close();
      throw e;
    }
  }

  private static Socket secured(Socket plain, boolean http2, Authority believed) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            TlsProxy.clientContext(believed, null)
                .getSocketFactory()
                .createSocket(plain, "127.0.0.1", plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("a.example")));
    parameters.setApplicationProtocols(new String[] {http2 ? "h2" : "http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Asks so many times for a few things at once, on connections that are used while they last. */
  static void batches(Maker maker, String name, int count, Random random, FaultLedger ledger)
      throws Exception {
    FaultClient client = null;
    for (int batch = 0; batch < count; batch++) {
      List<Plan> plans = new ArrayList<>();
      for (int i = 1 + random.nextInt(MAX_BATCH); i > 0; i--) {
        plans.add(
            Plan.random(random, name + "-" + batch + "-" + i + "-" + random.nextInt(1 << 30)));
      }
      boolean leave = random.nextInt(LEFT) == 0;
      try {
        if (client == null) {
          client = maker.connect();
        }
        for (Plan plan : plans) {
          ledger.asked(plan, client.plain.getLocalPort());
        }
        client.ask(plans, ledger, leave);
      } catch (IOException broken) {
        ledger.cut.incrementAndGet();
        leave = true;
      }
      if (client != null && leave) {
        client.close();
        client = null;
      }
    }
    if (client != null) {
      client.close();
    }
  }

  /**
   * Asks and reads the answers.
   *
   * @param leave whether to read none of them
   * @throws IOException if the connection is of no more use
   */
  abstract void ask(List<Plan> plans, FaultLedger ledger, boolean leave) throws Exception;

  /** Beneath TLS, as a client that goes away without a word. */
  @Override
  public void close() throws IOException {
    plain.close();
  }

  /** Pipelines. */
  private static final class Http1 extends FaultClient {
    private final InputStream in;
    private final OutputStream out;

    Http1(Socket plain, Socket socket) throws IOException {
      super(plain);
      in = new BufferedInputStream(socket.getInputStream());
      out = new BufferedOutputStream(socket.getOutputStream());
    }

    @Override
    void ask(List<Plan> plans, FaultLedger ledger, boolean leave) throws Exception {
      Thread writer = Thread.ofVirtual().start(() -> write(plans));
      try {
        for (Plan plan : plans) {
          if (leave) {
            return;
          }
          String head = RawClient.readHead(in);
          if (head == null) {
            throw new IOException("closed");
          }
          byte[] body = Http1Body.read(head, in).bytes();
          ledger.answered(
              plan, Integer.parseInt(head.substring(9, 12)), Http1Body.field(head, "x-id"), body);
          if (Http1Body.field(head, "connection").equals("close")) {
            throw new IOException("the last answer of its connection");
          }
        }
        writer.join();
      } catch (NumberFormatException | StringIndexOutOfBoundsException garbage) {
        throw new IOException(garbage);
      }
    }

    private void write(List<Plan> plans) {
      try {
        for (Plan plan : plans) {
          byte[] body = plan.request();
          String head = plan.method() + " " + plan.path() + " HTTP/1.1\r\nhost: a.example\r\n";
          if (plan.method().equals("GET")) {
            write(head + "\r\n");
          } else if (plan.up() % 2 == 0) {
            write(head + "content-length: " + body.length + "\r\n\r\n");
            out.write(body);
          } else {
            write(head + "transfer-encoding: chunked\r\n\r\n");
            Http1Body.writeChunks(out, body);
            write("0\r\n\r\n");
          }
          out.flush();
        }
      } catch (IOException broken) {
        // The answers will be missing.
      }
    }

    private void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** All at once, each on a stream of its own. */
  private static final class Http2 extends FaultClient {
    private final Http2Peer peer;

    Http2(Socket plain, Socket socket) throws IOException {
      super(plain);
      peer = new Http2Peer(socket, true, stream -> {});
    }

    @Override
    void ask(List<Plan> plans, FaultLedger ledger, boolean leave) throws Exception {
      if (!peer.goAways.isEmpty()) {
        throw new IOException("no new streams");
      }
      List<Future<?>> all = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Plan plan : plans) {
          all.add(
              threads.submit(
                  () -> {
                    exchange(plan, ledger, leave);
                    return null;
                  }));
        }
        for (Future<?> each : all) {
          try {
            each.get();
          } catch (java.util.concurrent.ExecutionException e) {
            if (!(e.getCause() instanceof IOException)) {
              throw e;
            }
            ledger.cut.incrementAndGet();
          }
        }
      }
      if (peer.ended()) {
        throw new IOException("closed");
      }
    }

    private void exchange(Plan plan, FaultLedger ledger, boolean leave) throws Exception {
      boolean get = plan.method().equals("GET");
      List<String> fields =
          new ArrayList<>(
              List.of(
                  ":method",
                  plan.method(),
                  ":scheme",
                  "http",
                  ":path",
                  plan.path(),
                  ":authority",
                  "a.example"));
      if (!get && plan.up() % 2 == 0) {
        fields.addAll(List.of("content-length", "" + plan.up()));
      }
      Http2Peer.Stream stream = peer.request(get, fields.toArray(String[]::new));
      if (leave) {
        stream.rst(Http2Peer.CANCEL);
        return;
      }
      if (!get) {
        stream.data(plan.request(), true);
      }
      Http2Peer.Event head = stream.next();
      if (!head.kind().equals("headers")) {
        throw new IOException(head.kind() + " " + head.code());
      }
      byte[] body = head.end() ? new byte[0] : stream.body();
      String status = Http2Peer.field(head.fields(), ":status");
      ledger.answered(
          plan,
          status.matches("\\d{3}") ? Integer.parseInt(status) : 0,
          Http2Peer.field(head.fields(), "x-id"),
          body);
    }
  }
}

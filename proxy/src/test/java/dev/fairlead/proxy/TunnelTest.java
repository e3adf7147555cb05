package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.tls.TlsFault;
import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.route.CertifiedKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that are led as they are, over real sockets. */
@ExtendWith(NoLeaks.class)
class TunnelTest {
  private static final Authority AUTHORITY = new Authority("test");
  private static final int LARGE = 5_000_000;

  private static TlsProxy tcp(ProxyOptions options, int... ports) throws Exception {
    return new TlsProxy(TlsProvider.best(), options, ports).tunnel("*", false, "*");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void eachSideMayEndItsHalf() throws Exception {
    byte[] up = random(LARGE);
    byte[] down = random(LARGE + 1);
    Upstream.Script afterAll =
        connection -> {
          if (Arrays.equals(connection.in.readAllBytes(), up)) {
            connection.out.write(down);
          }
        };
    try (Upstream upstream = new Upstream(afterAll);
        TlsProxy proxy = tcp(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port())) {
      client.socket.getOutputStream().write(up);
      client.socket.shutdownOutput();
      assertThat(client.in.readAllBytes()).isEqualTo(down);
      await().until(() -> proxy.details.size() == 1);
      assertThat(proxy.details).containsExactly(" ");
      assertThat(proxy.faults).isEmpty();
    }
  }

  /** A connect that takes a while: to where the queue is full, until the request is repeated. */
  @Test
  void whatIsSaidBeforeTheEndpointIsReachedIsNotLost() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.connectTimeout = Duration.ofSeconds(10);
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        Socket _ = new Socket(loopback, server.getLocalPort());
        Socket _ = new Socket(loopback, server.getLocalPort());
        TlsProxy proxy = tcp(draft.options(), server.getLocalPort());
        RawClient client = new RawClient(proxy.port())) {
      client.send("hello");
      client.socket.shutdownOutput();
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 1);
      server.setSoTimeout(10_000);
      server.accept().close();
      server.accept().close();
      try (Socket led = server.accept()) {
        led.setSoTimeout(5_000);
        assertThat(led.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        led.getOutputStream().write("bye".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(client.rest()).isEqualTo("bye");
      await().until(() -> proxy.details.size() == 1);
      assertThat(proxy.details).containsExactly(" ");
    }
  }

  @Test
  void theOtherHalfMayEndFirst() throws Exception {
    byte[] up = random(LARGE);
    java.util.concurrent.CompletableFuture<byte[]> heard =
        new java.util.concurrent.CompletableFuture<>();
    Upstream.Script greeting =
        connection -> {
          connection.write("hello");
          connection.socket.shutdownOutput();
          heard.complete(connection.in.readAllBytes());
        };
    try (Upstream upstream = new Upstream(greeting);
        TlsProxy proxy = tcp(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port())) {
      assertThat(client.rest()).isEqualTo("hello");
      client.socket.getOutputStream().write(up);
      client.socket.shutdownOutput();
      assertThat(heard.get(20, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(up);
    }
  }

  @Test
  void whoDoesNotReadStopsWhoWrites() throws Exception {
    java.util.concurrent.atomic.AtomicLong written = new java.util.concurrent.atomic.AtomicLong();
    byte[] piece = random(64 * 1024);
    Upstream.Script flood =
        connection -> {
          while (true) {
            connection.out.write(piece);
            written.addAndGet(piece.length);
          }
        };
    try (Upstream upstream = new Upstream(flood);
        TlsProxy proxy = tcp(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port(), 16 * 1024)) {
      assertThat(client.in.readNBytes(1000)).hasSize(1000);
      long[] last = {-1};
      await()
          .pollInterval(Duration.ofMillis(500))
          .until(() -> written.get() == last[0] || (last[0] = written.get()) < 0);
      // What sockets and one window hold.
      assertThat(written.get()).isLessThan(64L * 1024 * 1024);
    }
  }

  @Test
  void whatBreaksOnOneSideBreaksOnTheOther() throws Exception {
    Upstream.Script broken =
        connection -> {
          connection.readHead();
          connection.write("half of");
          connection.reset();
        };
    try (Upstream upstream = new Upstream(broken);
        TlsProxy proxy = tcp(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port())) {
      client.get("/");
      assertThatThrownBy(client::rest).isInstanceOf(IOException.class);
      await().until(() -> !proxy.details.isEmpty());
      assertThat(proxy.details).allMatch(line -> line.startsWith("UC "));
    }
  }

  @Test
  void aRefusedConnectIsRetriedElsewhereAndThenGivenUp() throws Exception {
    int dead;
    int deadToo;
    try (Upstream closed = Upstream.answering("");
        Upstream another = Upstream.answering("")) {
      dead = closed.port();
      deadToo = another.port();
    }
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = tcp(Proxy.options(), dead, upstream.port())) {
      for (int i = 0; i < 4; i++) {
        try (RawClient client = new RawClient(proxy.port())) {
          assertThat(client.get("/").response()).endsWith("x");
        }
      }
      proxy.endpoints(deadToo);
      assertThatThrownBy(() -> whole(proxy)).isInstanceOf(IOException.class);
      await().until(() -> proxy.details.stream().anyMatch(line -> line.startsWith("UF ")));
      proxy.endpoints();
      assertThatThrownBy(() -> whole(proxy)).isInstanceOf(IOException.class);
      await().until(() -> proxy.details.stream().anyMatch(line -> line.startsWith("UH ")));
    }
  }

  private static void whole(TlsProxy proxy) throws IOException {
    try (RawClient client = new RawClient(proxy.port())) {
      client.get("/").rest();
    }
  }

  @Test
  void oneThatStandsStillIsEnded() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.tunnelIdleTimeout = Duration.ofMillis(300);
    Upstream.Script echo =
        connection -> {
          int b;
          while ((b = connection.in.read()) >= 0) {
            connection.out.write(b);
          }
        };
    try (Upstream upstream = new Upstream(echo);
        TlsProxy proxy = tcp(draft.options(), upstream.port());
        RawClient client = new RawClient(proxy.port())) {
      assertThat(client.send("x").in.read()).isEqualTo('x');
      assertThatThrownBy(client::ended).isInstanceOf(IOException.class);
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
      assertThat(proxy.details).containsExactly("UT the connection stood still");
    }
  }

  @Test
  void tlsIsLedByItsNameUnread() throws Exception {
    CertifiedKey far = AUTHORITY.key("far.example");
    CertifiedKey here = AUTHORITY.key("a.example");
    try (Upstream upstream =
            new Upstream(
                TlsProxy.serverSocket(far, null),
                0,
                connection -> {
                  while (connection.readHead() != null) {
                    connection.write(Upstream.ok("far"));
                  }
                });
        TlsProxy proxy =
            new TlsProxy(TlsProvider.best(), Proxy.options(), upstream.port())
                .listener("a.example", here)
                .tunnel("*.example", true, "far.example")) {
      try (RawClient client = proxy.client("far.example", AUTHORITY)) {
        assertThat(((SSLSocket) client.socket).getSession().getPeerCertificates()[0])
            .isEqualTo(far.certificate());
        assertThat(client.get("/").response()).endsWith("far");
      }
      try (RawClient client = proxy.client("a.example", AUTHORITY)) {
        assertThat(((SSLSocket) client.socket).getSession().getPeerCertificates()[0])
            .isEqualTo(here.certificate());
      }
      assertThatThrownBy(() -> proxy.client("other.example", AUTHORITY))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> proxy.client("elsewhere", AUTHORITY))
          .isInstanceOf(IOException.class);
      assertThat(proxy.failed(TlsFault.UNKNOWN_NAME)).isEqualTo(2);
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
      assertThat(proxy.faults).isEmpty();
    }
  }

  @Test
  void aDrainWaitsForThoseThatAreLedAndCutsThemAtItsEnd() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = tcp(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port())) {
      assertThat(client.get("/").response()).endsWith("x");
      assertThat(proxy.server.drain(Duration.ofMillis(300))).isOne();
      assertThatThrownBy(client::ended).isInstanceOf(IOException.class);
    }
  }
}

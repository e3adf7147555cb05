package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.tls.TlsFault;
import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.ClientTrust;
import dev.fairlead.route.Listener;
import dev.fairlead.route.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients in TLS, over real sockets, with each of the engines. */
@ExtendWith(NoLeaks.class)
class TlsTest {
  private static final Authority AUTHORITY = new Authority("test");
  private static final CertifiedKey A = AUTHORITY.key("a.example");
  private static final CertifiedKey B = AUTHORITY.key("b.example");

  @ParameterizedTest
  @EnumSource
  void bodiesPassBothWaysOnKeptConnections(TlsProvider provider) throws Exception {
    byte[] random = new byte[300_000];
    ThreadLocalRandom.current().nextBytes(random);
    String body = new String(random, java.nio.charset.StandardCharsets.ISO_8859_1);
    Upstream.Script echo =
        connection -> {
          while (connection.readHead() != null) {
            connection.readBody(body.length());
            connection.write(Upstream.ok(body));
          }
        };
    try (Upstream upstream = new Upstream(echo);
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port());
        RawClient client = proxy.listener("*", A).client("a.example", AUTHORITY)) {
      for (int i = 0; i < 5; i++) {
        client.send(
            "PUT / HTTP/1.1\r\nHost: a.example\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
        assertThat(client.response()).endsWith("\r\n\r\n" + body);
      }
      assertThat(upstream.heads).allMatch(head -> head.contains("x-forwarded-proto: https\r\n"));
      assertThat(proxy.faults).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNameThatIsAskedForChoosesListenerAndCertificate(TlsProvider provider) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port())) {
      proxy.listener("a.example", A).listener("*.example", B);
      try (RawClient a = proxy.client("a.example", AUTHORITY);
          RawClient b = proxy.client("b.example", AUTHORITY)) {
        assertThat(certificate(a)).isEqualTo(A.certificate());
        assertThat(certificate(b)).isEqualTo(B.certificate());
        assertThat(a.send("GET / HTTP/1.1\r\nHost: A.example\r\n\r\n").response()).endsWith("x");
        assertThat(a.send("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n").response())
            .startsWith("HTTP/1.1 421 ");
        assertThat(a.send("GET / HTTP/1.1\r\nHost: elsewhere\r\n\r\n").response())
            .startsWith("HTTP/1.1 404 ");
        assertThat(b.send("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n").response()).endsWith("x");
        // Of the same listener, but our certificate is not for it.
        assertThat(b.send("GET / HTTP/1.1\r\nHost: c.example\r\n\r\n").response())
            .startsWith("HTTP/1.1 421 ");
      }
      assertThatThrownBy(() -> proxy.client("nobody", AUTHORITY)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> proxy.client("", AUTHORITY)).isInstanceOf(IOException.class);
      assertThat(proxy.failed(TlsFault.UNKNOWN_NAME)).isEqualTo(2);
      assertThat(proxy.failures).anyMatch(line -> line.endsWith(" nobody unknown_name "));
    }
  }

  private static X509Certificate certificate(RawClient client) throws IOException {
    return (X509Certificate) ((SSLSocket) client.socket).getSession().getPeerCertificates()[0];
  }

  @ParameterizedTest
  @EnumSource
  void aClientProvesWhoItIs(TlsProvider provider) throws Exception {
    Authority clients = new Authority("clients", "spiffe://one");
    String id = "spiffe://one/ns/shop/sa/web";
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port())) {
      proxy.authorities.put("clients", List.of(clients.certificate));
      proxy.trusting(true).listener("*", A);
      SSLContext good = TlsProxy.clientContext(AUTHORITY, clients.key(id));
      // Twice: a session that is taken up again proves as much.
      for (int i = 0; i < 2; i++) {
        try (RawClient client = proxy.client(good, "a.example")) {
          assertThat(client.get("/").response()).endsWith("x");
        }
      }
      assertThat(proxy.peers).containsExactly(id, id);

      refused(proxy, null, TlsFault.NO_CERTIFICATE);
      refused(proxy, clients.key(Instant.now().minusSeconds(60), id), TlsFault.EXPIRED_CERTIFICATE);
      refused(proxy, new Authority("clients").key(id), TlsFault.UNTRUSTED_CERTIFICATE);
      refused(proxy, clients.key("spiffe://two/ns/shop"), TlsFault.WRONG_TRUST_DOMAIN);
      refused(proxy, clients.key(id, "spiffe://one/other"), TlsFault.WRONG_TRUST_DOMAIN);
      assertThat(proxy.peers).hasSize(2);
    }
  }

  /** In TLS 1.3 a client hears of it only when it reads. */
  private static void refused(TlsProxy proxy, CertifiedKey own, TlsFault why) throws Exception {
    long before = proxy.failed(why);
    SSLContext context = TlsProxy.clientContext(AUTHORITY, own);
    assertThatThrownBy(
            () -> {
              try (RawClient client = proxy.client(context, "a.example")) {
                if (client.get("/").response().isEmpty()) {
                  throw new IOException("closed");
                }
              }
            })
        .isInstanceOf(IOException.class);
    await().untilAsserted(() -> assertThat(proxy.failed(why)).as("%s", why).isEqualTo(before + 1));
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheTrustDomainsThatAreNamedAreBelieved(TlsProvider provider) throws Exception {
    Authority clients = new Authority("clients");
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port())) {
      proxy.authorities.put("clients", List.of(clients.certificate));
      proxy.trusting(true, "one").listener("*", A);
      SSLContext good = TlsProxy.clientContext(AUTHORITY, clients.key("spiffe://one/x"));
      try (RawClient client = proxy.client(good, "a.example")) {
        assertThat(client.get("/").response()).endsWith("x");
      }
      refused(proxy, clients.key("spiffe://two/x"), TlsFault.WRONG_TRUST_DOMAIN);
      refused(proxy, clients.key("client.example"), TlsFault.WRONG_TRUST_DOMAIN);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoNeedNotProveHimselfIsServedAsNobody(TlsProvider provider) throws Exception {
    Authority clients = new Authority("clients");
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port())) {
      proxy.authorities.put("clients", List.of(clients.certificate));
      proxy.trusting(false).listener("*", A);
      for (CertifiedKey own :
          new CertifiedKey[] {
            null, new Authority("clients").key("spiffe://one/x"), clients.key("host.example")
          }) {
        try (RawClient client = proxy.client(TlsProxy.clientContext(AUTHORITY, own), "a.example")) {
          assertThat(client.get("/").response()).endsWith("x");
        }
      }
      assertThat(proxy.peers).containsExactly("", "", "CN=leaf");
    }
  }

  /** All tickets are sealed with the same keys: what tells listeners apart is their scope. */
  @Test
  void aSessionIsNoWayIntoAListenerThatAsksForMore() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(TlsProvider.NATIVE, Proxy.options(), upstream.port())) {
      proxy.authorities.put("clients", List.of(new Authority("clients").certificate));
      proxy.listener("a.example", A);
      Listener open = proxy.listeners.getFirst();
      ClientTrust trust = new ClientTrust(List.of("clients"), true, Set.of());
      ServerTls closed =
          new ServerTls(List.of("a.example"), Optional.of(trust), ServerTls.TlsVersion.TLS_1_2);
      proxy.listeners.add(
          new Listener(
              "closed",
              "127.0.0.2",
              0,
              open.hostname(),
              Optional.of(closed),
              Optional.empty(),
              open.routes()));
      proxy.apply();
      int openPort = proxy.server.listeners().get("a.example");
      int closedPort = proxy.server.listeners().get("closed");
      for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
        long resumed = proxy.server.counters().clientTls().resumed();
        long refused = proxy.failed(TlsFault.NO_CERTIFICATE);
        SSLContext client = TlsProxy.clientContext(AUTHORITY, null);
        assertThat(answer(client, version, "127.0.0.1", openPort)).endsWith("x");
        assertThat(answer(client, version, "127.0.0.1", openPort)).endsWith("x");
        assertThat(proxy.server.counters().clientTls().resumed()).isEqualTo(resumed + 1);
        assertThatThrownBy(() -> answer(client, version, "127.0.0.2", closedPort))
            .isInstanceOf(IOException.class);
        await().until(() -> proxy.failed(TlsFault.NO_CERTIFICATE) == refused + 1);
      }
    }
  }

  /** By a client that takes all ports for the same server, whose sessions it may take up again. */
  private static String answer(SSLContext context, String version, String host, int port)
      throws Exception {
    try (Socket plain = new Socket(InetAddress.ofLiteral(host), port);
        SSLSocket socket =
            (SSLSocket) context.getSocketFactory().createSocket(plain, "a.example", 1, true)) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      String answer = new RawClient(socket, "a.example").get("/").response();
      if (answer.isEmpty()) {
        throw new IOException("closed");
      }
      return answer;
    }
  }

  @ParameterizedTest
  @EnumSource
  void certificatesAreRenewedWithoutALostRequest(TlsProvider provider) throws Exception {
    List<Throwable> lost = new CopyOnWriteArrayList<>();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port())) {
      proxy.listener("*", A);
      int port = proxy.port();
      List<Thread> threads = new java.util.ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int requests = i == 0 ? 1000 : 3;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (!done.get()) {
                        try (RawClient client = proxy.client("a.example", AUTHORITY)) {
                          for (int n = 0; n < requests && !done.get(); n++) {
                            assertThat(client.get("/").response()).endsWith("x");
                            answered.incrementAndGet();
                          }
                        } catch (Throwable e) {
                          lost.add(e);
                          return;
                        }
                      }
                    }));
      }
      for (int i = 0; i < 20; i++) {
        int before = answered.get();
        CertifiedKey renewed = AUTHORITY.key("a.example");
        proxy.keys.put("*", renewed);
        proxy.apply();
        try (RawClient client = proxy.client("a.example", AUTHORITY)) {
          assertThat(certificate(client)).isEqualTo(renewed.certificate());
        }
        await().until(() -> answered.get() > before + 10 || !lost.isEmpty());
      }
      done.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(lost).isEmpty();
      assertThat(proxy.port()).isEqualTo(port);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatIsCutHasNoEnd(TlsProvider provider) throws Exception {
    Upstream.Script broken =
        connection -> {
          connection.readHead();
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
          connection.reset();
        };
    try (Upstream upstream = new Upstream(broken);
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port());
        RawClient client = proxy.listener("*", A).client("a.example", AUTHORITY)) {
      client.send("GET / HTTP/1.0\r\nHost: a.example\r\n\r\n");
      // An end without TLS's own notice is an exception to a client that minds.
      assertThatThrownBy(client::rest).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatEndsWithItsConnectionEndsWithNotice(TlsProvider provider) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port());
        RawClient client = proxy.listener("*", A).client("a.example", AUTHORITY)) {
      client.send("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).endsWith("x");
      // Also where the client is still sending.
      try (RawClient sending = proxy.client("a.example", AUTHORITY)) {
        sending.send("GET / HTTP/1.1\r\nHost: a.example\r\nBad Header: x\r\n\r\nmore");
        assertThat(sending.rest()).startsWith("HTTP/1.1 400 ");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDrainEndsWithoutCuttingAnythingOff(TlsProvider provider) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port());
        RawClient client = proxy.listener("*", A).client("a.example", AUTHORITY)) {
      assertThat(client.get("/").response()).endsWith("x");
      assertThat(proxy.server.drain(Duration.ofSeconds(5))).isZero();
      assertThat(client.ended()).isTrue();
    }
  }
}

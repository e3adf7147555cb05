package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.ClientTrust;
import dev.fairlead.route.Listener;
import dev.fairlead.route.ServerTls;
import dev.fairlead.route.ServerTls.TlsVersion;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that outlive what was asked of them, and those that are for another host. */
@ExtendWith(NoLeaks.class)
class TlsReloadTest {
  private static final Authority AUTHORITY = new Authority("test");
  private static final CertifiedKey A = AUTHORITY.key("a.example");
  private static final CertifiedKey B = AUTHORITY.key("b.example", "also-b.example");
  private static final Authority CLIENTS = new Authority("clients");
  private static final Authority OTHERS = new Authority("others");
  private static final String SHOP = "spiffe://one/shop";

  private static String get(String host) {
    return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  private static ClientTrust trust(boolean required, String... domains) {
    return new ClientTrust(List.of("clients"), required, Set.of(domains));
  }

  /** The only listener asks this of its clients from now on. */
  private static void ask(TlsProxy proxy, Optional<ServerTls> tls) throws Exception {
    Listener now = proxy.listeners.getFirst();
    proxy.listeners.set(
        0,
        new Listener(
            now.name(),
            now.host(),
            now.port(),
            now.hostname(),
            tls,
            now.clientKey(),
            now.routes()));
    proxy.apply();
  }

  private static void ask(TlsProxy proxy, ClientTrust trust) throws Exception {
    ask(
        proxy,
        Optional.of(new ServerTls(List.of("*"), Optional.ofNullable(trust), TlsVersion.TLS_1_2)));
  }

  private static void believe(TlsProxy proxy, Authority... authorities) throws Exception {
    List<X509Certificate> certificates =
        java.util.Arrays.stream(authorities).map(each -> each.certificate).toList();
    proxy.authorities.put("clients", certificates);
    proxy.apply();
  }

  private static TlsProxy proxy(TlsProvider provider, Upstream upstream, ClientTrust trust)
      throws Exception {
    TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port());
    proxy.authorities.put("clients", List.of(CLIENTS.certificate));
    proxy.listener("*", A);
    ask(proxy, trust);
    return proxy;
  }

  private static SSLContext as(String id) throws Exception {
    return TlsProxy.clientContext(AUTHORITY, id.isEmpty() ? null : CLIENTS.key(id));
  }

  private static Http2Peer h2(TlsProxy proxy, SSLContext context, String name) throws Exception {
    SSLSocket socket = proxy.unconnected(context, name);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return new Http2Peer(socket, true, stream -> {});
  }

  /** Whatever is asked next, the answer on a connection that is still good is 200. */
  private static void goesOn(RawClient client) throws Exception {
    assertThat(client.send(get("a.example")).response()).endsWith("x");
  }

  private static void turnedAway(RawClient client) throws Exception {
    assertThat(client.send(get("a.example")).rest())
        .startsWith("HTTP/1.1 421 ")
        .containsIgnoringCase("connection: close")
        .contains("more to prove");
  }

  /** The client's second request comes while its first is under way, so nothing is quiet. */
  @ParameterizedTest
  @EnumSource
  void whoProvedNothingIsTurnedAwayOnceProofIsAskedFor(TlsProvider provider) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch changed = new CountDownLatch(1);
    Upstream.Script slow =
        connection -> {
          while (connection.readHead() != null) {
            asked.countDown();
            assertThat(changed.await(10, TimeUnit.SECONDS)).isTrue();
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream upstream = new Upstream(slow);
        TlsProxy proxy = proxy(provider, upstream, null);
        RawClient client = proxy.client(as(""), "a.example")) {
      client.send(get("a.example"));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      client.send(get("a.example"));
      ask(proxy, trust(true));
      changed.countDown();
      // What began before is served to its end.
      assertThat(client.response()).endsWith("x");
      assertThat(client.rest()).startsWith("HTTP/1.1 421 ").contains("more to prove");
      assertThat(upstream.heads).hasSize(1);
      assertThat(proxy.peers).containsExactly("", "");

      try (RawClient proven = proxy.client(as(SHOP), "a.example")) {
        goesOn(proven);
      }
      assertThatThrownBy(
              () -> {
                try (RawClient nobody = proxy.client(as(""), "a.example")) {
                  nobody.send(get("a.example"));
                  if (nobody.rest().isEmpty()) {
                    throw new IOException("closed");
                  }
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void overHttp2ItIsToldToGoAtOnce(TlsProvider provider) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = proxy(provider, upstream, null)) {
      SSLContext open = as("");
      try (Http2Peer client = h2(proxy, open, "a.example")) {
        assertThat(client.request(true, request("a.example")).response()).endsWith("x");
        assertThat(client.goAways).isEmpty();
        ask(proxy, trust(true));
        await().until(() -> !client.goAways.isEmpty());
        await().until(client::ended);
      }
      assertThat(upstream.heads).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void widerTrustLeavesConnectionsAloneAndNarrowerDoesNot(TlsProvider provider) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = proxy(provider, upstream, trust(true));
        RawClient client = proxy.client(as(SHOP), "a.example");
        Http2Peer second = h2(proxy, as(SHOP), "a.example")) {
      goesOn(client);
      proxy.keys.put("*", AUTHORITY.key("a.example"));
      proxy.apply();
      goesOn(client);
      believe(proxy, CLIENTS, OTHERS);
      goesOn(client);
      ask(proxy, trust(false));
      goesOn(client);
      assertThat(second.request(true, request("a.example")).response()).endsWith("x");
      assertThat(second.goAways).isEmpty();

      believe(proxy, OTHERS);
      await().until(() -> !second.goAways.isEmpty());
      turnedAway(client);
    }
  }

  @Test
  void anIdentityIsNotKeptWhereNobodyVouchesForIt() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = proxy(TlsProvider.best(), upstream, trust(true));
        RawClient client = proxy.client(as(SHOP), "a.example");
        RawClient again = proxy.client(as(SHOP), "a.example")) {
      goesOn(client);
      goesOn(again);
      ask(proxy, trust(true, "one"));
      turnedAway(client);
      ask(proxy, (ClientTrust) null);
      turnedAway(again);
    }
  }

  @Test
  void whoIsNobodyGoesOnWhereNobodyNeedProveAnything() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = proxy(TlsProvider.best(), upstream, null);
        RawClient client = proxy.client(as(""), "a.example")) {
      goesOn(client);
      ask(proxy, trust(false));
      goesOn(client);
      ask(proxy, trust(false, "one"));
      goesOn(client);
      assertThat(proxy.peers).containsOnly("");
    }
  }

  @Test
  void clearTextIsNotServedWhereTlsIsSpokenNow() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = proxy(TlsProvider.best(), upstream, null)) {
      ask(proxy, Optional.empty());
      try (RawClient client = new RawClient(proxy.port());
          Http2Peer second = new Http2Peer(proxy.port())) {
        goesOn(client);
        assertThat(second.request(true, request("a.example")).response()).endsWith("x");
        ask(proxy, trust(false));
        await().until(() -> !second.goAways.isEmpty());
        turnedAway(client);
      }
    }
  }

  @Test
  void whoIsQuietIsClosedWithoutAWord() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = proxy(TlsProvider.best(), upstream, null);
        RawClient client = proxy.client(as(""), "a.example")) {
      goesOn(client);
      proxy.ahead.addAndGet(TimeUnit.SECONDS.toNanos(2));
      ask(proxy, trust(true));
      assertThat(client.rest()).isEmpty();
    }
  }

  private static String[] request(String host) {
    return new String[] {":method", "GET", ":scheme", "https", ":authority", host, ":path", "/"};
  }

  private static String status(Http2Peer client, String host) throws Exception {
    return client.request(true, request(host)).response();
  }

  /** RFC 9113 §9.1.1: clients may take a connection for other hosts, and must be told if not. */
  @ParameterizedTest
  @EnumSource
  void overHttp2ARequestForAnotherHostThanTheConnectionsIsMisdirected(TlsProvider provider)
      throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port())) {
      proxy.listener("a.example", A).listener("*.example", B);
      try (Http2Peer a = h2(proxy, as(""), "a.example");
          Http2Peer b = h2(proxy, as(""), "b.example")) {
        // Another listener's, whose clients may have more to prove.
        assertThat(status(a, "b.example")).startsWith(":status: 421");
        assertThat(upstream.heads).isEmpty();
        assertThat(status(a, "A.example")).endsWith("x");
        // Of the same listener: one that the certificate is for, and one that it is not for.
        assertThat(status(b, "also-b.example")).endsWith("x");
        assertThat(status(b, "c.example")).startsWith(":status: 421");
        assertThat(status(b, "a.example")).startsWith(":status: 421");
        assertThat(status(b, "b.example")).endsWith("x");
        assertThat(upstream.heads).hasSize(3);
        assertThat(a.goAways).isEmpty();
        assertThat(b.goAways).isEmpty();
        assertThat(proxy.peers).hasSize(6);
      }
    }
  }
}

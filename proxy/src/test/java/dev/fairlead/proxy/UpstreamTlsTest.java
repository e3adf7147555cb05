package dev.fairlead.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.check.CheckCounters;
import dev.fairlead.proxy.tls.TlsFault;
import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.HealthCheck;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.UpstreamTls;
import dev.fairlead.route.UpstreamTls.PeerName;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints that are spoken to in TLS, over real sockets, with each of the engines. */
@ExtendWith(NoLeaks.class)
class UpstreamTlsTest {
  private static final Authority AUTHORITY = new Authority("test");
  private static final CertifiedKey FRONT = AUTHORITY.key("a.example");
  private static final PeerName WEB = new PeerName.Host("web.internal");

  private static Upstream upstream(CertifiedKey key, Upstream.Script script) throws Exception {
    return new Upstream(TlsProxy.serverSocket(key, null), 0, script);
  }

  private static final Upstream.Script OK =
      connection -> {
        while (connection.readHead() != null) {
          connection.write(Upstream.ok("x"));
        }
      };

  private static TlsProxy proxy(
      TlsProvider provider, ProxyOptions options, Upstream upstream, PeerName... names)
      throws Exception {
    TlsProxy proxy = new TlsProxy(provider, options, upstream.port());
    proxy.authorities.put("endpoints", List.of(AUTHORITY.certificate));
    proxy.upstreams.put(
        Proxy.WEB, new UpstreamTls("web.internal", List.of(names), List.of("endpoints")));
    return proxy.listener("*", FRONT);
  }

  @ParameterizedTest
  @EnumSource
  void aCheckByTcpMakesTheHandshakeToo(TlsProvider provider) throws Exception {
    for (boolean right : new boolean[] {true, false}) {
      try (Upstream upstream = upstream(AUTHORITY.key(right ? "web.internal" : "else"), OK);
          TlsProxy proxy = proxy(provider, Proxy.options(), upstream, WEB)) {
        proxy.check(
            new HealthCheck(
                new HealthCheck.Probe.Tcp(),
                OptionalInt.empty(),
                Protocol.HTTP1,
                Duration.ofSeconds(10)));
        await()
            .until(
                () ->
                    proxy
                        .checked()
                        .equals(new CheckCounters.Sums(right ? 1 : 0, right ? 0 : 1, 0)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectionsAreKeptAndSessionsTakenUpAgain(TlsProvider provider) throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    Upstream.Script twice =
        connection -> {
          for (int i = 0; i < 2 && connection.readHead() != null; i++) {
            ExtendedSSLSession session =
                (ExtendedSSLSession) ((SSLSocket) connection.socket).getSession();
            asked.add(session.getRequestedServerNames().toString());
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream upstream = upstream(AUTHORITY.key("web.internal"), twice);
        TlsProxy proxy = proxy(provider, Proxy.options(), upstream, WEB);
        RawClient client = proxy.client("a.example", AUTHORITY)) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").response()).endsWith("x");
        int idle = i % 2 == 0 ? 1 : 0;
        await().until(() -> proxy.server.counters().upstreamConnectionsIdle() == idle);
      }
      assertThat(upstream.connections).hasValue(3);
      assertThat(asked).hasSize(6).allMatch(names -> names.contains("web.internal"));
      if (provider == TlsProvider.NATIVE) {
        assertThat(proxy.server.counters().upstreamTls().resumed()).isEqualTo(2);
      }
      // The same again stays the same: pooled connections outlive a reload.
      assertThat(client.get("/").response()).endsWith("x");
      proxy.apply();
      assertThat(client.get("/").response()).endsWith("x");
      assertThat(upstream.connections).hasValue(4);
    }
  }

  private static void refused(
      TlsProvider provider, CertifiedKey shown, TlsFault why, PeerName... wanted) throws Exception {
    try (Upstream upstream = upstream(shown, OK);
        TlsProxy proxy = proxy(provider, Proxy.options(), upstream, wanted);
        RawClient client = proxy.client("a.example", AUTHORITY)) {
      assertThat(client.get("/").response())
          .startsWith("HTTP/1.1 503 ")
          .contains("TLS: " + why.id());
      assertThat(upstream.heads).isEmpty();
      assertThat(proxy.upstreamFailed(why)).isPositive();
      assertThat(proxy.details).allMatch(line -> line.startsWith("UF "));
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
      assertThat(proxy.faults).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndpointProvesWhoItIs(TlsProvider provider) throws Exception {
    PeerName id = new PeerName.Uri("spiffe://one/web");
    refused(provider, AUTHORITY.key("other.internal"), TlsFault.WRONG_NAME, WEB);
    refused(provider, AUTHORITY.key("a.web.internal"), TlsFault.WRONG_NAME, WEB);
    refused(provider, AUTHORITY.key("web.internal"), TlsFault.WRONG_NAME, id);
    refused(provider, AUTHORITY.key("spiffe://one/other"), TlsFault.WRONG_NAME, id);
    refused(
        provider,
        AUTHORITY.key(Instant.now().minusSeconds(60), "web.internal"),
        TlsFault.EXPIRED_CERTIFICATE,
        WEB);
    refused(
        provider, new Authority("test").key("web.internal"), TlsFault.UNTRUSTED_CERTIFICATE, WEB);
    for (CertifiedKey good :
        List.of(AUTHORITY.key("*.internal"), AUTHORITY.key("spiffe://one/web"))) {
      try (Upstream upstream = upstream(good, OK);
          TlsProxy proxy = proxy(provider, Proxy.options(), upstream, WEB, id);
          RawClient client = proxy.client("a.example", AUTHORITY)) {
        assertThat(client.get("/").response()).endsWith("x");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void weProveWhoWeAreToAnEndpoint(TlsProvider provider) throws Exception {
    Authority gateways = new Authority("gateways");
    List<String> seen = new CopyOnWriteArrayList<>();
    Upstream.Script script =
        connection -> {
          while (connection.readHead() != null) {
            SSLSocket socket = (SSLSocket) connection.socket;
            seen.add(socket.getSession().getPeerPrincipal().getName());
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream upstream =
            new Upstream(
                TlsProxy.serverSocket(AUTHORITY.key("web.internal"), gateways), 0, script);
        TlsProxy proxy = new TlsProxy(provider, Proxy.options(), upstream.port())) {
      proxy.authorities.put("endpoints", List.of(AUTHORITY.certificate));
      proxy.upstreams.put(
          Proxy.WEB, new UpstreamTls("web.internal", List.of(WEB), List.of("endpoints")));
      proxy.keys.put("own", gateways.key("gateway.example"));
      proxy.listener("*", FRONT);
      try (RawClient client = proxy.client("a.example", AUTHORITY)) {
        assertThat(client.get("/").response()).endsWith("x");
      }
      assertThat(seen).containsExactly("CN=leaf");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatEndsWithItsConnectionNeedsTheNotice(TlsProvider provider) throws Exception {
    CertifiedKey key = AUTHORITY.key("web.internal");
    Upstream.Script ending =
        connection -> {
          SSLSocket tls = TlsProxy.layered(connection.socket, key);
          String head = RawClient.readHead(tls.getInputStream());
          tls.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nhalf of it".getBytes(US_ASCII));
          if (head.contains("/whole")) {
            tls.close();
          }
        };
    try (Upstream upstream = new Upstream(ending);
        TlsProxy proxy = proxy(provider, Proxy.options(), upstream, WEB)) {
      try (RawClient client = proxy.client("a.example", AUTHORITY)) {
        assertThat(client.get("/whole").response()).endsWith("half of it\r\n0\r\n\r\n");
      }
      try (RawClient client = proxy.client("a.example", AUTHORITY)) {
        client.get("/cut");
        assertThatThrownBy(client::response).isInstanceOf(IOException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndpointThatSpeaksNoTlsOrNothingAtAllIsAConnectThatFailed(TlsProvider provider)
      throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.handshakeTimeout = Duration.ofMillis(500);
    try (Upstream upstream = Upstream.answering("HTTP/1.1 400 Bad Request\r\n\r\n");
        TlsProxy proxy = proxy(provider, draft.options(), upstream, WEB);
        RawClient client = proxy.client("a.example", AUTHORITY)) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503 ").contains("TLS: timeout");
    }
    Upstream.Script garbage = connection -> connection.write("220 smtp.example ready\r\n");
    try (Upstream upstream = new Upstream(garbage);
        TlsProxy proxy = proxy(provider, draft.options(), upstream, WEB);
        RawClient client = proxy.client("a.example", AUTHORITY)) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503 ").contains("TLS: broken");
      assertThat(proxy.faults).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesDuringTheHandshakeIsNoLeak(TlsProvider provider) throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.handshakeTimeout = Duration.ofMillis(500);
    try (Upstream upstream = Upstream.answering("");
        TlsProxy proxy = proxy(provider, draft.options(), upstream, WEB)) {
      try (RawClient client = proxy.client("a.example", AUTHORITY)) {
        client.get("/");
        await().until(() -> proxy.server.counters().upstreamTls().underWay() == 1);
      }
      await().until(() -> proxy.server.counters().requestsInFlight() == 0);
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
      assertThat(proxy.server.counters().upstreamTls().underWay()).isZero();
    }
  }

  private static TlsProxy overHttp2(TlsProvider provider, int port) throws Exception {
    TlsProxy proxy = new TlsProxy(provider, Proxy.options(), port);
    proxy.authorities.put("endpoints", List.of(AUTHORITY.certificate));
    proxy.upstreams.put(
        Proxy.WEB, new UpstreamTls("web.internal", List.of(WEB), List.of("endpoints")));
    return proxy.listener("*", FRONT, 0, Proxy.rule(Proxy.forwardH2()));
  }

  private static ServerSocket agreeing(String... protocols) throws Exception {
    SSLServerSocket socket =
        (SSLServerSocket) TlsProxy.serverSocket(AUTHORITY.key("web.internal"), null);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  @ParameterizedTest
  @EnumSource
  void anEndpointThatAgreesIsSpokenToInHttp2(TlsProvider provider) throws Exception {
    Http2Upstream.Script script = stream -> stream.ok(stream.head().fields());
    try (Http2Upstream upstream = new Http2Upstream(agreeing("h2"), script);
        TlsProxy proxy = overHttp2(provider, upstream.port());
        RawClient client = proxy.client("a.example", AUTHORITY)) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get("/").response())
            .startsWith("HTTP/1.1 200")
            .contains(":scheme: https\n", ":authority: a.example\n");
      }
      assertThat(upstream.connections).hasSize(1);
      assertThat(proxy.faults).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndpointThatDoesNotAgreeIsAConnectThatFailed(TlsProvider provider) throws Exception {
    try (Upstream upstream =
            new Upstream(agreeing(), 0, connection -> connection.in.readAllBytes());
        TlsProxy proxy = overHttp2(provider, upstream.port());
        RawClient client = proxy.client("a.example", AUTHORITY)) {
      assertThat(client.get("/").response())
          .startsWith("HTTP/1.1 503 ")
          .contains("TLS: no_shared_protocol: the endpoint did not agree");
      assertThat(proxy.upstreamFailed(TlsFault.NO_SHARED_PROTOCOL)).isPositive();
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
      assertThat(proxy.details).allMatch(line -> line.startsWith("UF "));
      assertThat(proxy.faults).isEmpty();
    }
  }
}

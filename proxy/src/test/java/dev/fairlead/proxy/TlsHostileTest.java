package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.tls.TlsFault;
import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.route.CertifiedKey;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that do not mean well, before there is any TLS and in it. */
@ExtendWith(NoLeaks.class)
class TlsHostileTest {
  private static final Authority AUTHORITY = new Authority("test");
  private static final CertifiedKey KEY = AUTHORITY.key("a.example");

  private static TlsProxy proxy(TlsProvider provider, ProxyOptions options) throws Exception {
    return new TlsProxy(provider, options).listener("*", KEY);
  }

  /** The first flight of a client. */
  static byte[] hello(String... suites) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("a.example", 1);
    engine.setUseClientMode(true);
    if (suites.length > 0) {
      engine.setEnabledCipherSuites(suites);
    }
    java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(32_000);
    engine.wrap(java.nio.ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static void refused(TlsProxy proxy, String bytes, TlsFault why) throws Exception {
    long before = proxy.failed(why);
    try (RawClient client = new RawClient(proxy.port())) {
      client.send(bytes);
      assertThat(client.rest()).isNotEmpty();
    }
    assertThat(proxy.failed(why)).isEqualTo(before + 1);
    assertThat(proxy.faults).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoHelloIsRefused(TlsProvider provider) throws Exception {
    try (TlsProxy proxy = proxy(provider, Proxy.options())) {
      refused(proxy, "\0\1\2\3\4\5\6\7", TlsFault.BAD_HELLO);
      refused(proxy, "\u0016\2\0\0\5hello", TlsFault.BAD_HELLO);
      refused(proxy, "\u0016\3\1\0\0", TlsFault.BAD_HELLO);
      refused(proxy, "\u0016\3\1\0\4\2\0\0\0", TlsFault.BAD_HELLO);
      refused(proxy, "\u0016\3\1\0\4\1\0\0\0", TlsFault.BAD_HELLO);
      refused(proxy, "\u0016\3\1\0\4\1\177\0\0", TlsFault.HELLO_TOO_LARGE);
      String record = "\u0016\3\1\0\1";
      refused(
          proxy,
          record + "\1" + record + "\0" + record + "\1" + (record + "\0").repeat(40),
          TlsFault.BAD_HELLO);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRequestInClearTextIsToldSo(TlsProvider provider) throws Exception {
    try (TlsProxy proxy = proxy(provider, Proxy.options());
        RawClient client = new RawClient(proxy.port())) {
      assertThat(client.get("/").rest()).startsWith("HTTP/1.1 400 ").contains("TLS");
      assertThat(proxy.failed(TlsFault.PLAIN_HTTP)).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoComesAfterAQuietHourHasAsLongAsAnybody(TlsProvider provider) throws Exception {
    byte[] hello = hello();
    try (TlsProxy proxy = proxy(provider, Proxy.options())) {
      proxy.ahead.set(Duration.ofHours(1).toNanos());
      try (RawClient client = new RawClient(proxy.port())) {
        client.send(text(hello).substring(0, 100));
        // Some ticks of the wheel, in the first of which it was once cut off.
        client.socket.setSoTimeout(200);
        assertThatThrownBy(client.in::read).isInstanceOf(SocketTimeoutException.class);
      }
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
      assertThat(proxy.failed(TlsFault.TIMEOUT)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHelloMayComeByteByByteButNotForever(TlsProvider provider) throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.handshakeTimeout = Duration.ofMillis(300);
    byte[] hello = hello();
    try (TlsProxy proxy = proxy(provider, draft.options());
        RawClient slow = new RawClient(proxy.port());
        RawClient half = new RawClient(proxy.port());
        RawClient silent = new RawClient(proxy.port());
        RawClient stuck = new RawClient(proxy.port())) {
      for (byte b : hello) {
        slow.send(text(new byte[] {b}));
      }
      assertThat(slow.in.read()).isEqualTo(22);
      half.send(text(hello).substring(0, 100));
      stuck.send(text(hello));
      assertThat(half.ended()).isTrue();
      assertThat(silent.ended()).isTrue();
      stuck.rest();
      slow.rest();
      // A client that says nothing at all is only closed.
      assertThat(proxy.failed(TlsFault.TIMEOUT)).isEqualTo(3);
      await().until(() -> proxy.server.counters().clientTls().underWay() == 0);
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void handshakesUnderWayHaveABound(TlsProvider provider) throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.maxHandshakes = 2;
    try (TlsProxy proxy = proxy(provider, draft.options());
        RawClient one = new RawClient(proxy.port());
        RawClient two = new RawClient(proxy.port())) {
      one.send(text(hello()));
      two.send(text(hello()));
      await().until(() -> proxy.server.counters().clientTls().underWay() == 2);
      refused(proxy, text(hello()), TlsFault.TOO_MANY);
      one.close();
      await().until(() -> proxy.server.counters().clientTls().underWay() == 1);
      assertThat(proxy.failed(TlsFault.CLOSED)).isOne();
      proxy.client("a.example", AUTHORITY).close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void oldVersionsAndSuitesAreRefused(TlsProvider provider) throws Exception {
    try (TlsProxy proxy = proxy(provider, Proxy.options())) {
      // The same greeting as TLS 1.1 would send it: no newer version is named.
      byte[] old = hello("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
      old = withoutVersions(old);
      old[10] = 2;
      refused(proxy, text(old), TlsFault.UNSUPPORTED_VERSION);
      refused(
          proxy,
          text(withoutVersions(hello("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"))),
          TlsFault.NO_SHARED_CIPHER);
    }
  }

  /** Renames the extension {@code supported_versions}, so that nobody knows it. */
  private static byte[] withoutVersions(byte[] hello) {
    for (int i = 60; i + 5 < hello.length; i++) {
      boolean versions = hello[i] == 0 && hello[i + 1] == 43 && hello[i + 2] == 0;
      if (versions && hello[i + 3] == hello[i + 4] + 1 && hello[i + 5] == 3) {
        hello[i] = 0x7a;
        hello[i + 1] = 0x7a;
      }
    }
    return hello;
  }

  @ParameterizedTest
  @EnumSource
  void nobodyNegotiatesAnew(TlsProvider provider) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        TlsProxy proxy =
            new TlsProxy(provider, Proxy.options(), upstream.port()).listener("*", KEY);
        SSLSocket socket =
            proxy.unconnected(TlsProxy.clientContext(AUTHORITY, null), "a.example")) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      RawClient client = new RawClient(socket, "a.example");
      assertThat(client.get("/").response()).endsWith("x");
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                if (client.get("/").response().isEmpty()) {
                  throw new IOException("closed");
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(upstream.heads).hasSize(1);
      assertThat(proxy.faults).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void garbageAfterTheHandshakeEndsTheConnection(TlsProvider provider) throws Exception {
    try (TlsProxy proxy = proxy(provider, Proxy.options())) {
      for (String garbage : List.of("garbage garbage", "\u0017\3\3\0\20garbage garbage!")) {
        try (SSLSocket socket =
            proxy.unconnected(TlsProxy.clientContext(AUTHORITY, null), "a.example")) {
          socket.startHandshake();
          await().until(() -> proxy.server.counters().clientTls().underWay() == 0);
        }
        // Beneath the TLS of the socket.
        try (RawClient raw = new RawClient(proxy.port())) {
          raw.send(text(hello()) + garbage).rest();
        }
      }
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
      assertThat(proxy.faults).isEmpty();
    }
  }
}

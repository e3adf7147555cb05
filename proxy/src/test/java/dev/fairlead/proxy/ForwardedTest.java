package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.http1.TrustedPeers;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is forwarded of what a peer says of the client, by whether it is trusted. */
@ExtendWith(NoLeaks.class)
class ForwardedTest {
  private static final String SAID =
      "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n"
          + "X-Forwarded-Port: 443\r\nForwarded: for=203.0.113.9\r\nX-Real-IP: 203.0.113.9\r\n";

  private static String told(TrustedPeers trusted, boolean http2) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options().trusting(trusted), upstream.port())) {
      if (http2) {
        try (Http2Peer client = new Http2Peer(proxy.port())) {
          String[] fields = SAID.strip().split(": |\r\n");
          for (int i = 0; i < fields.length; i += 2) {
            fields[i] = fields[i].toLowerCase(java.util.Locale.ROOT);
          }
          assertThat(client.get("/", fields).response()).endsWith("x");
        }
      } else {
        try (RawClient client = proxy.client()) {
          client.send("GET / HTTP/1.1\r\nHost: a\r\n" + SAID + "\r\n");
          assertThat(client.response()).endsWith("x");
        }
      }
      return upstream.heads.getFirst().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrustedProxysWordGoesOnWithItsAddressBehind(boolean http2) throws Exception {
    assertThat(told(TrustedPeers.of("10.0.0.0/8,127.0.0.0/8"), http2))
        .contains("\r\nx-forwarded-for: 203.0.113.9, 127.0.0.1\r\n")
        .contains("\r\nx-forwarded-proto: https\r\n")
        .contains("\r\nx-forwarded-host: shop\r\n")
        .contains("\r\nx-forwarded-port: 443\r\n")
        .contains("\r\nforwarded: for=203.0.113.9\r\n")
        .contains("\r\nx-real-ip: 203.0.113.9\r\n")
        .doesNotContain("x-forwarded-proto: http\r\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anybodyElsesIsLeftBehind(boolean http2) throws Exception {
    assertThat(told(TrustedPeers.of("10.0.0.0/8"), http2))
        .contains("\r\nx-forwarded-for: 127.0.0.1\r\n")
        .contains("\r\nx-forwarded-proto: http\r\n")
        .doesNotContain("203.0.113.9")
        .doesNotContain("x-forwarded-host: shop")
        .doesNotContain("x-forwarded-port");
  }
}

package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Requests that go through, and how they look on either side. */
class ForwardingTest {
  @Test
  void aRequestAndItsAnswerPassThrough() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("hello"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nX-Forwarded-For: 6.6.6.6\r\n"
              + "Connection: x-secret\r\nX-Secret: 1\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
      String seen = upstream.heads.getFirst().toLowerCase(java.util.Locale.ROOT);
      assertThat(seen)
          .startsWith("get /a?b=c http/1.1\r\n")
          .contains("host: example.com\r\n")
          .contains("x-forwarded-for: 127.0.0.1\r\n")
          .contains("x-forwarded-proto: http\r\n")
          .contains("x-forwarded-host: example.com\r\n")
          .doesNotContain("6.6.6.6")
          .doesNotContain("x-secret");
    }
  }

  @Test
  void keepAliveReusesBothConnections() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.get("/" + i).response()).endsWith("\r\n\r\nx");
      }
      assertThat(upstream.connections).hasValue(1);
      assertThat(proxy.server.counters().requests()).isEqualTo(50);
      assertThat(proxy.log).hasSize(50).allMatch(e -> e.status() == 200 && e.flags().isEmpty());
    }
  }
}

package dev.fairlead.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.FakeTimer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointSourcesTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");

  private final FakeTimer timer = new FakeTimer();
  private final Map<String, List<String>> answers = new HashMap<>();
  private final List<String> lookups = new ArrayList<>();
  private final List<EndpointSet> changes = new ArrayList<>();
  private final EndpointSources sources =
      new EndpointSources(this::resolve, timer, (_, endpoints) -> changes.add(endpoints));

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    lookups.add(host);
    List<String> answer = answers.get(host);
    if (answer == null) {
      throw new UnknownHostException(host);
    }
    return answer.stream().map(InetAddress::ofLiteral).toList();
  }

  private static Configuration configuration(String refresh) {
    Documents.Result result =
        Documents.read(
            "shop.yaml",
            """
            apiVersion: fairlead.dev/v1alpha1
            kind: ServiceEndpoints
            metadata: {name: shop}
            spec:
              clusters:
                - {cluster: west, addresses: ["192.0.2.1:80"]}
                - {cluster: east, dns: {name: shop.example, port: 8080, refresh: %s}}
            """
                .formatted(refresh));
    return ((Accepted) result).configuration();
  }

  private static List<String> text(EndpointSet endpoints) {
    return endpoints.endpoints().stream().map(e -> e.cluster() + " " + e.address()).toList();
  }

  @Test
  void listedEndpointsAreThereAtOnceAndResolvedOnesFollow() {
    answers.put("shop.example", List.of("192.0.2.3", "2001:db8::2"));
    assertThat(text(sources.apply(configuration("5s")).get(SHOP)))
        .containsExactly("west 192.0.2.1:80");

    timer.advance(Duration.ZERO);

    assertThat(text(changes.getLast()))
        .containsExactly("west 192.0.2.1:80", "east 192.0.2.3:8080", "east [2001:db8::2]:8080");
  }

  @Test
  void aNameIsResolvedAgainAfterItsIntervalAndOnlyChangesAreTold() {
    answers.put("shop.example", List.of("192.0.2.3", "192.0.2.4"));
    sources.apply(configuration("5s"));
    timer.advance(Duration.ofMillis(4999));
    assertThat(lookups).hasSize(1);

    answers.put("shop.example", List.of("192.0.2.4", "192.0.2.3"));
    timer.advance(Duration.ofMillis(1));
    assertThat(lookups).hasSize(2);
    assertThat(changes).as("another order is no change").hasSize(1);

    answers.put("shop.example", List.of("192.0.2.5"));
    timer.advance(Duration.ofSeconds(5));
    assertThat(text(changes.getLast())).containsExactly("west 192.0.2.1:80", "east 192.0.2.5:8080");
  }

  @Test
  void aFailureKeepsTheLastGoodAddressesAndIsCounted() {
    answers.put("shop.example", List.of("192.0.2.3"));
    sources.apply(configuration("5s"));
    timer.advance(Duration.ZERO);
    answers.remove("shop.example");
    timer.advance(Duration.ofSeconds(5));
    answers.put("shop.example", List.of());
    timer.advance(Duration.ofSeconds(5));

    assertThat(changes).hasSize(1);
    EndpointSources.NameStatus status = sources.status().getFirst();
    assertThat(status.addresses()).containsExactly("192.0.2.3");
    assertThat(status.lookups()).isEqualTo(3);
    assertThat(status.failures()).isEqualTo(2);
    assertThat(status.lastError()).contains("no addresses");

    answers.put("shop.example", List.of("192.0.2.3"));
    timer.advance(Duration.ofSeconds(5));
    assertThat(sources.status().getFirst().lastError()).isEmpty();
  }

  @Test
  void aNameThatNeverResolvedHasNoEndpointsAndSaysWhy() {
    sources.apply(configuration("5s"));
    timer.advance(Duration.ZERO);

    assertThat(changes).isEmpty();
    assertThat(sources.status().getFirst().addresses()).isEmpty();
    assertThat(sources.status().getFirst().lastError()).contains("shop.example");
  }

  @Test
  void aReloadKeepsWhatANameResolvedTo() {
    answers.put("shop.example", List.of("192.0.2.3"));
    sources.apply(configuration("1h"));
    timer.advance(Duration.ZERO);
    answers.remove("shop.example");

    assertThat(text(sources.apply(configuration("2s")).get(SHOP)))
        .containsExactly("west 192.0.2.1:80", "east 192.0.2.3:8080");
    timer.advance(Duration.ofSeconds(2));
    assertThat(lookups).as("a shorter interval counts at once").hasSize(2);
  }

  @Test
  void theNumberOfAddressesIsBounded() {
    answers.put(
        "shop.example",
        IntStream.range(0, EndpointSources.MAX_ADDRESSES + 7)
            .mapToObj(i -> "10.0." + i / 256 + "." + i % 256)
            .toList());
    sources.apply(configuration("5s"));
    timer.advance(Duration.ZERO);

    assertThat(changes.getLast().endpoints()).hasSize(EndpointSources.MAX_ADDRESSES + 1);
    assertThat(sources.status().getFirst().dropped()).isEqualTo(7);
  }

  @Test
  void nothingIsLookedUpAfterClose() {
    sources.apply(configuration("5s"));
    timer.advance(Duration.ZERO);
    sources.close();
    timer.advance(Duration.ofHours(1));

    assertThat(lookups).hasSize(1);
    assertThat(timer.pending()).isZero();
  }

  @Test
  void aConfigurationThatComesAfterCloseLooksUpNothing() {
    sources.close();
    sources.apply(configuration("5s"));

    assertThat(timer.pending()).isZero();
  }

  @Test
  void aFailureWithoutAMessageIsAFailureToo() {
    List<String> calls = new ArrayList<>();
    EndpointSources speechless =
        new EndpointSources(
            host -> {
              calls.add(host);
              if (calls.size() > 1) {
                throw new UnknownHostException("");
              }
              return List.of(InetAddress.ofLiteral("192.0.2.3"));
            },
            timer,
            (_, endpoints) -> changes.add(endpoints));
    speechless.apply(configuration("5s"));
    timer.advance(Duration.ofSeconds(5));

    assertThat(changes).as("the last good addresses stay").hasSize(1);
    assertThat(speechless.status().getFirst().lastError()).contains("UnknownHostException");
  }
}

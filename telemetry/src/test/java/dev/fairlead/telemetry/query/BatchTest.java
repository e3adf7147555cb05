package dev.fairlead.telemetry.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final ServiceName WEB = new ServiceName("shop", "web");
  private static final Target EAST = new Target(WEB, "web-east");
  private static final Target WEST = new Target(WEB, "web-west");
  private static final Duration WINDOW = Duration.ofSeconds(30);

  private static Batch of(QuerySet set, Target... targets) {
    return new Batch(set, List.of(targets), WINDOW);
  }

  @Test
  void oneQueryAsksForAllDestinations() {
    Batch batch = of(QuerySets.LINKERD, EAST, WEST, new Target(new ServiceName("pay", "x"), "x"));

    assertThat(batch.query(Signal.AGE))
        .isEqualTo(
            "time() - max by (dst_namespace,dst_service)"
                + " (timestamp(request_total{direction=\"outbound\","
                + "dst_namespace=~\"(?:shop|pay)\",dst_service=~\"(?:web-east|web-west|x)\"}))");
    assertThat(batch.query(Signal.LATENCY))
        .startsWith("sum by (dst_namespace,dst_service, le) (rate(response_latency_ms_bucket{")
        .endsWith("[30000ms]))");
    assertThat(batch.query(Signal.IN_FLIGHT)).contains("[15000ms]");
  }

  @Test
  void rowsAreTheirsWhoseNamesTheyHave() {
    Batch batch = of(QuerySets.LINKERD, EAST, WEST, new Target(new ServiceName("pay", "x"), "x"));

    assertThat(batch.of(Map.of("dst_namespace", "shop", "dst_service", "web-west", "le", "10")))
        .containsExactly(WEST);
    // The query cannot tell these from those that it asks for.
    assertThat(batch.of(Map.of("dst_namespace", "pay", "dst_service", "web-west"))).isEmpty();
    assertThat(batch.of(Map.of("dst_service", "web-west"))).isEmpty();
    assertThat(batch.of(Map.of())).isEmpty();
  }

  @Test
  void envoysNameTheirClustersInTwoWays() {
    Target same = new Target(new ServiceName("pay", "web"), "web-east");
    Batch batch = of(QuerySets.ENVOY, EAST, same);

    assertThat(
            batch.of(
                Map.of("envoy_cluster_name", "outbound|8080|v1|web-east.shop.svc.cluster.local")))
        .containsExactly(EAST);
    // A bare name is of whoever asks for it.
    assertThat(batch.of(Map.of("envoy_cluster_name", "web-east"))).containsExactly(EAST, same);
    assertThat(batch.of(Map.of("envoy_cluster_name", "web-east2"))).isEmpty();
  }

  @Test
  void fairleadsServiceIsOneLabel() {
    Batch batch = of(QuerySets.FAIRLEAD, new Target(WEB, "eu-west"));

    assertThat(batch.of(Map.of("service", "shop/web", "cluster", "eu-west")))
        .containsExactly(new Target(WEB, "eu-west"));
    assertThat(batch.of(Map.of("service", "shop/other", "cluster", "eu-west"))).isEmpty();
  }

  @Test
  void aNameIsNoExpression() {
    Target odd = new Target(WEB, "a.b|c\"d\\(e$f{g}");
    Batch batch = of(QuerySets.LINKERD, odd);

    assertThat(batch.query(Signal.AGE))
        .contains("dst_service=~\"(?:a\\\\.b\\\\|c\\\"d\\\\\\\\\\\\(e\\\\$f\\\\{g\\\\})\"");
    assertThat(batch.of(Map.of("dst_namespace", "shop", "dst_service", odd.destination())))
        .containsExactly(odd);
    assertThat(batch.of(Map.of("dst_namespace", "shop", "dst_service", "aXb"))).isEmpty();
  }

  @Test
  void aNameThatNoMetricCanHaveIsNotAsked() {
    assertThat(EAST.canBeAsked()).isTrue();
    assertThat(new Target(WEB, "").canBeAsked()).isFalse();
    assertThat(new Target(WEB, "a\nb").canBeAsked()).isFalse();
    assertThat(new Target(WEB, "é").canBeAsked()).isFalse();
    assertThat(new Target(WEB, "x".repeat(300)).canBeAsked()).isFalse();
  }

  @Test
  void aWholeBatchIsFoundAgain() {
    List<Target> many = new ArrayList<>();
    for (int at = 0; at < Batch.MOST; at++) {
      many.add(new Target(new ServiceName("ns-" + at % 20, "s"), "backend-" + at));
    }
    Batch batch = new Batch(QuerySets.ISTIO, many, WINDOW);

    for (Target target : many) {
      assertThat(
              batch.of(
                  Map.of(
                      "destination_service_namespace",
                      target.service().namespace(),
                      "destination_service_name",
                      target.destination())))
          .containsExactly(target);
    }
    assertThat(batch.query(Signal.FAILED).length()).isLessThan(100_000);
  }

  @Test
  void theBuiltInSetsAreChosenByName() {
    assertThat(QuerySets.all())
        .extracting(QuerySet::name)
        .containsExactly("linkerd", "istio", "envoy", "fairlead", "otel");
    assertThat(QuerySets.named("istio")).contains(QuerySets.ISTIO);
    assertThat(QuerySets.named("smi")).isEmpty();
  }
}

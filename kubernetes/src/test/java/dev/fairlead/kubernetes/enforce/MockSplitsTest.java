package dev.fairlead.kubernetes.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** L3's walk-through in every build: against the mock, which checks nothing. */
class MockSplitsTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectName WEB = Splits.WEB;

  @Test
  void labelledWeightsFollowAndUnlabelledTheyAreRestored() {
    ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    try (MockApi api = new MockApi()) {
      api.serveTrafficSplits();
      KubernetesClient client = api.client();
      splits(client).resource(web("")).create();
      try (SplitEnforcer enforcer = enforcer(client, threads, told)) {
        enforcer.start();
        splits(client).resource(web("least-latency")).update();
        await("led, told " + told).atMost(SOON).until(() -> !enforcer.led().isEmpty());

        enforcer.enforce(WEB, Mode.DRIVE, Splits.plan(Map.of("a", 0.75, "b", 0.25)), "why");
        await().atMost(SOON).untilAsserted(() -> assertWeights(client, told, "[7500, 2500]"));

        GenericKubernetesResource there = read(client);
        there.getMetadata().setLabels(Map.of());
        splits(client).resource(there).update();
        await().atMost(SOON).untilAsserted(() -> assertWeights(client, told, "[1, 900m]"));
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(plans(client)).as("%s", told).isEmpty());
        assertThat(events(client))
            .containsExactlyInAnyOrder(
                "Normal WeightsChanged TrafficSplit web x1: a 52.63% → 75%, b 47.37% → 25%: why",
                "Normal WeightsRestored TrafficSplit web x1: a 75% → 52.63%, b 25% → 47.37%: the"
                    + " original weights, as it is led no more");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void observedNothingIsWrittenAndWhatWasDrivenIsGivenBack() {
    ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    try (MockApi api = new MockApi()) {
      api.serveTrafficSplits();
      KubernetesClient client = api.client();
      splits(client).resource(web("least-latency")).create();
      String before = read(client).getMetadata().getResourceVersion();
      try (SplitEnforcer enforcer = enforcer(client, threads, told)) {
        enforcer.start();
        await("led, told " + told).atMost(SOON).until(() -> !enforcer.led().isEmpty());
        enforcer.release(WEB);
        await().atMost(SOON).until(() -> enforcer.counts().suppressed().containsKey("not-led"));
        assertThat(read(client).getMetadata().getResourceVersion()).isEqualTo(before);
        assertThat(plans(client)).isEmpty();

        enforcer.enforce(WEB, Mode.DRIVE, Splits.plan(Map.of("a", 0.75, "b", 0.25)), "why");
        await().atMost(SOON).untilAsserted(() -> assertWeights(client, told, "[7500, 2500]"));
      }
      // The order to drive ended with its process; the next one only observes.
      try (SplitEnforcer next = enforcer(client, threads, told)) {
        next.start();
        await("led, told " + told).atMost(SOON).until(() -> !next.led().isEmpty());
        assertThat(plans(client)).hasSize(1);
        next.release(WEB);
        await().atMost(SOON).untilAsserted(() -> assertWeights(client, told, "[1, 900m]"));
        await().atMost(SOON).untilAsserted(() -> assertThat(plans(client)).isEmpty());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatHasAPlanComesFirst() {
    ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    try (MockApi api = new MockApi()) {
      api.serveTrafficSplits();
      KubernetesClient client = api.client();
      splits(client).resource(web("least-latency")).create();
      GenericKubernetesResource before = web("least-latency");
      before.getMetadata().setName("api");
      splits(client).resource(before).create();
      try (SplitEnforcer enforcer = enforcer(client, threads, told)) {
        enforcer.start();
        await("by name: " + told).atMost(SOON).until(() -> names(enforcer).equals("api web"));
        enforcer.enforce(WEB, Mode.DRIVE, Splits.plan(Map.of("a", 0.75, "b", 0.25)), "why");
        await("led first: " + told).atMost(SOON).until(() -> names(enforcer).equals("web api"));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static String names(SplitEnforcer enforcer) {
    return enforcer.led().stream()
        .map(each -> each.target().name())
        .collect(Collectors.joining(" "));
  }

  @Test
  void whoStandsByHasNothingToSayOfEachObject() {
    ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    Leadership none =
        new Leadership() {
          @Override
          public OptionalLong term() {
            return OptionalLong.empty();
          }

          @Override
          public void surpassed(long term) {}
        };
    try (MockApi api = new MockApi()) {
      api.serveTrafficSplits();
      splits(api.client()).resource(web("least-latency")).create();
      try (SplitEnforcer enforcer = enforcer(api.client(), none, threads, told)) {
        enforcer.start();
        await()
            .atMost(SOON)
            .until(() -> enforcer.counts().refused().getOrDefault("not-leader", 0L) > 0);
        // The thread tells after it counts: another object's turn comes after that.
        enforcer.enforce(
            new ObjectName("TrafficSplit", "shop", "other"),
            Mode.DRIVE,
            Splits.plan(Map.of("a", 1.0)),
            "why");
        await()
            .atMost(SOON)
            .until(() -> enforcer.counts().refused().getOrDefault("not-leader", 0L) > 1);
        assertThat(told).isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static SplitEnforcer enforcer(
      KubernetesClient client, ScheduledExecutorService threads, List<String> told) {
    return enforcer(client, Leadership.ALONE, threads, told);
  }

  private static SplitEnforcer enforcer(
      KubernetesClient client,
      Leadership leadership,
      ScheduledExecutorService threads,
      List<String> told) {
    return new SplitEnforcer(
        new Cluster(client),
        Splits.OPT_IN,
        leadership,
        Clock.systemUTC(),
        Timer.on(threads),
        listener(told));
  }

  private static List<GenericKubernetesResource> plans(KubernetesClient client) {
    return client
        .genericKubernetesResources(ApiObjects.PLANS)
        .inNamespace("shop")
        .list()
        .getItems();
  }

  private static List<String> events(KubernetesClient client) {
    return client.v1().events().inNamespace("shop").list().getItems().stream()
        .map(
            event ->
                "%s %s %s %s x%d: %s"
                    .formatted(
                        event.getType(),
                        event.getReason(),
                        event.getInvolvedObject().getKind(),
                        event.getInvolvedObject().getName(),
                        event.getCount(),
                        event.getMessage()))
        .toList();
  }

  private static void assertWeights(KubernetesClient client, List<String> told, String weights) {
    Split split = ApiObjects.split(TargetKind.TRAFFIC_SPLIT, read(client)).orElseThrow();
    assertThat(
            split.weights().values().stream().map(each -> each.json().replace("\"", "")).toList())
        .as("%s", told)
        .hasToString(weights);
  }

  private static GenericKubernetesResource read(KubernetesClient client) {
    return splits(client).withName("web").get();
  }

  private static NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      splits(KubernetesClient client) {
    return client
        .genericKubernetesResources(Served.context(TargetKind.TRAFFIC_SPLIT, "v1alpha1"))
        .inNamespace("shop");
  }

  private static GenericKubernetesResource web(String label) {
    return Serialization.unmarshal(
        Splits.web(label, Map.of("a", "1", "b", "\"900m\"")), GenericKubernetesResource.class);
  }

  private static SplitEnforcer.Listener listener(List<String> told) {
    return new SplitEnforcer.Listener() {
      @Override
      public void ledChanged() {}

      @Override
      public void wrote(ObjectName target, String what) {
        told.add(target + " " + what);
      }

      @Override
      public void failed(ObjectName target, String why) {
        told.add(target + " " + why);
      }
    };
  }
}

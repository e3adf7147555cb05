package dev.fairlead.kubernetes.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.ApiServer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.lead.LeaderLock;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.kubernetes.lead.LeaseTimes;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.Plan;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** L3's walk-through, and what may go wrong with it, on a real API server. */
class RealSplitsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final LeaseTimes TIMES =
      new LeaseTimes(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(100));
  private static int namespaces;
  private static KubernetesClient client;

  private final String namespace = "splits-" + ++namespaces;

  /** A value of the test's own, so that no other's objects are led by it. */
  private final String ours = "manager-of-" + namespace;

  private final OptIn optIn = new OptIn(OptIn.L3_KEY, ours);
  private final ObjectName web = new ObjectName("TrafficSplit", namespace, "example");
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void definitions() throws IOException {
    client = ApiServer.shared().client();
    for (String resource : List.of("/trafficsplits.yaml", "/httproutes.yaml")) {
      try (InputStream yaml = RealSplitsTest.class.getResourceAsStream(resource)) {
        define(new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    for (String kind : List.of("weightplans", "trafficobjectives")) {
      define(Files.readString(Path.of("../deploy/crds/" + kind + ".fairlead.dev.yaml")));
    }
  }

  private static void define(String yaml) {
    var definition = Serialization.unmarshal(yaml, CustomResourceDefinition.class);
    var there = client.resource(definition);
    if (there.get() == null) {
      there.create();
    }
    await("definition " + definition.getMetadata().getName())
        .atMost(SOON)
        .until(
            () ->
                there.get().getStatus() != null
                    && there.get().getStatus().getConditions() != null
                    && there.get().getStatus().getConditions().stream()
                        .anyMatch(
                            each ->
                                each.getType().equals("Established")
                                    && each.getStatus().equals("True")));
    String path =
        "/apis/%s/%s/%s"
            .formatted(
                definition.getSpec().getGroup(),
                definition.getSpec().getVersions().getFirst().getName(),
                definition.getSpec().getNames().getPlural());
    await(path).atMost(SOON).ignoreExceptions().until(() -> client.raw(path) != null);
  }

  @BeforeEach
  void namespace() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    threads.shutdownNow();
  }

  private SplitEnforcer enforcer(String value, Leadership leadership) {
    SplitEnforcer enforcer =
        new SplitEnforcer(
            new Cluster(client),
            new OptIn(OptIn.L3_KEY, value),
            leadership,
            Clock.systemUTC(),
            Timer.on(threads),
            new Quiet());
    open.add(enforcer);
    enforcer.start();
    return enforcer;
  }

  private static final class Quiet implements SplitEnforcer.Listener {
    @Override
    public void ledChanged() {}

    @Override
    public void wrote(ObjectName target, String what) {}

    @Override
    public void failed(ObjectName target, String why) {}
  }

  private void split(String version, String name, String east, String west) {
    GenericKubernetesResource split =
        Serialization.unmarshal(
            """
            apiVersion: split.smi-spec.io/%s
            kind: TrafficSplit
            metadata: {name: %s, namespace: %s}
            spec:
              service: %s
              backends:
              - {service: example-east, weight: %s}
              - {service: example-west, weight: %s}
            """
                .formatted(version, name, namespace, name, east, west),
            GenericKubernetesResource.class);
    client.resource(split).create();
  }

  private GenericKubernetesResource read(ObjectName name) {
    return client
        .genericKubernetesResources(
            Served.context(TargetKind.of(name.kind()).orElseThrow(), version(name)))
        .inNamespace(namespace)
        .withName(name.name())
        .get();
  }

  private static String version(ObjectName name) {
    return name.kind().equals("TrafficSplit") ? "v1alpha1" : "v1";
  }

  private void label(ObjectName name, String value) {
    String json =
        value.isEmpty()
            ? "{\"metadata\":{\"labels\":{\"" + OptIn.L3_KEY + "\":null}}}"
            : "{\"metadata\":{\"labels\":{\"" + OptIn.L3_KEY + "\":\"" + value + "\"}}}";
    client
        .genericKubernetesResources(
            Served.context(TargetKind.of(name.kind()).orElseThrow(), version(name)))
        .inNamespace(namespace)
        .withName(name.name())
        .patch(new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build(), json);
  }

  private String weights(ObjectName name) {
    String spec = Serialization.asJson(read(name).getAdditionalProperties().get("spec"));
    return Serialization.unmarshal(spec, JsonNode.class).findValues("weight").toString();
  }

  private List<StoredPlan> plans() {
    return new ApiObjects(new Cluster(client), new Served(new Cluster(client))).plans(namespace);
  }

  private void awaitLed(SplitEnforcer enforcer, ObjectName name) {
    await()
        .atMost(SOON)
        .until(() -> enforcer.led().stream().anyMatch(each -> each.target().equals(name)));
  }

  private void awaitWeights(String weights) {
    await().atMost(SOON).untilAsserted(() -> assertThat(weights(web)).isEqualTo(weights));
  }

  private void drive(SplitEnforcer enforcer, double east) {
    enforcer.enforce(
        web,
        Mode.DRIVE,
        Splits.plan(Map.of("example-east", east, "example-west", 1 - east)),
        "the west is slow");
  }

  @Test
  void labelledWeightsFollowAndUnlabelledTheyAreRestored() {
    split("v1alpha1", "example", "1", "\"900m\"");
    String spec = Serialization.asJson(read(web).getAdditionalProperties());
    SplitEnforcer enforcer = enforcer(ours, Leadership.ALONE);
    label(web, ours);
    awaitLed(enforcer, web);
    LedSplit led = enforcer.led().getFirst();
    assertThat(led.service()).hasToString(namespace + "/example");
    assertThat(led.weights()).containsEntry("example-east", 1.0).containsEntry("example-west", 0.9);

    drive(enforcer, 0.75);
    awaitWeights("[7500, 2500]");
    assertThat(plans())
        .singleElement()
        .satisfies(
            plan -> {
              assertThat(plan.status().enforcer()).isEqualTo("fairlead/" + ours);
              assertThat(plan.plan().originals())
                  .containsEntry("example-west", new WrittenWeight("\"900m\""));
            });
    drive(enforcer, 0.6);
    awaitWeights("[6000, 4000]");

    label(web, "");
    awaitWeights("[1, \"900m\"]");
    assertThat(Serialization.asJson(read(web).getAdditionalProperties())).isEqualTo(spec);
    await().atMost(SOON).untilAsserted(() -> assertThat(plans()).isEmpty());
    assertThat(enforcer.counts().writes()).isEqualTo(2);
    assertThat(enforcer.counts().restored()).isEqualTo(1);
  }

  @Test
  void aSteadyPlanWritesNothing() {
    split("v1alpha2", "example", "1", "1");
    label(web, ours);
    SplitEnforcer enforcer = enforcer(ours, Leadership.ALONE);
    awaitLed(enforcer, web);
    drive(enforcer, 0.75);
    awaitWeights("[7500, 2500]");
    await().atMost(SOON).until(() -> plans().getFirst().status().version() == 1);
    String before = Serialization.asJson(read(web)) + plans();

    long quiet = enforcer.counts().suppressed().getOrDefault("met", 0L);
    for (int i = 0; i < 5; i++) {
      drive(enforcer, 0.75 + i * 1e-6);
      long next = quiet + i + 1;
      await()
          .atMost(SOON)
          .until(() -> enforcer.counts().suppressed().getOrDefault("met", 0L) >= next);
    }

    assertThat(Serialization.asJson(read(web)) + plans()).isEqualTo(before);
    assertThat(enforcer.counts().writes()).isEqualTo(1);
  }

  @Test
  void twoManagersWithDifferentValuesLeaveEachOthersObjectsAndWhoNeverOptedInAlone() {
    ObjectName theirs = new ObjectName("TrafficSplit", namespace, "theirs");
    ObjectName nobodys = new ObjectName("TrafficSplit", namespace, "nobodys");
    split("v1alpha4", "example", "1", "1");
    split("v1alpha4", "theirs", "1", "1");
    split("v1alpha4", "nobodys", "1", "1");
    label(web, "one-" + ours);
    label(theirs, "two-" + ours);
    String untouched = Serialization.asJson(read(nobodys));
    String theirsBefore = Serialization.asJson(read(theirs));
    SplitEnforcer one = enforcer("one-" + ours, Leadership.ALONE);
    SplitEnforcer two = enforcer("two-" + ours, Leadership.ALONE);
    awaitLed(one, web);
    awaitLed(two, theirs);

    // Orders for objects that are not one's own are not followed either.
    one.enforce(theirs, Mode.DRIVE, even(), "by mistake");
    one.enforce(nobodys, Mode.DRIVE, even(), "by mistake");
    two.release(web);
    drive(one, 0.75);
    awaitWeights("[7500, 2500]");
    await().atMost(SOON).until(() -> one.counts().suppressed().getOrDefault("not-led", 0L) >= 2);
    assertThat(Serialization.asJson(read(theirs))).isEqualTo(theirsBefore);

    two.enforce(theirs, Mode.DRIVE, even(), "mine");
    await().atMost(SOON).untilAsserted(() -> assertThat(weights(theirs)).contains("1000, 9000"));
    assertThat(weights(web)).isEqualTo("[7500, 2500]");
    // Relabelled, an object goes from one to the other, by way of what its owner wrote.
    label(web, "two-" + ours);
    awaitWeights("[1, 1]");
    // resourceVersion and managedFields are part of it.
    assertThat(Serialization.asJson(read(nobodys))).isEqualTo(untouched);
  }

  private static Plan even() {
    return Splits.plan(Map.of("example-east", 0.1, "example-west", 0.9));
  }

  @Test
  void originalsSurviveTheControllerAndWhatOptedOutMeanwhileIsRestored() {
    split("v1alpha2", "example", "3", "4");
    label(web, ours);
    SplitEnforcer first = enforcer(ours, Splits.term(1));
    awaitLed(first, web);
    drive(first, 0.75);
    awaitWeights("[7500, 2500]");
    first.close();
    open.remove(first);

    SplitEnforcer second = enforcer(ours, Splits.term(2));
    awaitLed(second, web);
    await().atMost(SOON).until(() -> plans().getFirst().status().term() == 2);
    assertThat(weights(web)).isEqualTo("[7500, 2500]");
    drive(second, 0.5);
    awaitWeights("[5000, 5000]");
    second.close();
    open.remove(second);

    label(web, "");
    enforcer(ours, Splits.term(3));
    awaitWeights("[3, 4]");
    await().atMost(SOON).untilAsserted(() -> assertThat(plans()).isEmpty());
  }

  @Test
  void theWriteOfAFormerLeaderIsRefused() {
    split("v1alpha2", "example", "1", "1");
    label(web, ours);
    Cluster cluster = new Cluster(client);
    Served served = new Served(cluster);
    served.ask();
    ApiObjects objects = new ApiObjects(cluster, served);
    ApiRoutes routes = new ApiRoutes(cluster, served);
    Enforcement old =
        new Enforcement(objects, routes, optIn, Splits.term(1), Clock.systemUTC(), () -> {});
    Enforcement now =
        new Enforcement(objects, routes, optIn, Splits.term(2), Clock.systemUTC(), () -> {});
    Order first = Splits.drive(Map.of("example-east", 0.2, "example-west", 0.8));
    assertThat(old.follow(web, first)).isEqualTo(Outcome.WRITTEN);
    StoredPlan readBefore = objects.plan(namespace, "trafficsplit-example").orElseThrow();
    Split splitBefore = objects.split(web).orElseThrow();

    assertThat(now.follow(web, Splits.drive(Map.of("example-east", 0.7, "example-west", 0.3))))
        .isEqualTo(Outcome.WRITTEN);

    assertThat(old.follow(web, first)).isEqualTo(Outcome.refused("term"));
    assertThat(fault(() -> objects.write(readBefore))).isEqualTo(ObjectFault.Kind.CONFLICT);
    assertThat(fault(() -> objects.writeStatus(readBefore))).isEqualTo(ObjectFault.Kind.CONFLICT);
    assertThat(fault(() -> objects.delete(readBefore))).isEqualTo(ObjectFault.Kind.CONFLICT);
    assertThat(fault(() -> objects.create(readBefore))).isEqualTo(ObjectFault.Kind.CONFLICT);
    SplitPatch late =
        SplitPatch.of(splitBefore, Map.of("example-east", WrittenWeight.of(1)), Optional.of(optIn))
            .orElseThrow();
    assertThat(fault(() -> objects.patch(splitBefore, late))).isEqualTo(ObjectFault.Kind.CONFLICT);
    assertThat(weights(web)).isEqualTo("[7000, 3000]");
    assertThat(now.release(web)).isEqualTo(Outcome.RESTORED);
  }

  private static ObjectFault.Kind fault(Runnable request) {
    try {
      request.run();
    } catch (ObjectFault e) {
      return e.kind();
    }
    throw new AssertionError("was written");
  }

  @Test
  void routesThatOptedInAreLedToo() {
    ObjectName route = new ObjectName("HTTPRoute", namespace, "shop");
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop, namespace: %s}
                spec:
                  parentRefs: [{group: "", kind: Service, name: example, port: 80}]
                  rules:
                  - backendRefs: [{name: example-east, port: 80}, {name: example-west, port: 80}]
                  - backendRefs: [{name: admin, port: 80, weight: 5}]
                """
                    .formatted(namespace),
                GenericKubernetesResource.class))
        .create();
    String spec = Serialization.asJson(read(route).getAdditionalProperties());
    label(route, ours);
    SplitEnforcer enforcer = enforcer(ours, Leadership.ALONE);
    awaitLed(enforcer, route);
    assertThat(enforcer.led().getFirst().service()).hasToString(namespace + "/example");

    enforcer.enforce(route, Mode.DRIVE, even(), "why");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(weights(route)).isEqualTo("[1000, 9000, 5]"));

    enforcer.release(route);
    await().atMost(SOON).untilAsserted(() -> assertThat(weights(route)).isEqualTo("[1, 1, 5]"));
    assertThat(Serialization.asJson(read(route).getAdditionalProperties())).isEqualTo(spec);
  }

  @Test
  void aRouteIsGeneratedOwnedByItsObjectiveAndGoesWithIt() {
    GenericKubernetesResource objective =
        Serialization.unmarshal(
            """
            apiVersion: fairlead.dev/v1alpha1
            kind: TrafficObjective
            metadata: {name: web, namespace: %s}
            spec:
              targetRefs: [{kind: Service, name: example}]
              generatedRoute:
                backends: [{name: example-east, port: 80}, {name: example-west, port: 80}]
            """
                .formatted(namespace),
            GenericKubernetesResource.class);
    GeneratedRoute asked =
        new GeneratedRoute(
            new ServiceName(namespace, "example"),
            "web",
            "HTTPRoute",
            List.of(
                new GeneratedRoute.Backend("example-east", 80, 1),
                new GeneratedRoute.Backend("example-west", 80, 3)));
    ObjectName route = SplitEnforcer.target(asked);
    SplitEnforcer enforcer = enforcer(ours, Leadership.ALONE);
    enforcer.make(asked);
    await("who asks for it is not in the API")
        .atMost(SOON)
        .until(() -> enforcer.counts().failures() > 0);
    assertThat(read(route)).isNull();

    client.resource(objective).create();
    awaitLed(enforcer, route);
    assertThat(weights(route)).isEqualTo("[1, 3]");
    assertThat(read(route).getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getName()).isEqualTo("web"))
        .satisfies(owner -> assertThat(owner.getController()).isTrue());
    assertThat(enforcer.led().getFirst().generated()).isTrue();

    enforcer.enforce(route, Mode.DRIVE, even(), "why", Optional.of(asked));
    await().atMost(SOON).untilAsserted(() -> assertThat(weights(route)).isEqualTo("[1000, 9000]"));
    GeneratedRoute other =
        new GeneratedRoute(
            asked.service(),
            "web",
            "HTTPRoute",
            List.of(
                new GeneratedRoute.Backend("example-west", 81, 1),
                new GeneratedRoute.Backend("example-east", 80, 1)));
    enforcer.enforce(route, Mode.DRIVE, even(), "why", Optional.of(other));
    await().atMost(SOON).untilAsserted(() -> assertThat(weights(route)).isEqualTo("[9000, 1000]"));

    enforcer.abandon(route);
    await("it is still asked for")
        .atMost(SOON)
        .until(() -> enforcer.counts().refused().containsKey("objective-refused"));
    assertThat(read(route)).isNotNull();
    client.resource(objective).delete();
    enforcer.abandon(route);
    await().atMost(SOON).until(() -> read(route) == null);
    await().atMost(SOON).untilAsserted(() -> assertThat(plans()).isEmpty());
  }

  @Test
  void anUninstallationLeavesNothingBehindThoughAControllerRunsOn() throws Exception {
    split("v1alpha2", "example", "1", "2");
    label(web, ours);
    String before = content();
    LeaderLock lock = lock("controller");
    SplitEnforcer enforcer = enforcer(ours, lock);
    awaitLed(enforcer, web);
    await().atMost(SOON).until(lock::isLeader);
    drive(enforcer, 0.75);
    awaitWeights("[7500, 2500]");
    long term = lock.term().orElseThrow();
    // Deleted, the lock counts anew, and the uninstallation goes above what stands in the plan.
    client.leases().inNamespace(namespace).withName("fairlead").delete();
    await().atMost(SOON).until(() -> lock.term().orElse(0) > term);

    // The controller runs on, and would drive.
    assertThat(ours(uninstall("first").objects()))
        .containsExactly(
            new Restorer.Restored(web, Restorer.Result.RESTORED, "original weights restored"));
    assertThat(content()).isEqualTo(before);
    drive(enforcer, 0.4);
    assertThat(ours(uninstall("again").objects())).isEmpty();
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> !lock.isLeader());

    assertThat(content()).isEqualTo(before);
  }

  private Uninstallation.Ended uninstall(String identity) throws Exception {
    Uninstallation.Ended ended =
        new Uninstallation(
                new Cluster(client),
                optIn,
                new Uninstallation.Lock(namespace, "fairlead", identity, TIMES),
                System::nanoTime,
                Clock.systemUTC(),
                Timer.on(threads),
                () -> 0)
            .run(SOON);
    assertThat(ended.trouble()).isEmpty();
    return ended;
  }

  private List<Restorer.Restored> ours(List<Restorer.Restored> all) {
    return all.stream().filter(each -> each.target().namespace().equals(namespace)).toList();
  }

  /** All there is in the namespace, but for what the API server counts by itself. */
  private String content() {
    List<HasMetadata> all = new ArrayList<>();
    all.add(read(web));
    all.addAll(client.leases().inNamespace(namespace).list().getItems());
    all.addAll(
        client
            .genericKubernetesResources(ApiObjects.PLANS)
            .inNamespace(namespace)
            .list()
            .getItems());
    for (HasMetadata each : all) {
      each.getMetadata().setResourceVersion(null);
      each.getMetadata().setGeneration(null);
      each.getMetadata().setManagedFields(List.of());
    }
    return Serialization.asJson(all);
  }

  private LeaderLock lock(String identity) {
    Random random = new Random(1);
    LeaderLock lock =
        new LeaderLock(
            new Cluster(client),
            namespace,
            "fairlead",
            identity,
            TIMES,
            System::nanoTime,
            Clock.systemUTC(),
            Timer.on(threads),
            random::nextLong,
            new LeaderLock.Listener() {
              @Override
              public void changed(OptionalLong term) {}

              @Override
              public void failed(String why) {}
            });
    open.add(lock);
    lock.start();
    return lock;
  }

  @Test
  void theLockGoesFromOneToTheNextInALaterTerm() {
    LeaderLock first = lock("first");
    await().atMost(SOON).until(first::isLeader);
    LeaderLock second = lock("second");
    assertThat(first.term()).hasValue(1);
    assertThat(second.isLeader()).isFalse();

    first.close();
    assertThat(first.isLeader()).isFalse();
    await().atMost(SOON).until(second::isLeader);
    assertThat(second.term()).hasValue(2);

    // Deleted by somebody, it counts on and not anew.
    client.leases().inNamespace(namespace).withName("fairlead").delete();
    await().atMost(SOON).until(() -> second.term().isPresent() && second.term().getAsLong() == 3);
    // Something was written in a later term: the holder goes above it.
    second.surpassed(40);
    assertThat(second.isLeader()).isFalse();
    await().atMost(SOON).until(second::isLeader);
    assertThat(second.term()).hasValue(41);
  }
}

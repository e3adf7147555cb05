package dev.fairlead.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.LedSplit;
import dev.fairlead.kubernetes.enforce.OptIn;
import dev.fairlead.kubernetes.enforce.SplitEnforcer;
import dev.fairlead.kubernetes.lead.LeaderLock;
import dev.fairlead.kubernetes.lead.LeaseTimes;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A leader that leads weights, beside the processes: what it may do is what it is for. */
final class Leading implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final OptIn OPT_IN = new OptIn(OptIn.L3_KEY, "least-latency");

  private static final String SPLITS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: trafficsplits.split.smi-spec.io}
      spec:
        group: split.smi-spec.io
        names: {kind: TrafficSplit, plural: trafficsplits}
        scope: Namespaced
        versions:
          - name: v1alpha2
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  private static final String SPLIT =
      """
      apiVersion: split.smi-spec.io/v1alpha2
      kind: TrafficSplit
      metadata: {name: led, namespace: default, labels: {"%s": least-latency}}
      spec: {service: led, backends: [{service: a, weight: 1}, {service: b, weight: 1}]}
      """
          .formatted(OptIn.L3_KEY);

  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: %s
      metadata: {name: %s, namespace: default, labels: {"%s": least-latency}}
      spec:
        parentRefs: [{name: elsewhere}]
        rules: [{backendRefs: [{name: a, port: 80, weight: 1}, {name: b, port: 80, weight: 1}]}]
      """;

  private final LeaderLock lock;
  private final SplitEnforcer enforcer;
  private final Queue<String> failures;

  private Leading(LeaderLock lock, SplitEnforcer enforcer, Queue<String> failures) {
    this.lock = lock;
    this.enforcer = enforcer;
    this.failures = failures;
  }

  static Leading start(Cluster cluster, String namespace, Timer timer) {
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    LeaderLock lock =
        new LeaderLock(
            cluster,
            namespace,
            "fairlead-controller",
            "test",
            new LeaseTimes(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofMillis(200)),
            System::nanoTime,
            Clock.systemUTC(),
            timer,
            () -> 0,
            new LeaderLock.Listener() {
              @Override
              public void changed(OptionalLong term) {}

              @Override
              public void failed(String why) {
                failures.add(why);
              }
            });
    SplitEnforcer enforcer =
        new SplitEnforcer(
            cluster,
            OPT_IN,
            lock,
            Clock.systemUTC(),
            timer,
            new SplitEnforcer.Listener() {
              @Override
              public void ledChanged() {}

              @Override
              public void wrote(ObjectName target, String what) {}

              @Override
              public void failed(ObjectName target, String why) {
                failures.add(target + ": " + why);
              }
            });
    return new Leading(lock, enforcer, failures);
  }

  /** Leads one object of each kind, gives its weights back, and leads it again. */
  void lead(KubernetesClient client) {
    apply(client, SPLITS);
    await("TrafficSplits are served")
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () ->
                client
                        .genericKubernetesResources("split.smi-spec.io/v1alpha2", "TrafficSplit")
                        .inAnyNamespace()
                        .list()
                    != null);
    apply(client, SPLIT);
    apply(client, ROUTE.formatted("HTTPRoute", "web", OptIn.L3_KEY));
    apply(client, ROUTE.formatted("GRPCRoute", "rpc", OptIn.L3_KEY));
    lock.start();
    await("it leads").atMost(SOON).until(lock::isLeader);
    enforcer.start();
    await("three objects opted in").atMost(SOON).until(() -> enforcer.led().size() == 3);
    List<LedSplit> led = new ArrayList<>(enforcer.led());
    led.forEach(each -> enforcer.enforce(each.target(), Mode.DRIVE, plan(each, 0.9), "a test"));
    await("weights are written").atMost(SOON).until(() -> enforcer.counts().writes() >= led.size());
    led.forEach(each -> enforcer.enforce(each.target(), Mode.DRIVE, plan(each, 0.2), "a test"));
    await("other weights are written")
        .atMost(SOON)
        .until(() -> enforcer.counts().writes() >= 2L * led.size());
    led.forEach(each -> enforcer.release(each.target()));
    await("weights are given back")
        .atMost(SOON)
        .until(() -> enforcer.counts().restored() >= led.size());
    GenericKubernetesResource split =
        client
            .genericKubernetesResources("split.smi-spec.io/v1alpha2", "TrafficSplit")
            .inNamespace("default")
            .withName("led")
            .get();
    assertThat(Serialization.asJson(split.getAdditionalProperties().get("spec")))
        .containsPattern("\"weight\":1[,}].*\"weight\":1[,}]");
    led.forEach(each -> enforcer.enforce(each.target(), Mode.DRIVE, plan(each, 0.9), "a test"));
    await("weights are written again")
        .atMost(SOON)
        .until(() -> enforcer.counts().writes() >= 3L * led.size());
    assertThat(failures).isEmpty();
  }

  private static Plan plan(LedSplit led, double ofFirst) {
    List<Plan.Share> shares = new ArrayList<>();
    for (String backend : led.weights().keySet()) {
      double share = shares.isEmpty() ? ofFirst : 1 - ofFirst;
      shares.add(new Plan.Share(backend, share, share, "a test"));
    }
    return new Plan(new TrafficKey(led.service(), "", TrafficKey.ANY_CLASS), shares);
  }

  private static void apply(KubernetesClient client, String text) {
    GenericKubernetesResource object =
        Serialization.unmarshal(text, GenericKubernetesResource.class);
    var objects = client.genericKubernetesResources(object.getApiVersion(), object.getKind());
    String namespace = object.getMetadata().getNamespace();
    (namespace == null ? objects.resource(object) : objects.inNamespace(namespace).resource(object))
        .create();
  }

  @Override
  public void close() {
    enforcer.close();
    lock.close();
  }
}

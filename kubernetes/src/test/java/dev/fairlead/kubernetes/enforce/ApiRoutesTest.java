package dev.fairlead.kubernetes.enforce;

import static dev.fairlead.kubernetes.enforce.Splits.OPT_IN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.GeneratedRoute.Backend;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Generated routes and their objectives in an API server, with time by hand. */
class ApiRoutesTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String OURS = "fairlead.dev/v1alpha1";
  private static final String GATEWAY = "gateway.networking.k8s.io/v1";
  private static final ObjectName ROUTE = new ObjectName("HTTPRoute", "shop", "web");
  private static final Map<String, Double> EVEN = Map.of("a", 0.5, "b", 0.5);

  private final MockApi api = new MockApi();
  private final Served served = new Served(new Cluster(api.client()));
  private final ApiRoutes routes = new ApiRoutes(new Cluster(api.client()), served);
  private final Queue<Runnable> resyncs = new ConcurrentLinkedQueue<>();
  private final Queue<Duration> retries = new ConcurrentLinkedQueue<>();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void serve() {
    api.serveHttpRoutes();
    served.ask();
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static GeneratedRoute route(String objective, String kind) {
    return new GeneratedRoute(
        new ServiceName("shop", "web"),
        objective,
        kind,
        List.of(new Backend("a", 80, 1), new Backend("b", 80, 1)));
  }

  private void objective(String name, String service, String route) {
    Resource<GenericKubernetesResource> there = objective(name);
    GenericKubernetesResource objective =
        Serialization.unmarshal(
            """
            apiVersion: %s
            kind: TrafficObjective
            metadata: {name: %s, namespace: shop}
            spec: {targetRefs: [{kind: Service, name: %s}], mode: drive%s}
            """
                .formatted(OURS, name, service, route),
            GenericKubernetesResource.class);
    if (there.get() == null) {
      api.objects(OURS, "TrafficObjective", "shop").resource(objective).create();
    } else {
      api.objects(OURS, "TrafficObjective", "shop").resource(objective).update();
    }
  }

  private Resource<GenericKubernetesResource> objective(String name) {
    return api.objects(OURS, "TrafficObjective", "shop").withName(name);
  }

  private Resource<GenericKubernetesResource> there() {
    return api.objects(GATEWAY, "HTTPRoute", "shop").withName("web");
  }

  private void rival() {
    api.objects(GATEWAY, "HTTPRoute", "shop")
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: %s
                kind: HTTPRoute
                metadata: {name: theirs, namespace: shop}
                spec:
                  parentRefs: [{group: "", kind: Service, name: web}]
                  rules: [{backendRefs: [{name: a, port: 80}]}]
                """
                    .formatted(GATEWAY),
                GenericKubernetesResource.class))
        .create();
  }

  @Test
  void anObjectiveAsksForARouteOfItsKindAndService() {
    String asking = ", generatedRoute: {backends: [{name: a, port: 80}, {name: b, port: 80}]}";
    objective("web", "web", asking);
    Split made = routes.make(route("web", "HTTPRoute"), OPT_IN);
    assertThat(routes.isAskedFor(made)).isTrue();

    objective("web", "web", ", generatedRoute: {kind: GRPCRoute}");
    assertThat(routes.isAskedFor(made)).isFalse();
    objective("web", "shop", asking);
    assertThat(routes.isAskedFor(made)).isFalse();
    objective("web", "web", "");
    assertThat(routes.isAskedFor(made)).isFalse();
    objective("web", "web", ", generatedRoute: {kind: HTTPRoute}");
    assertThat(routes.isAskedFor(made)).isTrue();
    objective("web").delete();
    assertThat(routes.isAskedFor(made)).isFalse();
  }

  @Test
  void anotherObjectiveThatAsksForItOwnsIt() {
    objective("web", "web", "");
    objective("next", "web", "");
    Split made = routes.make(route("web", "HTTPRoute"), OPT_IN);
    GenericKubernetesResource edited = there().get();
    edited
        .getMetadata()
        .getOwnerReferences()
        .add(new OwnerReference("v1", null, null, "ConfigMap", "theirs", "1"));
    there().patch(edited);
    made = ApiObjects.split(TargetKind.HTTP_ROUTE, there().get()).orElseThrow();

    routes.remake(made, route("next", "HTTPRoute"));

    assertThat(there().get().getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getName)
        .containsExactly("theirs", "next");
    assertThat(there().get().getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getUid)
        .contains(objective("next").get().getMetadata().getUid());
  }

  private SplitEnforcer start() {
    Timer timer =
        (pause, task) -> {
          if (pause.isZero() || pause.equals(Duration.ofSeconds(30))) {
            resyncs.add(task);
          } else {
            retries.add(pause);
          }
          return () -> {};
        };
    SplitEnforcer enforcer =
        new SplitEnforcer(
            new Cluster(api.client()),
            OPT_IN,
            Leadership.ALONE,
            Clock.systemUTC(),
            timer,
            new SplitEnforcer.Listener() {
              @Override
              public void ledChanged() {}

              @Override
              public void wrote(ObjectName target, String what) {
                told.add(what);
              }

              @Override
              public void failed(ObjectName target, String why) {
                told.add(why);
              }
            });
    enforcer.start();
    resyncs.remove().run();
    return enforcer;
  }

  @Test
  void ordersThatFailEachPeriodAreRetriedByOneTimer() {
    try (SplitEnforcer enforcer = start()) {
      for (long i = 1; i <= 4; i++) {
        long failures = i;
        enforcer.enforce(
            ROUTE,
            Mode.DRIVE,
            Splits.plan(EVEN),
            "why",
            Optional.of(route("nobodys", "HTTPRoute")));
        await().atMost(SOON).until(() -> enforcer.counts().failures() >= failures);
      }
    }
    assertThat(retries).hasSize(1);
    assertThat(told).hasSize(1).first().asString().contains("apply TrafficObjective shop/nobodys");
  }

  @Test
  void aKindThatIsNotInstalledIsTold() {
    GeneratedRoute route = route("web", "GRPCRoute");
    try (SplitEnforcer enforcer = start()) {
      enforcer.make(route);
      await().atMost(SOON).until(() -> told.contains("not-served"));
      enforcer.release(SplitEnforcer.target(route));
      await().atMost(SOON).until(() -> enforcer.counts().suppressed().containsKey("not-served"));
    }
  }

  @Test
  void itGivesWayThoughNothingIsToBeWrittenAndOnesOwnIsLookedForOnceAResync() {
    objective("web", "web", "");
    GeneratedRoute route = route("web", "HTTPRoute");
    try (SplitEnforcer enforcer = start()) {
      enforcer.make(route);
      await().atMost(SOON).until(() -> there().get() != null);
      drive(enforcer, route);
      await().atMost(SOON).until(() -> told.contains("weights written"));
      rival();
      resyncs.remove().run();
      await().atMost(SOON).until(() -> there().get() == null);
      await().atMost(SOON).until(() -> told.contains(Enforcement.ANOTHER_ROUTE));

      api.objects(GATEWAY, "HTTPRoute", "shop").withName("theirs").delete();
      long refused = refusals(enforcer);
      drive(enforcer, route);
      await().atMost(SOON).until(() -> refusals(enforcer) > refused);
      assertThat(there().get()).isNull();
      resyncs.remove().run();
      await().atMost(SOON).until(() -> there().get() != null);
    }
  }

  private static void drive(SplitEnforcer enforcer, GeneratedRoute route) {
    enforcer.enforce(
        ROUTE, Mode.DRIVE, Splits.plan(Map.of("a", 0.25, "b", 0.75)), "why", Optional.of(route));
  }

  private static long refusals(SplitEnforcer enforcer) {
    return enforcer.counts().refused().getOrDefault(Enforcement.ANOTHER_ROUTE, 0L);
  }
}

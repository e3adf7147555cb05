package dev.fairlead.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.app.led.LedSettings;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.run.MeshNumbers.Backend;
import dev.fairlead.app.state.Json;
import dev.fairlead.discovery.Here;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
import dev.fairlead.kubernetes.enforce.OptIn;
import dev.fairlead.proxy.http1.TrustedPeers;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.telemetry.PrometheusTraffic;
import dev.fairlead.telemetry.prometheus.Server;
import dev.fairlead.telemetry.query.QuerySets;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The controller beside a mesh, whole: an API server, a Prometheus, and what an operator does. */
class LedInKubernetesTest {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String VERSION = "split.smi-spec.io/v1alpha1";
  private static final String OURS = "fairlead.dev/v1alpha1";
  private static final Backend EAST = new Backend("example-east", 100, 20, 2);
  private static final Backend WEST = new Backend("example-west", 100, 100, 10);

  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final MockApi api = new MockApi();
  private final HttpClient http = HttpClient.newHttpClient();
  private MeshNumbers prometheus;
  private Daemon daemon;

  @BeforeEach
  void cluster() throws IOException {
    api.serveTrafficSplits();
    prometheus = MeshNumbers.start("mesh", EAST, WEST);
    create("example", "none-yet");
    create("foreign", "another");
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      daemon.close();
    }
    http.close();
    prometheus.close();
    api.close();
  }

  private void start(Mode mode) {
    LedSettings led =
        new LedSettings(
            new OptIn(OptIn.L3_KEY, "demo"),
            mode,
            Server.at(prometheus.url()),
            QuerySets.LINKERD,
            new PrometheusTraffic.Settings(Duration.ofSeconds(1), Duration.ofSeconds(30)));
    Settings settings =
        new Settings(
            List.of(),
            Here.UNKNOWN,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            1,
            false,
            Duration.ZERO,
            Optional.empty(),
            Duration.ZERO,
            TrustedPeers.NONE,
            new InKubernetes(
                true,
                InKubernetes.Role.CONTROLLER,
                Optional.empty(),
                List.of(),
                InKubernetes.Pod.UNKNOWN,
                Optional.of(led)),
            Optional.empty(),
            Optional.empty());
    daemon =
        new Daemon(
            "test",
            settings,
            () -> new Cluster(api.connect()),
            new OperatorLog(
                new PrintStream(logged, true, StandardCharsets.UTF_8), Clock.systemUTC()),
            OutputStream.nullOutputStream(),
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextLong(),
            Clock.systemUTC());
    daemon.start();
  }

  private void create(String name, String label) {
    api.objects(VERSION, "TrafficSplit", "mesh")
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: %s
                kind: TrafficSplit
                metadata: {name: %s, namespace: mesh, labels: {"%s": %s}}
                spec:
                  service: %s
                  backends:
                  - {service: example-east, weight: 1}
                  - {service: example-west, weight: 1}
                """
                    .formatted(VERSION, name, OptIn.L3_KEY, label, name),
                GenericKubernetesResource.class))
        .create();
  }

  private Resource<GenericKubernetesResource> split(String name) {
    return api.objects(VERSION, "TrafficSplit", "mesh").withName(name);
  }

  /** Without any, where none is given. */
  private void label(String... value) {
    GenericKubernetesResource there = split("example").get();
    there.getMetadata().setLabels(value.length > 0 ? Map.of(OptIn.L3_KEY, value[0]) : Map.of());
    api.objects(VERSION, "TrafficSplit", "mesh").resource(there).update();
  }

  private String version(String name) {
    return split(name).get().getMetadata().getResourceVersion();
  }

  /** East's weight and west's. */
  private List<Integer> weights() {
    List<Integer> weights = new ArrayList<>();
    Map<?, ?> spec = (Map<?, ?>) split("example").get().getAdditionalProperties().get("spec");
    for (Object backend : (List<?>) spec.get("backends")) {
      weights.add((Integer) ((Map<?, ?>) backend).get("weight"));
    }
    return weights;
  }

  private List<GenericKubernetesResource> plans() {
    return api.objects("fairlead.dev/v1alpha1", "WeightPlan", "mesh").list().getItems();
  }

  private String log() {
    return logged.toString(StandardCharsets.UTF_8);
  }

  private void eventually(String what, ThrowingRunnable check) {
    await(what).atMost(SOON).ignoreExceptions().untilAsserted(check);
  }

  /** L3's formula gives the fast one more than three quarters; a step is a tenth of all. */
  private void assertDriven() {
    List<Integer> weights = weights();
    assertThat(weights.get(0) + weights.get(1)).as(log()).isEqualTo(10_000);
    assertThat(weights.get(0)).as(log()).isGreaterThan(5_500);
  }

  @Test
  void labelledWeightsFollowTheNumbersAndUnlabelledTheyAreWhatTheyWere() {
    String foreign = version("foreign");
    String before = version("example");
    start(Mode.DRIVE);
    eventually("it leads", () -> assertThat(log()).contains("leads"));
    assertThat(version("example")).isEqualTo(before);

    label("demo");
    eventually("the faster one gets more", this::assertDriven);
    int first = weights().get(0);
    assertThat(plans()).hasSize(1);
    prometheus.are(
        new Backend("example-east", 100, 100, 10), new Backend("example-west", 100, 20, 2));
    // In steps, as change control has it.
    eventually("it gets less", () -> assertThat(weights().get(0)).isLessThan(first - 500));

    label();
    eventually("original weights", () -> assertThat(weights()).as(log()).containsExactly(1, 1));
    eventually("no plan is left", () -> assertThat(plans()).isEmpty());
    assertThat(version("foreign")).as("another manager's object is not written").isEqualTo(foreign);
  }

  @Test
  void observedNothingIsWrittenUntilOneServiceIsDriven() throws Exception {
    label("demo");
    String before = version("example");
    start(Mode.OBSERVE);
    eventually(
        "it is planned",
        () ->
            assertThat(get("/api/explain/weights?service=mesh/example").toString())
                .contains("example-east"));
    assertThat(version("example")).isEqualTo(before);
    assertThat(plans()).isEmpty();
    assertThat(service().path("mode").asString()).isEqualTo("observe");

    mode("drive");
    eventually("driven", this::assertDriven);
    assertThat(service().path("mode").asString()).isEqualTo("drive");

    mode("documents");
    eventually("original weights", () -> assertThat(weights()).as(log()).containsExactly(1, 1));
    eventually("no plan is left", () -> assertThat(plans()).isEmpty());
    assertThat(service().path("mode").asString()).isEqualTo("observe");
  }

  @Test
  void whatAProcessBeforeDroveIsGivenBackByOneThatObserves() {
    label("demo");
    start(Mode.DRIVE);
    eventually("driven", this::assertDriven);
    daemon.close();
    assertThat(plans()).hasSize(1);

    start(Mode.OBSERVE);

    eventually("original weights", () -> assertThat(weights()).as(log()).containsExactly(1, 1));
    eventually("no plan is left", () -> assertThat(plans()).isEmpty());
  }

  @Test
  void aServiceWithoutARouteGetsOneWhileItIsDriven() {
    api.serveHttpRoutes();
    for (String name : List.of("web", "example-east", "example-west")) {
      service(name).create();
    }
    objective("observe");
    start(Mode.OBSERVE);
    eventually(
        "it is planned",
        () ->
            assertThat(get("/api/explain/weights?service=mesh/web").toString())
                .contains("example-east"));
    assertThat(route().get()).isNull();

    objective("drive");
    eventually(
        "the faster one gets more",
        () ->
            assertThat(routeWeights())
                .as(log())
                .hasSize(2)
                .first(InstanceOfAssertFactories.INTEGER)
                .isGreaterThan(5_500));

    objective("observe");
    eventually("no route is left", () -> assertThat(route().get()).as(log()).isNull());
    eventually("no plan is left", () -> assertThat(plans()).isEmpty());

    objective("drive");
    eventually("it is back", () -> assertThat(route().get()).as(log()).isNotNull());
    api.objects(OURS, "TrafficObjective", "mesh").withName("web").delete();
    eventually("it went with its objective", () -> assertThat(route().get()).as(log()).isNull());
  }

  @Test
  void aRouteStaysWhileItsObjectiveIsWrongForTheMoment() {
    api.serveHttpRoutes();
    for (String name : List.of("web", "example-east", "example-west")) {
      service(name).create();
    }
    objective("drive");
    start(Mode.OBSERVE);
    eventually("it is led", () -> assertThat(plans()).as(log()).isNotEmpty());

    api.client().services().inNamespace("mesh").withName("example-west").delete();
    eventually("it is told", () -> assertThat(log()).contains("objective-refused"));
    assertThat(route().get()).as(log()).isNotNull();
    assertThat(log()).doesNotContain("generated route removed");

    api.objects(OURS, "TrafficObjective", "mesh").withName("web").delete();
    eventually("it went with its objective", () -> assertThat(route().get()).as(log()).isNull());
  }

  private Resource<?> service(String name) {
    return api.client()
        .resource(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: mesh}
            spec: {ports: [{port: 80}]}
            """
                .formatted(name));
  }

  private void objective(String mode) {
    var there = api.objects(OURS, "TrafficObjective", "mesh");
    GenericKubernetesResource objective =
        Serialization.unmarshal(
            """
            apiVersion: %s
            kind: TrafficObjective
            metadata: {name: web, namespace: mesh}
            spec:
              targetRefs: [{kind: Service, name: web}]
              policy: l3
              mode: %s
              generatedRoute:
                backends: [{name: example-east, port: 80}, {name: example-west, port: 80}]
            """
                .formatted(OURS, mode),
            GenericKubernetesResource.class);
    if (there.withName("web").get() == null) {
      there.resource(objective).create();
    } else {
      there.resource(objective).update();
    }
  }

  private Resource<GenericKubernetesResource> route() {
    return api.objects("gateway.networking.k8s.io/v1", "HTTPRoute", "mesh").withName("web");
  }

  private List<Integer> routeWeights() {
    List<Integer> weights = new ArrayList<>();
    Map<?, ?> spec = (Map<?, ?>) route().get().getAdditionalProperties().get("spec");
    Map<?, ?> rule = (Map<?, ?>) ((List<?>) spec.get("rules")).getFirst();
    for (Object backend : (List<?>) rule.get("backendRefs")) {
      weights.add((Integer) ((Map<?, ?>) backend).get("weight"));
    }
    return weights;
  }

  @Test
  void whyThereAreNoNumbersIsToldAndNotEachTime() throws Exception {
    label("demo");
    prometheus.close();
    start(Mode.OBSERVE);

    eventually(
        "told", () -> assertThat(log()).contains("no new numbers", "does it run, and may this"));
    eventually("failed again and again", () -> assertThat(failures()).isGreaterThan(4));
    assertThat(get("/api/status").path("led").toString())
        .contains("no new numbers of linkerd, and weights stay: ");
    long told = log().lines().filter(line -> line.contains("no new numbers")).count();
    assertThat(told).as(log()).isLessThan(failures());
  }

  private long failures() throws IOException, InterruptedException {
    String metrics =
        http.send(
                HttpRequest.newBuilder(at("/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    assertThat(metrics).contains("fairlead_telemetry_unasked_total{source=\"linkerd\"} 0.0");
    return (long)
        metrics
            .lines()
            .filter(line -> line.startsWith("fairlead_telemetry_failures_total{"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .sum();
  }

  private JsonNode service() throws IOException, InterruptedException {
    for (JsonNode each : get("/api/status").path("services")) {
      if (each.path("name").asString().equals("mesh/example")) {
        return each;
      }
    }
    throw new AssertionError("no such service: " + get("/api/status"));
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return Json.MAPPER.readTree(
        http.send(HttpRequest.newBuilder(at(path)).build(), HttpResponse.BodyHandlers.ofString())
            .body());
  }

  private void mode(String mode) throws IOException, InterruptedException {
    String order =
        "{\"by\": \"a test\", \"service\": \"mesh/example\", \"mode\": \"" + mode + "\"}";
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(at("/api/mode"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(order))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
  }

  private URI at(String path) {
    return URI.create("http:/" + daemon.adminAddress().orElseThrow() + path);
  }
}

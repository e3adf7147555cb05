package dev.fairlead.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.ShopDocuments;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.state.Json;
import dev.fairlead.discovery.Here;
import dev.fairlead.kubernetes.BadKubeconfig;
import dev.fairlead.proxy.http1.TrustedPeers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The whole process on loopback, with real backends and real documents. */
class DaemonTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path documents;

  private final ByteArrayOutputStream accessLog = new ByteArrayOutputStream();
  private final ByteArrayOutputStream operatorLog = new ByteArrayOutputStream();
  private final List<HttpServer> backends = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;
  private Daemon daemon;

  @BeforeEach
  void freePort() throws IOException {
    port = TestDaemon.freePort();
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      daemon.close();
    }
    backends.forEach(backend -> backend.stop(0));
    client.close();
  }

  private HttpServer backend(String says, int at) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 64);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = says.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    backends.add(server);
    return server;
  }

  private void write(int listenerPort, List<Integer> endpoints, String more) throws IOException {
    String addresses =
        endpoints.stream().map(each -> "\"127.0.0.1:" + each + "\"").toList().toString();
    Files.writeString(
        documents.resolve("all.yaml"),
        ShopDocuments.routed(listenerPort, "{cluster: west, addresses: %s}".formatted(addresses))
            + more);
  }

  private Daemon make() {
    return TestDaemon.of(TestDaemon.settings(documents, true), operatorLog, accessLog);
  }

  private void start() {
    daemon = make();
    daemon.start();
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(SOON).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> request() throws IOException, InterruptedException {
    return get("http://127.0.0.1:" + port + "/x");
  }

  private HttpResponse<String> admin(String path) throws IOException, InterruptedException {
    return get("http://127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort() + path);
  }

  private JsonNode state() throws IOException, InterruptedException {
    return Json.MAPPER.readTree(admin("/api/state").body());
  }

  private List<JsonNode> logged() {
    return accessLog.toString(StandardCharsets.UTF_8).lines().map(Json.MAPPER::readTree).toList();
  }

  private int portOf(HttpServer server) {
    return server.getAddress().getPort();
  }

  @Test
  void requestsAreForwardedLoggedAndCounted() throws Exception {
    write(port, List.of(portOf(backend("one", 0)), portOf(backend("two", 0))), "");
    start();

    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      HttpResponse<String> response = request();
      assertThat(response.statusCode()).isEqualTo(200);
      seen.add(response.body());
    }

    assertThat(seen).containsExactlyInAnyOrder("one", "two");
    await().atMost(SOON).until(() -> logged().size() == 40);
    assertThat(logged()).allMatch(line -> line.path("cluster").asString().equals("west"));
    assertThat(admin("/metrics").body())
        .contains(
            "fairlead_requests_total{cluster=\"west\",outcome=\"replied\",service=\"default/shop\"}"
                + " 40.0");
    await().atMost(SOON).until(() -> state().at("/services/0/clusters/0/p99Millis").isNumber());
    assertThat(state().at("/services/0/clusters/0/successRatio").asDouble()).isEqualTo(1);
    assertThat(state().at("/caller/cluster").asString()).isEqualTo("west");
  }

  @Test
  void withAllBackendsDeadClientsGet503AndAReasonAndTheyRecover() throws Exception {
    HttpServer one = backend("one", 0);
    HttpServer two = backend("two", 0);
    write(port, List.of(portOf(one), portOf(two)), "");
    start();
    assertThat(request().statusCode()).isEqualTo(200);

    one.stop(0);
    await().atMost(SOON).until(() -> request().body().equals("two"));
    two.stop(0);
    await().atMost(SOON).until(() -> request().statusCode() == 503);
    HttpResponse<String> refused = request();
    assertThat(refused.body()).contains("503");
    assertThat(refused.body().length()).isGreaterThan("503 Service Unavailable".length() + 5);
    await().atMost(SOON).until(() -> logged().getLast().path("flags").asString().startsWith("U"));

    backend("again", portOf(one));
    await().atMost(SOON).until(() -> request().body().equals("again"));
  }

  @Test
  void startsWithNoEndpointAndServesAsSoonAsThereIsOne() throws Exception {
    write(port, List.of(), "");
    start();
    assertThat(admin("/readyz").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = request();
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("no endpoint");
    await().atMost(SOON).until(() -> !logged().isEmpty());
    assertThat(logged().getLast().path("flags").asString()).isEqualTo("UH");

    write(port, List.of(portOf(backend("one", 0))), "");
    await().atMost(SOON).until(() -> request().body().equals("one"));
  }

  @Test
  void aBadDocumentKeepsTheLastGoodStateAndSaysSo() throws Exception {
    List<Integer> endpoints = List.of(portOf(backend("one", 0)));
    write(port, endpoints, "");
    start();

    write(port, endpoints, "bogus: 1");
    daemon.reload("test");
    await().atMost(SOON).until(() -> !state().at("/config/lastReloadOk").asBoolean());
    assertThat(request().body()).isEqualTo("one");
    assertThat(state().at("/config/generation").asInt()).isEqualTo(1);
    assertThat(admin("/readyz?verbose").statusCode()).isEqualTo(200);
    assertThat(admin("/readyz?verbose").body()).contains("bogus").contains("refused");
    assertThat(admin("/metrics").body()).contains("fairlead_config_last_reload_successful 0.0");
    assertThat(operatorLog.toString(StandardCharsets.UTF_8)).contains("bogus: unknown field");

    write(port, endpoints, "");
    daemon.reload("test");
    await().atMost(SOON).until(() -> state().at("/config/lastReloadOk").asBoolean());
    assertThat(admin("/metrics").body()).contains("fairlead_config_last_reload_successful 1.0");
    assertThat(state().at("/config/problems").isEmpty()).isTrue();
  }

  @Test
  void aReloadOfWhatIsInForceChangesNothing() throws Exception {
    write(port, List.of(portOf(backend("one", 0))), "");
    start();

    daemon.reload("test");

    await()
        .atMost(SOON)
        .until(() -> operatorLog.toString(StandardCharsets.UTF_8).contains("nothing changed"));
    assertThat(state().at("/config/generation").asInt()).isEqualTo(1);
  }

  @Test
  void whatAPolicyTakesOutIsShownAndCounted() throws Exception {
    HttpServer failing = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 64);
    failing.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    failing.start();
    backends.add(failing);
    int good = portOf(backend("one", 0));
    write(
        port,
        List.of(good, portOf(failing)),
        """
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ClusterProfile
        metadata: {name: east}
        spec: {locality: {region: us-east}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: shop}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: shop-1
          labels:
            kubernetes.io/service-name: shop
            multicluster.kubernetes.io/source-cluster: east
        addressType: IPv4
        ports: [{port: %d}]
        endpoints: [{addresses: [127.0.0.1]}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: shop-2, labels: {kubernetes.io/service-name: shop}}
        addressType: IPv4
        ports: [{port: 1}]
        endpoints:
          - addresses: [127.0.0.1]
            conditions: {ready: false, serving: true, terminating: true}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: TrafficPolicy
        metadata: {name: shop}
        spec:
          targetRefs: [{kind: Service, name: shop}]
          balancer: {policy: round-robin}
          residency: {forbidden: {clusters: [east]}}
          outlierDetection: {consecutiveFailures: 2}
        """
            .formatted(good));
    Path file = documents.resolve("all.yaml");
    String written = Files.readString(file);
    Files.writeString(file, written.replace("[{name: shop}]}]", "[{name: shop, port: 80}]}]"));
    start();

    for (int i = 0; i < 10; i++) {
      request();
    }

    List<String> states = new ArrayList<>();
    for (JsonNode endpoint :
        Json.MAPPER.readTree(admin("/api/endpoints").body()).at("/services/0/endpoints")) {
      states.add(endpoint.path("state").asString());
    }
    assertThat(states).containsExactlyInAnyOrder("ready", "ejected", "forbidden", "draining");
    assertThat(admin("/metrics").body())
        .contains(
            "fairlead_endpoints{cluster=\"west\",service=\"default/shop\",state=\"ejected\"} 1.0",
            "fairlead_endpoints{cluster=\"east\",service=\"default/shop\",state=\"forbidden\"} 1.0",
            "fairlead_ejections_total{reason=\"consecutive-failures\",service=\"default/shop\"} 1.0",
            "fairlead_ejections_prevented_total{reason=\"latency\",service=\"default/shop\"} 0.0",
            "fairlead_retries_refused_total{service=\"default/shop\"} 0.0",
            "fairlead_load_reports_broken_total 0.0");
  }

  @Test
  void requestsThatGetNoEndpointAreCountedByWhy() throws Exception {
    write(
        port,
        List.of(portOf(backend("one", 0))),
        """
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: TrafficPolicy
        metadata: {name: shop}
        spec:
          targetRefs: [{kind: Service, name: shop}]
          residency: {forbidden: {localities: ["*"]}}
        """);
    start();

    for (int i = 0; i < 3; i++) {
      assertThat(request().statusCode()).isEqualTo(503);
    }

    assertThat(admin("/metrics").body())
        .contains(
            "fairlead_requests_refused_total{reason=\"forbidden\",service=\"default/shop\"} 3.0",
            "fairlead_requests_refused_total{reason=\"over-limit\",service=\"default/shop\"} 0.0");
  }

  @Test
  void clustersInOneLocalityAreCountedTogetherWhereLocalitiesAre() throws Exception {
    int east = portOf(backend("one", 0));
    write(
        port,
        List.of(),
        """
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ClusterProfile
        metadata: {name: east}
        spec: {locality: {region: us-east, zone: a}}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ClusterProfile
        metadata: {name: north}
        spec: {locality: {region: us-east, zone: a}}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ServiceEndpoints
        metadata: {name: far}
        spec:
          clusters:
            - {cluster: east, addresses: ["127.0.0.1:%d"]}
            - {cluster: north, addresses: ["127.0.0.1:%d"]}
        """
            .formatted(east, east));
    start();

    HttpResponse<String> metrics = admin("/metrics");

    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.body().lines())
        .filteredOn(line -> line.startsWith("fairlead_cross_locality_requests_total"))
        .singleElement()
        .asString()
        .contains("service=\"default/far\"");
  }

  @Test
  void aReloadDuringADrainOpensNothingAgain() throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    HttpServer slow = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 64);
    slow.createContext(
        "/",
        exchange -> {
          came.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    slow.start();
    backends.add(slow);
    write(port, List.of(portOf(slow)), "");
    start();
    var answer =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
            HttpResponse.BodyHandlers.ofString());
    came.await();
    Thread stopping = Thread.startVirtualThread(daemon::stop);
    await().atMost(SOON).until(() -> admin("/readyz").statusCode() == 503);

    write(port, List.of(), "");
    daemon.reload("test");
    go.countDown();
    stopping.join();

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(operatorLog.toString(StandardCharsets.UTF_8)).doesNotContain("reloaded");
    assertThatThrownBy(this::request).isInstanceOf(IOException.class);
  }

  @Test
  void aListenerThatCannotBeBoundRefusesTheWholeReload() throws Exception {
    List<Integer> endpoints = List.of(portOf(backend("one", 0)));
    write(port, endpoints, "");
    start();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(taken.getLocalPort(), endpoints, "");
      daemon.reload("test");
      await().atMost(SOON).until(() -> !state().at("/config/lastReloadOk").asBoolean());
    }
    assertThat(request().body()).isEqualTo("one");
  }

  @Test
  void aPortThatIsTakenAtTheStartIsUnavailable() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(taken.getLocalPort(), List.of(), "");

      assertThatThrownBy(this::start)
          .isInstanceOfSatisfying(
              StartFailure.class,
              e -> assertThat(e.kind()).isEqualTo(StartFailure.Kind.UNAVAILABLE));
    }
  }

  @Test
  void aLinkHintIsPostedAsJsonAndByNoWebPage() throws Exception {
    write(port, List.of(), "");
    start();
    String hint =
        """
        {"by": "wan", "from": "west", "to": "east", "factor": 2, "forSeconds": 60}""";

    // A page of another origin can post a form or text without asking first, but no JSON.
    assertThat(post("/api/link-hints", "text/plain", hint).statusCode()).isEqualTo(415);
    assertThat(post("/api/plans", "application/json", hint).statusCode()).isEqualTo(405);
    assertThat(Json.MAPPER.readTree(admin("/api/link-hints").body())).isEmpty();

    assertThat(post("/api/link-hints", "application/json", hint).statusCode()).isEqualTo(200);
    JsonNode listed = Json.MAPPER.readTree(admin("/api/link-hints").body()).get(0);
    assertThat(listed.path("to").asString()).isEqualTo("east");
    assertThat(listed.path("forSeconds").asDouble()).isBetween(0.0, 60.0);
    assertThat(post("/api/link-hints", "application/json", " ".repeat(20_000)).statusCode())
        .isEqualTo(413);
  }

  private HttpResponse<String> post(String path, String type, String body)
      throws IOException, InterruptedException {
    URI uri =
        URI.create("http://127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort() + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aPlanIsAdvisedAndStreamedWithTheState() throws Exception {
    write(
        port,
        List.of(portOf(backend("one", 0))),
        """
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: TrafficObjective
        metadata: {name: shop}
        spec:
          targetRefs: [{kind: Service, name: shop}]
          policy: even
          mode: advise
          period: 200ms
        """);
    start();

    await().atMost(SOON).until(() -> !Json.MAPPER.readTree(admin("/api/plans").body()).isEmpty());
    JsonNode plan = Json.MAPPER.readTree(admin("/api/plans").body()).get(0);
    assertThat(plan.path("kind").asString()).isEqualTo("WeightPlan");
    assertThat(plan.at("/spec/weights/0/destination").asString()).isEqualTo("west");
    assertThat(plan.at("/spec/weights/0/weight").asInt()).isEqualTo(10_000);
    await().atMost(SOON).until(() -> state().at("/services/0/plan/version").asInt() == 1);
    assertThat(state().at("/services/0/mode").asString()).isEqualTo("advise");
    await().atMost(SOON).until(() -> Json.MAPPER.readTree(admin("/api/history").body()).size() > 1);
    assertThat(firstEvent()).isEqualTo("event: state");
  }

  private String firstEvent() throws IOException, InterruptedException {
    int at = daemon.adminAddress().orElseThrow().getPort();
    HttpResponse<java.util.stream.Stream<String>> stream =
        client.send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + at + "/api/events")).build(),
            HttpResponse.BodyHandlers.ofLines());
    try (var lines = stream.body()) {
      return lines.findFirst().orElseThrow();
    }
  }

  @Test
  void adminAnswersGetAloneAndNothingUnknown() throws Exception {
    write(port, List.of(), "");
    start();
    int at = daemon.adminAddress().orElseThrow().getPort();

    HttpResponse<String> posted =
        client.send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + at + "/api/state"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(posted.statusCode()).isEqualTo(405);
    for (String path :
        List.of("/nothing", "/console/../Fairlead.class", "/console/%2e%2e/Fairlead.class")) {
      assertThat(admin(path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(admin("/livez").body()).isEqualToIgnoringNewLines("ok");
    HttpResponse<String> console = admin("/");
    assertThat(console.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(console.headers().firstValue("Content-Security-Policy"))
        .hasValue("default-src 'self'; style-src 'self' 'unsafe-inline'");
  }

  @Test
  void aStopDrainsAndGivesThePortBack() throws Exception {
    write(port, List.of(portOf(backend("one", 0))), "");
    start();
    assertThat(request().statusCode()).isEqualTo(200);

    daemon.stop();

    assertThatThrownBy(this::request).isInstanceOf(IOException.class);
    assertThat(operatorLog.toString(StandardCharsets.UTF_8)).contains("requestsCutOff=0");
    assertThat(logged()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(InKubernetes.Role.class)
  void aKubeconfigThatIsNoneKeepsItFromStarting(InKubernetes.Role role) {
    String bad = "/home/ann/.kube/config: no current-context";
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
            new InKubernetes(true, role, Optional.empty(), List.of()),
            Optional.empty(),
            Optional.empty());

    assertThatThrownBy(
            () ->
                new Daemon(
                        "test",
                        settings,
                        () -> {
                          throw new BadKubeconfig(bad);
                        },
                        new OperatorLog(
                            new PrintStream(
                                OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                            Clock.systemUTC()),
                        OutputStream.nullOutputStream(),
                        System::nanoTime,
                        () -> 42,
                        Clock.systemUTC())
                    .start())
        .isInstanceOfSatisfying(
            StartFailure.class,
            e -> {
              assertThat(e.kind()).isEqualTo(StartFailure.Kind.DOCUMENTS);
              assertThat(e.lines()).containsExactly(bad);
            });
  }
}

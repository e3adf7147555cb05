package dev.fairlead.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.ApiServer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.deploy.Manifests;
import dev.fairlead.kubernetes.watch.Crds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The containers of the manifests as processes of this machine, against a real API server, with the
 * service accounts and the rights that the manifests give them.
 */
class ManifestProcessTest {
  private static final String NAMESPACE = "fairlead";
  private static final Duration SOON = Duration.ofMinutes(1);

  private ApiServer server;
  private KubernetesClient client;
  private Path folder;
  private Image image;

  @BeforeEach
  void install() throws IOException {
    server = ApiServer.audited();
    client = server.client();
    // Not JUnit's own, which nobody else may enter.
    folder = Files.createTempDirectory("fairlead-pods");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    image = Image.in(Files.createDirectory(folder.resolve("image")));
    for (GenericKubernetesResource definition : Manifests.of(Manifests.DEPLOY.resolve("crds"))) {
      apply(Serialization.asYaml(definition));
    }
    Crds.install(client);
    for (GenericKubernetesResource object : Manifests.all()) {
      apply(Serialization.asYaml(object));
    }
  }

  @AfterEach
  void remove() throws IOException {
    if (server == null) {
      return;
    }
    server.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whatIsInstalledStartsServesAndEnds() throws Exception {
    List<Deployment> deployments = Manifests.deployments();
    int port = freePort();
    try (Pod controller = start(deployments.getFirst());
        Pod gateway = start(deployments.getLast())) {
      controller.becomeReady();
      gateway.becomeReady();
      if (System.getProperty("user.name").equals("root")) {
        assertThat(List.of(controller.user(), gateway.user())).containsOnly("65532");
      }
      applyObjects(port);
      await("served: " + gateway.log()).atMost(SOON).until(() -> "hello".equals(get(port)));
      await("accepted: " + controller.log()).atMost(SOON).until(this::isAccepted);
      await("each status is said, and an event written: " + controller.log())
          .atMost(SOON)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(
              () ->
                  server.requests(NAMESPACE, "fairlead-controller", false).containsAll(reports()));
      for (Pod pod : List.of(controller, gateway)) {
        assertThat(pod.log()).doesNotContainIgnoringCase("forbidden").doesNotContain("no right");
        assertThat(pod.stop()).as(pod.log()).isZero();
      }
    }
    leadWeights();
    uninstall();
    for (String account : List.of("fairlead-controller", "fairlead-gateway", "fairlead-restore")) {
      assertThat(server.requests(NAMESPACE, account, true)).as("missing rights").isEmpty();
      assertThat(server.requests(NAMESPACE, account, false))
          .as("every right of " + account + " is used")
          .containsAll(granted(account));
    }
  }

  /**
   * The leader lock, a led object of each kind and its way back, by the controller's own rights.
   */
  private void leadWeights() throws Exception {
    Config config =
        Config.fromKubeconfig(Files.readString(kubeconfig(NAMESPACE, "fairlead-controller")));
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    try (Cluster cluster = new Cluster(new KubernetesClientBuilder().withConfig(config).build());
        Leading leading = Leading.start(cluster, NAMESPACE, Timer.on(executor))) {
      leading.lead(client);
    } finally {
      executor.shutdownNow();
    }
  }

  /** The uninstallation's Job by its own rights; what it did is there for it to find again. */
  private void uninstall() throws Exception {
    List<GenericKubernetesResource> objects = Manifests.of(Manifests.DEPLOY.resolve("uninstall"));
    objects.forEach(object -> apply(Serialization.asYaml(object)));
    Job job = Serialization.unmarshal(Serialization.asYaml(objects.getLast()), Job.class);
    Path kubeconfig = kubeconfig(NAMESPACE, "fairlead-restore");

    Map.Entry<Integer, String> first = Pod.run(job, "restore-0", image, folder, kubeconfig);
    assertThat(first.getValue())
        .contains(
            "GRPCRoute/default/rpc: original weights restored",
            "HTTPRoute/default/web: original weights restored",
            "TrafficSplit/default/led: original weights restored");
    assertThat(first.getKey()).as(first.getValue()).isZero();
    assertThat(client.leases().inNamespace(NAMESPACE).list().getItems()).isEmpty();
    assertThat(
            client
                .genericKubernetesResources("fairlead.dev/v1alpha1", "WeightPlan")
                .inAnyNamespace()
                .list()
                .getItems())
        .isEmpty();

    Map.Entry<Integer, String> again = Pod.run(job, "restore-1", image, folder, kubeconfig);
    assertThat(again.getKey()).as(again.getValue()).isZero();
    assertThat(again.getValue()).doesNotContain("original weights");
    assertThat(client.leases().inNamespace(NAMESPACE).list().getItems()).isEmpty();
  }

  /** Of the controller's rights, those to say what became of objects. */
  private static List<String> reports() throws IOException {
    return granted("fairlead-controller").stream()
        .filter(right -> right.endsWith("/status") || right.equals("create /events"))
        .filter(right -> !right.contains("weightplans"))
        .toList();
  }

  /** What the manifests let a service account do, as {@link ApiServer#requests} has it. */
  private static Set<String> granted(String account) throws IOException {
    Set<String> rights = new TreeSet<>();
    List<GenericKubernetesResource> all = new ArrayList<>(Manifests.all());
    all.addAll(Manifests.of(Manifests.DEPLOY.resolve("uninstall")));
    for (GenericKubernetesResource role : all) {
      if (role.getKind().endsWith("Role")) {
        if (role.getMetadata().getName().equals(account)) {
          for (Object rule : (List<?>) Manifests.content(role).get("rules")) {
            Map<?, ?> fields = (Map<?, ?>) rule;
            for (Object verb : (List<?>) fields.get("verbs")) {
              for (Object group : (List<?>) fields.get("apiGroups")) {
                for (Object resource : (List<?>) fields.get("resources")) {
                  rights.add(verb + " " + group + "/" + resource);
                }
              }
            }
          }
        }
      }
    }
    return rights;
  }

  /** What a pod of the service account has in a file of its own. */
  private Path kubeconfig(String namespace, String account) throws IOException {
    String token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(account)
            .tokenRequest(new TokenRequest())
            .getStatus()
            .getToken();
    return Files.writeString(
        folder.resolve(account + ".kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
        users: [{name: pod, user: {token: %s}}]
        contexts: [{name: test, context: {cluster: test, user: pod}}]
        current-context: test
        """
            .formatted(server.url(), token));
  }

  private Pod start(Deployment deployment) throws IOException {
    String account = deployment.getSpec().getTemplate().getSpec().getServiceAccountName();
    Path kubeconfig = kubeconfig(deployment.getMetadata().getNamespace(), account);
    return Pod.start(deployment, image, folder, kubeconfig, freePort());
  }

  /** An object of each kind whose status is written, and one that is refused. */
  private void applyObjects(int port) throws IOException {
    String documents =
        Files.readString(Path.of("src/test/resources/deploy/objects.yaml"))
            .replace("PORT", Integer.toString(port));
    for (String document : documents.split("(?m)^---$")) {
      apply(document);
    }
  }

  private void apply(String text) {
    GenericKubernetesResource object =
        Serialization.unmarshal(text, GenericKubernetesResource.class);
    var objects = client.genericKubernetesResources(object.getApiVersion(), object.getKind());
    String namespace = object.getMetadata().getNamespace();
    (namespace == null ? objects.resource(object) : objects.inNamespace(namespace).resource(object))
        .create();
  }

  /** Whether the Gateway's status says so. */
  private boolean isAccepted() {
    GenericKubernetesResource gateway =
        client
            .genericKubernetesResources("gateway.networking.k8s.io/v1", "Gateway")
            .inNamespace("default")
            .withName("web")
            .get();
    return gateway.getAdditionalProperties().get("status") instanceof Map<?, ?> status
        && status.get("conditions") instanceof List<?> conditions
        && conditions.stream()
            .anyMatch(
                each ->
                    each instanceof Map<?, ?> condition
                        && "Accepted".equals(condition.get("type"))
                        && "True".equals(condition.get("status")));
  }

  private static String get(int port) throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "not yet: " + e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

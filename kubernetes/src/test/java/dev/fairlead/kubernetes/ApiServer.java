package dev.fairlead.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real API server with its etcd on loopback, from the binaries in the folder that {@code
 * KUBEBUILDER_ASSETS} names. Nothing else of a cluster runs: no controller, no kubelet.
 */
public final class ApiServer implements AutoCloseable {
  private static final String ASSETS = "KUBEBUILDER_ASSETS";
  private static final String TOKEN = "admin-token";

  /** Of a user without any right but to be known. */
  private static final String OTHER_TOKEN = "other-token";

  /** On a machine that does much else, seconds become half a minute. */
  private static final Duration START = Duration.ofMinutes(2);

  private static @Nullable ApiServer shared;

  private final Path folder;
  private final int etcdPort;
  private final int port;
  private final Process etcd;
  private @Nullable Process api;
  private final List<KubernetesClient> clients = new ArrayList<>();

  /** Why each request may be written down; empty: none is. */
  private final List<String> audit;

  private ApiServer(boolean audited) throws IOException, GeneralSecurityException {
    folder = Files.createTempDirectory("fairlead-api");
    writeKeys();
    audit = audited ? writeAuditPolicy() : List.of();
    List<Integer> ports = freePorts();
    etcdPort = ports.get(0);
    port = ports.get(2);
    String peers = "http://127.0.0.1:" + ports.get(1);
    etcd =
        run(
            "etcd",
            "--data-dir=" + folder.resolve("data"),
            "--listen-client-urls=" + etcdUrl(),
            "--advertise-client-urls=" + etcdUrl(),
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=default=" + peers,
            "--unsafe-no-fsync");
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    start();
  }

  /** Skips the calling test, and says why, where there are no binaries. */
  public static void assumeAvailable() {
    Assumptions.assumeTrue(
        !System.getenv().getOrDefault(ASSETS, "").isBlank(),
        "skipped: set " + ASSETS + " to a folder with kube-apiserver and etcd");
  }

  /** One for all tests of this JVM, which use namespaces of their own; never stop it. */
  public static synchronized ApiServer shared() {
    ApiServer running = shared;
    if (running == null) {
      running = fresh();
      shared = running;
    }
    return running;
  }

  /** One of the caller's own, which it closes: for tests that stop it. */
  public static ApiServer fresh() {
    return fresh(false);
  }

  /** As {@link #fresh()}; it remembers who asked for what: {@link #requests}. */
  public static ApiServer audited() {
    return fresh(true);
  }

  private static ApiServer fresh(boolean audited) {
    assumeAvailable();
    try {
      return new ApiServer(audited);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts the API server again after {@link #stop}: same port, same objects. */
  public void start() throws IOException {
    String key = folder.resolve("sa.key").toString();
    List<String> arguments = new ArrayList<>(audit);
    arguments.addAll(
        List.of(
            "--etcd-servers=" + etcdUrl(),
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--cert-dir=" + folder.resolve("certs"),
            "--service-account-key-file=" + key,
            "--service-account-signing-key-file=" + key,
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--authorization-mode=RBAC",
            "--token-auth-file=" + folder.resolve("tokens.csv"),
            "--disable-admission-plugins=ServiceAccount"));
    Process process = run("kube-apiserver", arguments.toArray(String[]::new));
    api = process;
    KubernetesClient client = client();
    await("the API server, see " + folder)
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !process.isAlive() || ready(client));
    assertThat(process.isAlive()).as("the API server runs, see " + folder).isTrue();
  }

  /** Kills the API server, as a crash would; etcd goes on. */
  public void stop() {
    Process process = api;
    if (process != null) {
      end(process.destroyForcibly());
      api = null;
    }
  }

  public String url() {
    return "https://127.0.0.1:" + port;
  }

  private List<String> writeAuditPolicy() throws IOException {
    Path policy =
        Files.writeString(
            folder.resolve("audit-policy.yaml"),
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules: [{level: Metadata}]
            """);
    return List.of(
        "--audit-policy-file=" + policy, "--audit-log-path=" + folder.resolve("audit.log"));
  }

  /**
   * What a service account asked for, as {@code patch fairlead.dev/weightplans/status}. Of an
   * {@link #audited} server.
   *
   * @param refused whether those that were forbidden are meant, or all others
   */
  public Set<String> requests(String namespace, String account, boolean refused)
      throws IOException {
    String user = "system:serviceaccount:" + namespace + ":" + account;
    Set<String> requests = new TreeSet<>();
    for (String line : Files.readAllLines(folder.resolve("audit.log"))) {
      Map<?, ?> event = Serialization.unmarshal(line, Map.class);
      if (user.equals(map(event.get("user")).get("username"))
          && event.containsKey("objectRef")
          && refused == Integer.valueOf(403).equals(map(event.get("responseStatus")).get("code"))) {
        Map<?, ?> object = map(event.get("objectRef"));
        Object group = object.get("apiGroup");
        Object part = object.get("subresource");
        requests.add(
            event.get("verb")
                + " "
                + (group == null ? "" : group)
                + "/"
                + object.get("resource")
                + (part == null ? "" : "/" + part));
      }
    }
    return requests;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  /** A client that may do everything; closed with the server. */
  public KubernetesClient client() {
    return client(TOKEN);
  }

  /** A client of the user {@code other}, who may do what a test lets it by RBAC. */
  public KubernetesClient otherClient() {
    return client(OTHER_TOKEN);
  }

  private synchronized KubernetesClient client(String token) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(url())
            .withOauthToken(token)
            .withTrustCerts(true)
            .withDisableHostnameVerification(true)
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectLimit(0)
            .withConnectionTimeout(5_000)
            .withRequestTimeout(30_000)
            .build();
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
    clients.add(client);
    return client;
  }

  /** What {@code KUBECONFIG} of another process may name: as {@link #client()}. */
  public Path kubeconfig() throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
        users: [{name: admin, user: {token: %s}}]
        contexts: [{name: test, context: {cluster: test, user: admin}}]
        current-context: test
        """
            .formatted(url(), TOKEN));
  }

  @Override
  public synchronized void close() {
    clients.forEach(KubernetesClient::close);
    end();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void end() {
    stop();
    end(etcd.destroyForcibly());
  }

  private static void end(Process process) {
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean ready(KubernetesClient client) {
    try {
      return "ok".equals(client.raw("/readyz"))
          && client.namespaces().withName("default").get() != null;
    } catch (RuntimeException e) {
      return false; // not yet
    }
  }

  private String etcdUrl() {
    return "http://127.0.0.1:" + etcdPort;
  }

  private Process run(String binary, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getenv(ASSETS), binary).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(binary + ".log").toFile()))
        .start();
  }

  private void writeKeys() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    Files.writeString(
        folder.resolve("sa.key"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
            + "\n-----END PRIVATE KEY-----\n");
    Files.writeString(
        folder.resolve("tokens.csv"),
        TOKEN + ",admin,1,\"system:masters\"\n" + OTHER_TOKEN + ",other,2\n");
  }

  /** Three, all held until the last is found: none is given twice. */
  private static List<Integer> freePorts() throws IOException {
    try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket third = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return List.of(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
    }
  }
}

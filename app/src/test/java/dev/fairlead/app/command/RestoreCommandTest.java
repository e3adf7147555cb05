package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.state.Json;
import dev.fairlead.kubernetes.BadKubeconfig;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
import dev.fairlead.kubernetes.lead.LeaseTimes;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The way back as a person meets it. */
class RestoreCommandTest {
  private static final LeaseTimes SHORT =
      new LeaseTimes(Duration.ofSeconds(1), Duration.ofMillis(800), Duration.ofMillis(50));
  private static final String SPLITS = "split.smi-spec.io/v1alpha1";
  private static final String PLANS = "fairlead.dev/v1alpha1";

  private final MockApi api = new MockApi();

  private record Run(int exit, String out, String err) {}

  @AfterEach
  void stop() {
    api.close();
  }

  private Run run(String... arguments) {
    return run(() -> new Cluster(api.connect()), arguments);
  }

  private static Run run(Supplier<Cluster> clusters, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(new RestoreCommand(Map.of(), clusters, SHORT))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (e, failed, parsed) -> {
                  CommandFailure failure = (CommandFailure) e;
                  failure.lines().forEach(each -> err.write(each + "\n"));
                  return failure.exit();
                })
            .setParameterExceptionHandler(
                (e, given) -> {
                  err.write(String.valueOf(e.getMessage()));
                  return Exit.USAGE;
                });
    int exit = line.execute(arguments);
    return new Run(exit, out.toString(), err.toString());
  }

  /** A split that somebody made 9000 to 1000, of 1 to 3. */
  private void drive(String name, String enforcer) {
    api.serveTrafficSplits();
    create(
        """
        apiVersion: %s
        kind: TrafficSplit
        metadata: {name: %s, namespace: mesh, uid: u-%s}
        spec:
          service: %s
          backends: [{service: east, weight: 9000}, {service: west, weight: 1000}]
        """
            .formatted(SPLITS, name, name, name));
    String uid =
        split(name).getMetadata().getUid(); // a mock may give another one than was asked for
    create(
        """
        apiVersion: %s
        kind: WeightPlan
        metadata: {name: trafficsplit-%s, namespace: mesh}
        spec:
          target: {apiVersion: %s, kind: TrafficSplit, name: %s, uid: %s}
          service: %s
          originals: [{backend: east, weight: "1"}, {backend: west, weight: "3"}]
          weights:
          - {backend: east, destination: east, weight: 9000, reason: so, replaces: "1"}
          - {backend: west, destination: west, weight: 1000, reason: so, replaces: "3"}
        status: {enforcer: %s, mode: drive, version: 1, term: 4, why: so}
        """
            .formatted(PLANS, name, SPLITS, name, uid, name, enforcer));
  }

  private void create(String yaml) {
    GenericKubernetesResource object =
        Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    api.objects(object.getApiVersion(), object.getKind(), "mesh").resource(object).create();
  }

  private GenericKubernetesResource split(String name) {
    return api.objects(SPLITS, "TrafficSplit", "mesh").withName(name).get();
  }

  private String weights(String name) {
    Map<?, ?> spec = (Map<?, ?>) split(name).getAdditionalProperties().get("spec");
    return ((List<?>) spec.get("backends"))
        .stream().map(each -> ((Map<?, ?>) each).get("weight")).toList().toString();
  }

  @Test
  void eachObjectHasALineAndNothingOfOursIsLeft() {
    drive("ours", "fairlead/demo");
    drive("theirs", "fairlead/another");

    Run run = run("--controlled-by", "demo", "--wait", "1m");

    assertThat(run.exit).as(run.err).isEqualTo(Exit.OK);
    assertThat(run.out.lines())
        .containsExactlyInAnyOrder(
            "TrafficSplit/mesh/ours: original weights restored",
            "TrafficSplit/mesh/theirs: is led by another: fairlead/another");
    assertThat(weights("ours")).isEqualTo("[1, 3]");
    assertThat(weights("theirs")).isEqualTo("[9000, 1000]");
    assertThat(api.client().leases().inAnyNamespace().list().getItems()).isEmpty();
    assertThat(api.objects(PLANS, "WeightPlan", "mesh").list().getItems())
        .extracting(each -> each.getMetadata().getName())
        .containsExactly("trafficsplit-theirs");
  }

  @Test
  void asJsonForPrograms() {
    drive("ours", "fairlead/demo");

    Run run = run("--controlled-by", "demo", "-o", "json");

    JsonNode all = Json.MAPPER.readTree(run.out);
    assertThat(all).hasSize(1);
    assertThat(all.get(0).path("kind").asString()).isEqualTo("TrafficSplit");
    assertThat(all.get(0).path("namespace").asString()).isEqualTo("mesh");
    assertThat(all.get(0).path("result").asString()).isEqualTo("restored");
    assertThat(run("--controlled-by", "demo", "-o", "json").out.strip()).isEqualTo("[ ]");
  }

  @Test
  void withoutAnApiServerItIsExit69AndSaysWhereToLook() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Supplier<Cluster> nobody =
        () ->
            new Cluster(
                new KubernetesClientBuilder()
                    .withConfig(
                        new ConfigBuilder()
                            .withMasterUrl("http://127.0.0.1:" + free)
                            .withRequestRetryBackoffLimit(0)
                            .build())
                    .build());

    Run run = run(nobody, "--controlled-by", "demo", "--wait", "2s");

    assertThat(run.exit).isEqualTo(Exit.UNAVAILABLE);
    assertThat(run.err).contains("KUBECONFIG", "--namespace").doesNotContain("\tat ");
    assertThat(run.out).isEmpty();
  }

  @Test
  void aKubeconfigThatIsNoneIsExit65() {
    Supplier<Cluster> broken =
        () -> {
          throw new BadKubeconfig("/home/ann/.kube/config: no current-context");
        };

    Run run = run(broken, "--controlled-by", "demo", "--wait", "2s");

    assertThat(run.exit).isEqualTo(Exit.DOCUMENTS);
    assertThat(run.err).contains("fairlead restore: /home/ann/.kube/config: no current-context");
  }

  @Test
  void mistakesAreExit64() {
    assertThat(run().exit).isEqualTo(Exit.USAGE);
    assertThat(run("--controlled-by", "").exit).isEqualTo(Exit.USAGE);
    assertThat(run("--controlled-by", "no label").exit).isEqualTo(Exit.USAGE);
    Run run = run("--controlled-by", "demo", "--wait", "1s");
    assertThat(run.exit).isEqualTo(Exit.USAGE);
    assertThat(run.err).contains("--wait");
    assertThat(api.client().leases().inAnyNamespace().list().getItems()).isEmpty();
  }
}

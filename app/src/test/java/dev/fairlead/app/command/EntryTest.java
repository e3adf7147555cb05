package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.demo.DemoCommand;
import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line as a person meets it: exit codes, what is on stdout and what on stderr. */
class EntryTest {
  private static final String EXAMPLE = "../examples/two-clusters";

  @TempDir Path folder;

  private record Run(int exit, String out, String err) {}

  @CommandLine.Command(name = "broken")
  private static final class Broken implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new IllegalStateException("a defect");
    }
  }

  private static Run run(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Entry.commandLine(environment, List.of(new Broken()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Run(exit, out.toString(), err.toString());
  }

  private static Run run(String... arguments) {
    return run(Map.of(), arguments);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("no command", "", "a command is missing"),
        Arguments.of("an unknown command", "fly", "fly"),
        Arguments.of("run without documents", "run", "--config"),
        Arguments.of("a bad duration", "run --config x --drain 10", "'10' is no duration"),
        Arguments.of("a drain of ages", "run --config x --drain 999999999h", "too long"),
        Arguments.of("a bad address", "run --config x --admin 99", "'99' is no address"),
        Arguments.of("a port too large", "run --config x --admin 127.0.0.1:70000", "70000"),
        Arguments.of("no loops", "run --config x --loops 0", "--loops must be 1"),
        Arguments.of(
            "a bad range", "run --config x --trusted-proxies 10.0.0/8", "'10.0.0/8' is no IP"),
        Arguments.of("a bad switch", "run --config x --access-log maybe", "maybe"),
        Arguments.of("validate without a file", "validate", "--file"),
        Arguments.of("config alone", "config", "dump"),
        Arguments.of("a slip in a command", "rnu --config x", "'rnu' (did you mean 'run'?)"),
        Arguments.of("a slip below a command", "config dmp", "did you mean 'dump'?"),
        Arguments.of("a slip in an option", "version --ouptut json", "did you mean '--output'?"),
        Arguments.of("a slip in what is required", "run --confg x", "did you mean '--config'?"),
        Arguments.of(
            "a slip after a folder", "run --config x --drian 1s", "Unknown option: '--drian'"),
        Arguments.of(
            "no number", "run --config x --loops two", "--loops: 'two' is no whole number"),
        Arguments.of("a bad format", "version -o yaml", "--output: 'yaml' is none of text, json"),
        Arguments.of("get of a slip", "get weigths", "'weigths' is none of weights, endpoints"),
        Arguments.of("no file name", "validate -f a\0b", "--file"),
        Arguments.of("stdin among files", "validate -f - " + EXAMPLE, "- stands alone"),
        Arguments.of("get of nothing", "get", "endpoints|weights"),
        Arguments.of("get of something else", "get coffee", "coffee"),
        Arguments.of(
            "a mode of nothing",
            "run --config x --mode observe",
            "--mode is for what --controlled-by leads (add it)"),
        Arguments.of(
            "numbers for nothing",
            "run --config x --metrics istio",
            "--metrics is for what --controlled-by leads (add it)"),
        Arguments.of(
            "no URL of Prometheus",
            "run --kubernetes --controlled-by x --prometheus 127.0.0.1:9090",
            "is named as http://HOST:PORT"),
        Arguments.of(
            "a password for Prometheus",
            "run --kubernetes --controlled-by x --prometheus http://u:p@h",
            "run: the URL of Prometheus has a password"),
        Arguments.of(
            "no authorities",
            "run --kubernetes --controlled-by x --prometheus https://h --prometheus-ca /none/ca.pem",
            "/none/ca.pem: cannot be read as certificates in PEM"),
        Arguments.of(
            "no token",
            "run --kubernetes --controlled-by x --prometheus http://h --prometheus-token-file /none/token",
            "the token cannot be read: there is no file /none/token"),
        Arguments.of(
            "a report of too long",
            "report --since 48h",
            "'--since': '48h' is no time to look back: 1s to 24h"),
        Arguments.of(
            "a report of nothing", "report --since 10ms", "'10ms' is no time to look back"),
        Arguments.of(
            "no value of a label",
            "run --kubernetes --controlled-by x/y --prometheus http://h",
            "no label can have the value 'x/y'"),
        Arguments.of(
            "an admin address off loopback",
            "run --config " + EXAMPLE + " --admin 192.0.2.1:9901",
            "loopback only"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aUsageErrorIsTwoLinesAtMostAndExit64(String name, String line, String says) {
    Run run = run(line.isEmpty() ? new String[0] : line.split(" "));

    assertThat(run.exit).isEqualTo(Exit.USAGE);
    assertThat(run.out).isEmpty();
    assertThat(run.err).contains(says).doesNotContain("\tat ");
    assertThat(run.err.lines().count()).isBetween(1L, 2L);
  }

  @Test
  void hiddenCommandsAreNeitherInTheUsageNorInHints() {
    CommandLine line = Entry.commandLine(Map.of(), List.of(new DemoCommand()));
    StringWriter told = new StringWriter();
    line.setOut(new PrintWriter(told)).setErr(new PrintWriter(told));

    assertThat(line.execute("demo", "--help")).isEqualTo(Exit.OK);
    assertThat(line.execute("demo", "--xyzzy")).isEqualTo(Exit.USAGE);
    assertThat(told.toString())
        .contains("Usage: fairlead demo", "unknown argument '--xyzzy'")
        .doesNotContain("role", "COMMAND");
  }

  @Test
  void goodDocumentsAreAccepted() {
    Run run = run("validate", "-f", EXAMPLE);

    assertThat(run).isEqualTo(new Run(0, run.out, ""));
    assertThat(run.out).isEqualToIgnoringNewLines("accepted: 1 listener, 1 service, 2 clusters");
  }

  @Test
  void badDocumentsAreExit65WithALineForEachProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "kind: Gatewy\n");
    for (String[] arguments :
        List.of(
            new String[] {"validate", "-f", file.toString()},
            new String[] {"config", "dump", "--config", file.toString()},
            new String[] {"run", "--config", file.toString(), "--admin", "127.0.0.1:0"})) {
      Run run = run(arguments);

      assertThat(run.exit).isEqualTo(Exit.DOCUMENTS);
      assertThat(run.out).isEmpty();
      assertThat(run.err).contains(file + ":1:7: kind:").doesNotContain("\tat ");
    }
  }

  @Test
  void aFileThatIsNotThereIsExit65() {
    Run run = run("validate", "-f", folder.resolve("none.yaml").toString());

    assertThat(run.exit).isEqualTo(Exit.DOCUMENTS);
    assertThat(run.err).contains("none.yaml");
  }

  @Test
  void anAdminPortThatIsTakenIsExit69WithAHint() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run = run("run", "--config", EXAMPLE, "--admin", "127.0.0.1:" + taken.getLocalPort());

      assertThat(run.exit).isEqualTo(Exit.UNAVAILABLE);
      assertThat(run.err).contains("cannot be had").contains("--admin");
    }
  }

  @Test
  void getWithoutAProcessIsExit69() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Run run = run("get", "weights", "--admin", "127.0.0.1:" + free);

    assertThat(run.exit).isEqualTo(Exit.UNAVAILABLE);
    assertThat(run.err)
        .isEqualToIgnoringNewLines(
            "nothing listens at 127.0.0.1:"
                + free
                + " (start fairlead run, or say with --admin where its admin API is)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get status",
        "plan",
        "report",
        "history",
        "explain weights shop",
        "mode shop drive",
        "freeze",
        "apply shop",
        "rollback shop 1",
        "tap"
      })
  void whatListensButIsNoFairleadIsExit69(String line) throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          byte[] page = "<html>\n<h1>No such page</h1>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(404, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    other.start();
    try {
      String address = "127.0.0.1:" + other.getAddress().getPort();
      Run run = run((line + " --admin " + address).split(" "));

      assertThat(run.exit).isEqualTo(Exit.UNAVAILABLE);
      assertThat(run.err)
          .isEqualToIgnoringNewLines(
              "the admin API at "
                  + address
                  + " answers (404), but not as Fairlead does"
                  + " (is fairlead run up? --admin says where)");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void aTokenFileThatIsNotThereIsExit64() {
    Run run = run("get", "status", "--token-file", "/none/token");

    assertThat(run.exit).isEqualTo(Exit.USAGE);
    assertThat(run.err).isEqualToIgnoringNewLines("--token-file: there is no file /none/token");
  }

  @Test
  void getFromAHostThatCannotBeIsExit69() {
    Run run = run("get", "weights", "--admin", "..:80");

    assertThat(run.exit).isEqualTo(Exit.UNAVAILABLE);
    assertThat(run.err).contains("cannot be reached");
  }

  @Test
  void anOutputThatCannotBeWrittenIsNoSuccess() {
    StringWriter err = new StringWriter();
    int exit =
        Entry.commandLine(Map.of(), List.of())
            .setOut(new PrintWriter(new FullDisk()))
            .setErr(new PrintWriter(err))
            .execute("version");

    assertThat(exit).isEqualTo(Exit.UNAVAILABLE);
    assertThat(err.toString()).contains("stdout cannot be written to");
  }

  private static final class FullDisk extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @Test
  void configDumpIsJsonThatHidesCredentials() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("all.yaml"),
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: web}
            spec:
              gatewayClassName: fairlead
              listeners: [{name: http, protocol: HTTP, port: 8080}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: web}]
              rules:
                - filters:
                    - type: RequestHeaderModifier
                      requestHeaderModifier:
                        set:
                          - {name: Authorization, value: Bearer hush}
                          - {name: X-Team, value: blue}
                  backendRefs: [{name: shop}]
            ---
            apiVersion: fairlead.dev/v1alpha1
            kind: ServiceEndpoints
            metadata: {name: shop}
            spec:
              clusters: [{cluster: west, addresses: ["127.0.0.1:9001"]}]
            """);
    Run plain = run("config", "dump", "--config", file.toString());
    Run redacted = run("config", "dump", "--redact", "--config", file.toString());

    assertThat(plain.err).isEmpty();
    assertThat(Json.MAPPER.readTree(plain.out).at("/services/default~1shop/endpoints/0/address"))
        .hasToString("\"127.0.0.1:9001\"");
    assertThat(plain.out).contains("blue").doesNotContain("hush");
    assertThat(redacted.out).contains("X-Team").doesNotContain("blue").doesNotContain("hush");
  }

  @Test
  void aDumpShowsThePolicyOfEachService() throws IOException {
    Path file = folder.resolve("policy.yaml");
    Files.writeString(
        file,
        """
        apiVersion: fairlead.dev/v1alpha1
        kind: ServiceEndpoints
        metadata: {name: shop}
        spec: {clusters: [{cluster: west, addresses: ["127.0.0.1:9001"]}]}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: TrafficPolicy
        metadata: {name: shop}
        spec:
          targetRefs: [{kind: Service, name: shop}]
          balancer: {policy: maglev, boundedLoad: 1.5, affinity: {cookie: sid}}
          residency: {forbidden: {clusters: [c, a, d, b], localities: [eu/eu-1]}}
          subset: {size: 3, client: me}
          limits: {perEndpoint: 7, adaptive: {max: 50}}
          warmUp: {}
        """);

    Run run = run("config", "dump", "--config", file.toString());

    assertThat(run.err).isEmpty();
    var policy = Json.MAPPER.readTree(run.out).at("/services/default~1shop/policy");
    assertThat(policy.at("/algorithm/is").asString()).isEqualTo("Maglev");
    assertThat(policy.at("/algorithm/bound").asDouble()).isEqualTo(1.5);
    assertThat(policy.at("/residency/forbidden/localities/0").asString()).isEqualTo("eu/eu-1/*");
    assertThat(policy.at("/residency/forbidden/clusters")).hasToString("[\"a\",\"b\",\"c\",\"d\"]");
    assertThat(policy.at("/subsetting/client").asString()).isEqualTo("me");
    assertThat(policy.at("/limits/perEndpoint").asInt()).isEqualTo(7);
    assertThat(policy.at("/concurrency/max").asInt()).isEqualTo(50);
    assertThat(policy.at("/warmUp/window").asString()).isEqualTo("PT30S");
    assertThat(policy.at("/retries/ratio").asDouble()).isEqualTo(0.2);
  }

  @Test
  void versionIsTextOrJson() {
    assertThat(run("version").out).startsWith("fairlead ");
    assertThat(Json.MAPPER.readTree(run("version", "-o", "json").out).path("java").asString())
        .startsWith("25");
  }

  @Test
  void helpIsDataAndNoError() {
    Run run = run("run", "--help");

    assertThat(run.exit).isZero();
    assertThat(run.out).contains("--access-log");
    assertThat(run.err).isEmpty();
  }

  @Test
  void aDefectIsOneLineAndExit70UnlessDebugged() {
    Run run = run("broken");
    Run debugged = run(Map.of("FAIRLEAD_DEBUG", "1"), "broken");

    assertThat(run.exit).isEqualTo(Exit.INTERNAL);
    assertThat(run.err.lines()).hasSize(1).first().asString().contains("a defect");
    assertThat(debugged.exit).isEqualTo(Exit.INTERNAL);
    assertThat(debugged.err).contains("\tat ");
  }
}

package dev.fairlead.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.command.Entry;
import dev.fairlead.app.command.Exit;
import dev.fairlead.app.state.Json;
import java.io.IOException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  @TempDir Path folder;

  private record Run(int exit, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Entry.commandLine(Map.of(), List.of(new CheckCommand()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Run(exit, out.toString(), err.toString());
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static HttpServer answering(int status) throws IOException {
    return answering(exchange -> say(exchange, status, ""));
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void say(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static HttpServer answering(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/", handler);
    server.start();
    return server;
  }

  @Test
  void eachCheckHasAnIdAndWhatFailsAHintAndExit1() throws Exception {
    HttpServer there = answering(401);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + there.getAddress().getPort();
      Run run =
          run(
              "check",
              "--pre",
              "--admin",
              "127.0.0.1:" + taken.getLocalPort(),
              "--kubernetes-api",
              url,
              "--prometheus",
              "http://127.0.0.1:" + free());

      assertThat(run.exit).isEqualTo(Exit.FAILED);
      assertThat(run.out)
          .containsPattern("ok +java +Java 25")
          .containsPattern("failed +port +.* cannot be had: .*\\(stop what listens there")
          .containsPattern("ok +kubernetes +.* answers \\(401\\)")
          .containsPattern("failed +prometheus +Prometheus at .*\\(does it run, ");
    } finally {
      there.stop(0);
    }
  }

  @Test
  void whereNobodyListensThatIsSaid() throws Exception {
    Run run =
        run(
            "check",
            "--pre",
            "--admin",
            "127.0.0.1:" + free(),
            "--kubernetes-api",
            "http://127.0.0.1:" + free());

    assertThat(run.exit).isEqualTo(Exit.FAILED);
    assertThat(run.out)
        .containsPattern("failed +kubernetes +.* cannot be reached: nothing listens");
  }

  @Test
  void whereAllIsWellTheExitIs0() throws Exception {
    HttpServer prometheus =
        answering(
            exchange ->
                say(
                    exchange,
                    200,
                    "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}"));
    String url = url(prometheus) + "/";
    Run run =
        run("check", "--pre", "--admin", "127.0.0.1:" + free(), "--prometheus", url, "-o", "json");
    prometheus.stop(0);

    assertThat(run.exit).as(run.out).isZero();
    assertThat(Json.MAPPER.readTree(run.out).findValuesAsString("id"))
        .contains("java", "heap", "descriptors", "port", "prometheus");
  }

  @Test
  void aPageForBrowsersIsNoPrometheus() throws Exception {
    HttpServer there = answering(exchange -> say(exchange, 200, "<html>Please log in</html>"));
    Run run = run("check", "--pre", "--admin", "127.0.0.1:" + free(), "--prometheus", url(there));
    there.stop(0);

    assertThat(run.exit).isEqualTo(Exit.FAILED);
    assertThat(run.out).containsPattern("failed +prometheus +.*is it Prometheus");
  }

  @Test
  void prometheusMayAskForAToken() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret-of-prometheus\n");
    HttpServer there =
        answering(
            exchange -> {
              boolean known =
                  "Bearer secret-of-prometheus"
                      .equals(exchange.getRequestHeaders().getFirst("Authorization"));
              say(
                  exchange,
                  known ? 200 : 401,
                  "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}");
            });
    String admin = "127.0.0.1:" + free();
    Run without = run("check", "--pre", "--admin", admin, "--prometheus", url(there));
    Run with =
        run(
            "check",
            "--pre",
            "--admin",
            admin,
            "--prometheus",
            url(there),
            "--prometheus-token-file",
            token.toString());
    there.stop(0);

    assertThat(without.out).containsPattern("failed +prometheus +.*401 \\(is the token file");
    assertThat(with.out).containsPattern("ok +prometheus").doesNotContain("secret-of");
  }

  @Test
  void aUrlThatIsNoneIsAMistakeOfTheCommandsLine() {
    Run run = run("check", "--pre", "--prometheus", "127.0.0.1:9090");
    assertThat(run.exit).isEqualTo(Exit.USAGE);
    assertThat(run.err).contains("is named as http://HOST:PORT");
  }

  @Test
  void documentsAreCheckedWithThePortsOfTheirListeners() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path file =
          Files.writeString(
              folder.resolve("all.yaml"),
              """
              apiVersion: gateway.networking.k8s.io/v1
              kind: Gateway
              metadata: {name: web}
              spec:
                gatewayClassName: fairlead
                addresses: [{type: IPAddress, value: 127.0.0.1}]
                listeners: [{name: http, protocol: HTTP, port: %d}]
              """
                  .formatted(taken.getLocalPort()));
      Run run = run("check", "--config", file.toString(), "--admin", "127.0.0.1:" + free());
      assertThat(run.exit).isEqualTo(Exit.FAILED);
      assertThat(run.out)
          .containsPattern("ok +documents")
          .containsPattern("failed +port +port " + taken.getLocalPort());

      Files.writeString(file, "kind: Gatewy\n");
      assertThat(run("check", "--config", file.toString()).out)
          .containsPattern("failed +documents .*:1:7: kind:");
      assertThat(run("check").exit).isEqualTo(Exit.USAGE);
      assertThat(run("check", "--pre", "--port", "0").exit).isEqualTo(Exit.USAGE);
    }
  }

  @Test
  void aMachineThatIsTooSmallIsToldSo() throws Exception {
    Files.createDirectories(folder.resolve("self"));
    Files.createDirectories(folder.resolve("sys/net/core"));
    Files.createDirectories(folder.resolve("sys/net/ipv4"));
    Files.createDirectories(folder.resolve("sys/net/netfilter"));
    Files.writeString(
        folder.resolve("self/limits"), "Limit\nMax open files            256  512  files\n");
    Files.writeString(folder.resolve("sys/net/core/somaxconn"), "128\n");
    Files.writeString(folder.resolve("sys/net/ipv4/ip_local_port_range"), "60000\t60999\n");
    Files.writeString(folder.resolve("sys/net/netfilter/nf_conntrack_max"), "100\n");
    Files.writeString(folder.resolve("sys/net/netfilter/nf_conntrack_count"), "90\n");

    List<Finding> found = new Machine(folder, 21, 16 << 20).look();

    assertThat(found)
        .extracting(each -> each.id() + " " + each.result())
        .containsExactly(
            "java FAILED",
            "heap WARNING",
            "descriptors FAILED",
            "somaxconn WARNING",
            "local-ports WARNING",
            "conntrack WARNING");
    assertThat(found).allMatch(each -> !each.hint().isEmpty());
    assertThat(new Machine(folder.resolve("none"), 25, 64 << 20).look())
        .allMatch(each -> each.result() == Finding.Result.OK);
  }
}

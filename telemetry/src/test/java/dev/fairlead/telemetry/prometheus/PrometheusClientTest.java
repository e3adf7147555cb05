package dev.fairlead.telemetry.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusClientTest {
  private static final String EMPTY =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
  private static final Duration MOST = Duration.ofSeconds(20);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> seen = new ArrayList<>();

  /** A server that answers so. */
  private interface Answering {
    void answer(com.sun.net.httpserver.HttpExchange exchange) throws IOException;
  }

  private HttpServer server(Answering answering) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve(server, answering);
    return server;
  }

  private void serve(HttpServer server, Answering answering) {
    server.createContext("/", answering::answer);
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    server.start();
    open.add(executor::shutdownNow);
    open.add(() -> server.stop(0));
  }

  private PrometheusClient client(Server server, long mostBytes) {
    PrometheusClient client = new PrometheusClient(server, Duration.ofSeconds(30), mostBytes);
    open.add(client);
    return client;
  }

  private PrometheusClient client(HttpServer server) {
    return client(at(server), PrometheusClient.MOST_BYTES);
  }

  private static Server at(HttpServer server) {
    return Server.at("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void say(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static PrometheusException failure(PrometheusClient client, Duration most) {
    return catchThrowableOfType(
        PrometheusException.class, () -> client.ask("up", Double.NaN, most));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void aQueryGoesByPostWithItsTimeAndItsLimits() throws IOException {
    HttpServer server =
        server(
            exchange -> {
              seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
              seen.add(
                  URLDecoder.decode(
                      new String(exchange.getRequestBody().readAllBytes(), UTF_8), UTF_8));
              say(exchange, 200, EMPTY);
            });
    Server behind = Server.at("http://127.0.0.1:" + server.getAddress().getPort() + "/prometheus/");
    PrometheusClient client = client(behind, PrometheusClient.MOST_BYTES);

    client.ask("a{b=~\"c|d\"} + 1", 1795304860.9974, Duration.ofMillis(4321));
    client.ask("up", Double.NaN, MOST);

    assertThat(seen)
        .containsExactly(
            "POST /prometheus/api/v1/query",
            "query=a{b=~\"c|d\"} + 1&time=1795304860.997&timeout=4321ms&lookback_delta=30.000",
            "POST /prometheus/api/v1/query",
            "query=up&timeout=20000ms&lookback_delta=30.000");
  }

  @Test
  void aTokenIsReadAgainAsItIsRenewed(@TempDir Path folder) throws IOException {
    HttpServer server =
        server(
            exchange -> {
              seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
              say(exchange, 200, EMPTY);
            });
    Path file = folder.resolve("token");
    PrometheusClient client =
        client(
            new Server(at(server).base(), Optional.of(file), Optional.empty()),
            PrometheusClient.MOST_BYTES);
    Files.writeString(file, "first\n");
    client.ask("up", Double.NaN, MOST);
    Files.writeString(file, "second\n");
    client.ask("up", Double.NaN, MOST);

    assertThat(seen).containsExactly("Bearer first", "Bearer second");

    Files.writeString(file, "two\nlines: of header");
    assertThat(failure(client, MOST).reason()).isEqualTo(Reason.DENIED);
    Files.delete(file);
    assertThat(failure(client, MOST).reason()).isEqualTo(Reason.DENIED);
    assertThat(seen).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "401; ''; DENIED",
        "403; forbidden; DENIED",
        "404; 404 page not found; NOT_PROMETHEUS",
        "302; ''; NOT_PROMETHEUS",
        "405; ''; NOT_PROMETHEUS",
        "429; slow down; BUSY",
        "503; ''; BUSY",
        "503; {\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"too slow\"}; TIMEOUT",
        "503; {\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"starting\"}; BUSY",
        "500; <html>; SERVER",
        "502; ''; SERVER",
        "500; {\"status\":\"error\",\"errorType\":\"internal\",\"error\":\"disk\"}; SERVER",
        "400; {\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:3: parse error\"}; QUERY",
        "422; {\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"many-to-many\"}; QUERY",
        "200; <html>; MALFORMED",
        "200; ''; MALFORMED",
      })
  void anErrorSaysWhatAndWhereAndHowToMendIt(int status, String body, Reason reason)
      throws IOException {
    HttpServer server =
        server(
            exchange -> {
              exchange.getResponseHeaders().set("Location", "/elsewhere");
              say(exchange, status, body);
            });

    PrometheusException failure = failure(client(server), MOST);

    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure)
        .hasMessageStartingWith("Prometheus at " + at(server).queryUri() + ": ")
        .hasMessageEndingWith(")");
  }

  @Test
  void whatTheServerSaysStaysOnOneLine() throws IOException {
    HttpServer server =
        server(
            exchange ->
                say(
                    exchange,
                    400,
                    "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"a\\nb\\u0007"
                        + "x".repeat(5000)
                        + "\"}"));

    assertThat(failure(client(server), MOST).getMessage())
        .contains("a?b?xx")
        .doesNotContain("\n")
        .hasSizeLessThan(1000);
  }

  @Test
  void aSlowAnswerIsNotWaitedFor() throws IOException {
    CountDownLatch asked = new CountDownLatch(1);
    HttpServer server =
        server(
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write("{\"status\":".getBytes(UTF_8));
              exchange.getResponseBody().flush();
              try {
                asked.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      assertThat(failure(client(server), Duration.ofMillis(300)).reason())
          .isEqualTo(Reason.TIMEOUT);
    } finally {
      asked.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ahugeAnswerIsCutOff(boolean announced) throws IOException {
    HttpServer server =
        server(
            exchange -> {
              byte[] much = new byte[64 * 1024];
              exchange.sendResponseHeaders(200, announced ? 64L * much.length : 0);
              try (OutputStream out = exchange.getResponseBody()) {
                for (int times = 0; times < 64; times++) {
                  out.write(much);
                }
              }
            });

    assertThat(failure(client(at(server), 100_000), MOST).reason()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void nobodyThereIsUnreachable() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    PrometheusException failure =
        failure(client(Server.at("http://127.0.0.1:" + port), 1000), MOST);
    assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(failure).hasMessageContaining(":" + port + "/api/v1/query: nothing listens there");
  }

  @Test
  void certificatesOfTheFileAreBelievedAndNoOthers(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("store.p12");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1",
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit",
        "-alias",
        "own");
    Path pem = folder.resolve("own.pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit",
        "-alias",
        "own",
        "-file",
        pem.toString());
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    serve(server, exchange -> say(exchange, 200, EMPTY));
    URI base = URI.create("https://127.0.0.1:" + server.getAddress().getPort());

    Answer answer =
        client(new Server(base, Optional.empty(), Optional.of(pem)), 1000)
            .ask("up", Double.NaN, MOST);

    assertThat(answer.series()).isEmpty();
    assertThat(failure(client(Server.at(base.toString()), 1000), MOST).reason())
        .isEqualTo(Reason.TLS);
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prometheus:9090",
        "ftp://prometheus",
        "http://user:secret@prometheus",
        "http://prometheus/?x=1",
        "http://prometheus/#x",
        "http:///nowhere",
        "not a url",
      })
  void aUrlThatIsNoneIsRefusedAtOnce(String url) {
    assertThatThrownBy(() -> Server.at(url)).isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.app.ShopDocuments;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.TestDaemon;
import dev.fairlead.app.state.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code fairlead tap} and {@code fairlead explain request} beside a process that runs. */
class TapAndExplainTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path documents;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Daemon daemon;
  private String admin = "";
  private int port;

  @BeforeEach
  void start() throws IOException {
    port = TestDaemon.freePort();
    Files.writeString(documents.resolve("all.yaml"), ShopDocuments.greeting(port, 1));
    daemon = TestDaemon.start(documents);
    admin = TestDaemon.admin(daemon);
  }

  @AfterEach
  void stop() {
    daemon.close();
    client.close();
  }

  private int run(String... arguments) {
    return Entry.commandLine(Map.of(), List.of())
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  private int status(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private List<String> shown() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private Thread tapping(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "tap";
    arguments[1] = "--admin";
    arguments[2] = admin;
    System.arraycopy(more, 0, arguments, 3, more.length);
    return Thread.ofVirtual().start(() -> run(arguments));
  }

  /** Sends requests until the tap, of which nobody knows when it begins, has shown enough. */
  private void until(Thread tap, String path) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              status(path, "Authorization", "s3cret", "X-Mine", "s3cret", "X-Plain", "p");
              status("/other");
              return !tap.isAlive();
            });
  }

  @Test
  void aTapShowsWhatFitsAndEndsAfterEnough() throws Exception {
    Thread tap =
        tapping("--path", "/mine", "--max", "3", "-o", "json", "--headers", "--hide", "x-mine");
    until(tap, "/mine?token=s3cret");
    assertThat(shown()).hasSize(3);
    for (String line : shown()) {
      JsonNode story = Json.MAPPER.readTree(line);
      assertThat(story.path("path").asString()).isEqualTo("/mine?token=…");
      assertThat(story.path("status").asInt()).isEqualTo(200);
      assertThat(story.path("route").asString()).isEqualTo("default/hello");
      assertThat(story.path("request_headers").toString())
          .contains("X-Plain: p", "Authorization: (hidden)", "X-Mine: (hidden)");
      assertThat(line).doesNotContain("s3cret");
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void statusAndServiceAreConditionsToo() throws Exception {
    Thread tap = tapping("--status", "5xx", "--service", "shop", "--max", "1", "-o", "wide");
    until(tap, "/shop/a");
    assertThat(shown()).hasSize(1);
    assertThat(shown().getFirst())
        .contains(" GET 127.0.0.1:" + port + "/shop/a 503 ", "service=default/shop", "UF");
  }

  @Test
  void aConditionThatIsNoneIsAMistake() {
    assertThat(run("tap", "--admin", admin, "--status", "often")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("status 'often' is none such as");
  }

  @Test
  void tapsAreFewAndEndWithTheirReaders() throws Exception {
    Socket[] readers = new Socket[4];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = new Socket(InetAddress.getLoopbackAddress(), adminPort());
      readers[i]
          .getOutputStream()
          .write("GET /api/tap HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
      InputStream in = readers[i].getInputStream();
      assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");
    }
    assertThat(run("tap", "--admin", admin, "--max", "1")).isEqualTo(Exit.UNAVAILABLE);
    assertThat(err.toString()).contains("too many taps");
    for (Socket reader : readers) {
      reader.setSoLinger(true, 0);
      reader.close();
    }
    // Each pulse that cannot be written frees a place.
    await().atMost(SOON).until(() -> run("tap", "--admin", admin, "--for", "1s") == Exit.OK);
  }

  private int adminPort() {
    return daemon.adminAddress().orElseThrow().getPort();
  }

  @Test
  void aFailedRequestIsExplainedByItsId() throws Exception {
    assertThat(status("/shop/b", "X-Request-Id", "order-7")).isEqualTo(503);
    await()
        .atMost(SOON)
        .until(() -> run("explain", "request", "order-7", "--admin", admin) == Exit.OK);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains("GET 127.0.0.1:" + port + "/shop/b (HTTP/1.1)")
        .contains("request order-7")
        .contains("answered 503, flags UF: cannot connect to 127.0.0.1:1")
        .contains("route: default/hello, matched by")
        .contains("  path prefix /shop")
        .contains("  default/shop weight 1")
        .contains("  127.0.0.1:1 in west after ")
        .contains("connect_failed")
        .contains("pick: 127.0.0.1:1: ");
    out.reset();
    assertThat(run("explain", "request", "order-7", "--admin", admin, "-o", "json")).isZero();
    JsonNode story = Json.MAPPER.readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(story.path("kept").asString()).isEqualTo("failed");
    assertThat(story.at("/attempts/0/outcome").asString()).isEqualTo("connect_failed");
    assertThat(story.at("/picks/0/chosen").asString()).isEqualTo("127.0.0.1:1");
  }

  @Test
  void anIdThatNobodyRemembersIsSaidWithWhatToDo() {
    assertThat(run("explain", "request", "never-seen", "--admin", admin)).isEqualTo(Exit.FAILED);
    assertThat(err.toString())
        .contains("no request with id 'never-seen' is remembered", "fairlead tap");
    assertThat(run("explain", "request", "x", "--admin", "127.0.0.1:1"))
        .isEqualTo(Exit.UNAVAILABLE);
  }
}

package dev.fairlead.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others' suites and clients say of {@code examples/h2c}, where they are installed. */
class Http2ConformanceTest {
  @TempDir Path documents;
  private Daemon daemon;
  private String port;

  @BeforeEach
  void start() throws IOException {
    port = Integer.toString(TestDaemon.freePort());
    String example = Files.readString(Path.of("..", "examples", "h2c", "all.yaml"));
    Files.writeString(
        documents.resolve("all.yaml"), example.replace("port: 8080", "port: " + port));
    daemon = TestDaemon.start(documents);
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  /** The program that a variable names, or the one on the path; without it the test is skipped. */
  private static String program(String variable, String name) {
    String named = System.getenv(variable);
    if (named != null) {
      return named;
    }
    Optional<String> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    return found.orElseGet(
        () ->
            Assumptions.abort(
                "skipped: no " + name + " on the PATH, and " + variable + " names none"));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void h2specFindsNothingEvenWhenItIsStrict() throws Exception {
    String said = run(program("H2SPEC", "h2spec"), "-p", port, "-S");
    assertThat(said).containsPattern("\\d{3} tests, \\d{3} passed, 0 skipped, 0 failed");
  }

  @Test
  void nghttpGetsItsAnswer() throws Exception {
    assertThat(run(program("NGHTTP", "nghttp"), "http://127.0.0.1:" + port + "/"))
        .isEqualTo("hello\n");
  }

  @Test
  void h2loadLosesNoRequest() throws Exception {
    String url = "http://127.0.0.1:" + port + "/";
    String said = run(program("H2LOAD", "h2load"), "-n", "2000", "-c", "4", "-m", "20", url);
    assertThat(said).contains("2000 succeeded, 0 failed, 0 errored, 0 timeout");
  }
}

package dev.fairlead.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The whole demo, in seconds: every process is real. Its numbers are too few to compare policies.
 */
class DemoEndToEndTest {
  private static final int RATE = 100;
  private static final int SECONDS = 2;

  @TempDir private Path folder;

  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.fairlead.app.Fairlead",
                "demo"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  @Test
  @Timeout(180)
  void theDemoEndsByItselfWithOneObjectAndNothingLeft() throws Exception {
    Process demo = start("--duration", SECONDS + "s", "--rate", "" + RATE, "-o", "json");
    Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
    while (!demo.waitFor(200, TimeUnit.MILLISECONDS)) {
      demo.descendants().forEach(seen::add);
    }
    assertThat(demo.exitValue()).as(Files.readString(folder.resolve("err"))).isZero();
    JsonNode result = Roles.JSON.readTree(Files.readString(folder.resolve("out")));
    assertThat(result.propertyNames()).containsExactly("policies");
    assertThat(result.path("policies").valueStream().map(row -> row.path("name").asString()))
        .containsExactly("even", "l3", "default");
    for (JsonNode row : result.path("policies")) {
      assertThat(row.propertyNames())
          .containsExactly(
              "name",
              "p50Millis",
              "p90Millis",
              "p99Millis",
              "p999Millis",
              "completed",
              "failed",
              "failedLate",
              "crossClusterRatio",
              "egressDollars");
      // A Poisson count is within six standard deviations of its mean.
      long sent = row.path("completed").asLong() + row.path("failed").asLong();
      assertThat((double) sent)
          .isBetween(
              RATE * SECONDS - 6 * Math.sqrt(RATE * SECONDS),
              RATE * SECONDS + 6 * Math.sqrt(RATE * SECONDS));
      assertThat(row.path("p50Millis").asDouble()).isPositive();
      assertThat(row.path("p99Millis").asDouble())
          .isGreaterThanOrEqualTo(row.path("p50Millis").asDouble());
      assertThat(row.path("failedLate").asLong()).isZero();
    }
    // Round robin over all endpoints crosses two times in three, and crossings cost.
    JsonNode even = result.path("policies").path(0);
    assertThat(even.path("crossClusterRatio").asDouble()).isBetween(0.4, 0.9);
    assertThat(even.path("egressDollars").asDouble()).isPositive();
    assertNothingIsLeft(seen);
  }

  @Test
  @Timeout(120)
  void noChildOutlivesADemoThatIsKilled() throws Exception {
    Process demo = start("--duration", "60s");
    Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
    // Three backends, the relay, the load, the proxy; and the load has begun.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              assertThat(demo.isAlive()).as(Files.readString(folder.resolve("err"))).isTrue();
              demo.descendants().forEach(seen::add);
              return seen.size() == 6
                  && Files.readString(folder.resolve("err")).contains("all clusters well");
            });
    demo.destroyForcibly().waitFor();
    assertNothingIsLeft(seen);
  }

  @Test
  @Timeout(30)
  void aWrongOptionIsAUsageError() throws Exception {
    assertThat(start("--rate", "0").waitFor()).isEqualTo(64);
    assertThat(Files.readString(folder.resolve("err"))).contains("--rate must be over 0");
    assertThat(start("--duration", "soon").waitFor()).isEqualTo(64);
  }

  private static void assertNothingIsLeft(Set<ProcessHandle> seen) {
    assertThat(seen).isNotEmpty();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(seen).noneMatch(ProcessHandle::isAlive));
  }
}

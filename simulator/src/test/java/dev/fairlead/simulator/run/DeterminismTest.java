package dev.fairlead.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Summary;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Scenario;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same numbers for the same seed: to the bit, each time and everywhere. */
class DeterminismTest {
  private static Contender contender(Scenario scenario, String name) {
    return scenario.contenders().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Outcome run(String contender, long seed) {
    Scenario scenario = Everything.scenario();
    return Simulation.run(scenario, contender(scenario, contender), seed, part -> {});
  }

  /** Records print all that they hold, and numbers print all their digits. */
  private static String digest(Outcome outcome) throws NoSuchAlgorithmException {
    byte[] text = outcome.toString().getBytes(StandardCharsets.UTF_8);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
    return HexFormat.of().formatHex(hash, 0, 8);
  }

  @ParameterizedTest
  @CsvSource({"locality", "l3", "prequal", "oracle"})
  void theSameSeedGivesTheSameOutcome(String contender) {
    assertThat(run(contender, 1)).isEqualTo(run(contender, 1));
  }

  @Test
  void anotherSeedGivesAnotherOutcome() {
    assertThat(run("l3", 1)).isNotEqualTo(run("l3", 2));
  }

  /** Users wait for their answers, so what they send differs; the other classes' does not. */
  @Test
  void allContendersSeeTheSameArrivals() {
    for (int trafficClass : new int[] {3, 5}) {
      assertThat(begun(run("l3", 1), trafficClass))
          .isPositive()
          .isEqualTo(begun(run("locality", 1), trafficClass))
          .isEqualTo(begun(run("oracle", 1), trafficClass));
    }
  }

  /** Requests of a class that ended; the last traffic is long over when the run ends. */
  private static long begun(Outcome outcome, int trafficClass) {
    Summary summary = outcome.byClass().get(trafficClass);
    return summary.completed() + summary.failed();
  }

  /**
   * The same on every machine. A change of what is simulated changes these numbers: then they are
   * replaced. A failure on one machine only is a defect.
   */
  @ParameterizedTest
  @CsvSource({"locality, 1288159a72736974", "oracle, 4254f7514334b53b"})
  void outcomesAreAsEverywhere(String contender, String expected) throws NoSuchAlgorithmException {
    assertThat(digest(run(contender, 1))).isEqualTo(expected);
  }
}

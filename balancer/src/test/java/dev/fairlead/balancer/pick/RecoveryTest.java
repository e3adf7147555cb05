package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Simulation.MS;
import static dev.fairlead.balancer.pick.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Simulation.Answer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No policy starves an endpoint for ever: one of five is bad for twenty seconds and well again, and
 * after a time that follows from the policy's time constants it has half of its fair share.
 */
class RecoveryTest {
  private static final int ENDPOINTS = 5;
  private static final double RPS = 250;
  private static final long MEASURED = 20 * SECOND;

  /** What is left to happen once it may be picked: a probe, a change of weights, a pick. */
  private static final double SETTLING = 2;

  static List<Algorithm> algorithms() {
    return Fixture.EVERY;
  }

  /** Its share of the picks, over its fair one, from so many seconds after its return. */
  private static double shareAfter(Algorithm algorithm, Answer bad, double seconds) {
    Simulation simulation = new Simulation(algorithm, Simulation.equal(ENDPOINTS));
    simulation.open(
        RPS,
        20 * SECOND,
        (index, now) -> index == 0 && now >= SECOND ? bad : simulation.reply(10, 30));
    Simulation.Server well = (index, now) -> simulation.reply(10, 30);
    simulation.open(RPS, (long) (seconds * SECOND), well);
    return simulation.open(RPS, MEASURED, well)[0] / (RPS * MEASURED / SECOND / ENDPOINTS);
  }

  /**
   * Until F·(0.95/s − 1) is 0 where s was 0, the success ratio takes τ·ln(1/0.05), 15 s, and until
   * its fourth power is one half 9.2 s: 1 − e^(−t/τ) = 0.841. A failure's slot is held for 5.3 s.
   */
  private static double afterFailures(Algorithm algorithm) {
    return switch (algorithm) {
      case Algorithm.PeakEwma ignored -> 5 * Math.log(1 / 0.05);
      case Algorithm.Prequal ignored -> 5 * Math.log(1 / 0.05);
      case Algorithm.WrrReported ignored -> 5 * -Math.log(1 - Math.pow(0.5, 0.25));
      default -> 5.0 * 17 / 16;
    };
  }

  /**
   * The average of latency falls from 1000 to the usual 20 ms in τ·ln(1000/20), 39 s; what servers
   * say to probes is a second old at most, and what they report counts a second's requests. In all
   * others its last slow requests end within a second.
   */
  private static double afterSlowness(Algorithm algorithm) {
    return algorithm instanceof Algorithm.PeakEwma ? 10 * Math.log(1000.0 / 20) : 1;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void oneThatFailedFastHasHalfItsShareAgain(Algorithm algorithm) {
    Answer failure = new Answer(MS, Outcome.FAILED);

    assertThat(shareAfter(algorithm, failure, afterFailures(algorithm) + SETTLING))
        .as(Seed.replay())
        .isGreaterThanOrEqualTo(0.5);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void oneThatWasSlowHasHalfItsShareAgain(Algorithm algorithm) {
    Answer slow = Answer.replied(SECOND);

    assertThat(shareAfter(algorithm, slow, afterSlowness(algorithm) + SETTLING))
        .as(Seed.replay())
        .isGreaterThanOrEqualTo(0.5);
  }

  /** The next trial is due within two seconds, and one in ten of 250 requests a second takes it. */
  @ParameterizedTest
  @MethodSource("algorithms")
  void oneThatCouldNotBeReachedHasHalfItsShareAgain(Algorithm algorithm) {
    Answer refused = new Answer(MS, Outcome.CONNECT_FAILED);
    // Its three failed connects count as failures, and may be all that is known of it.
    double seconds = 2 + afterFailures(algorithm);

    assertThat(shareAfter(algorithm, refused, seconds + SETTLING))
        .as(Seed.replay())
        .isGreaterThanOrEqualTo(0.5);
  }
}

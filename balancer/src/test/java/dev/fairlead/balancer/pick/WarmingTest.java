package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.chance;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.outcome.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A new endpoint's share grows, whatever algorithm gives the shares. */
class WarmingTest {
  private static final WarmUp WARM_UP = new WarmUp(Duration.ofSeconds(30), 1, 0.1);
  private static final int PICKS = 20_000;
  private static final long MS = 1_000_000;

  static List<Algorithm> byWeight() {
    return List.of(
        new Algorithm.Random(),
        new Algorithm.RoundRobin(),
        Algorithm.P2c.DEFAULT,
        new Algorithm.LeastRequest(),
        Algorithm.WrrReported.DEFAULT);
  }

  static List<Algorithm> all() {
    return Fixture.ALGORITHMS;
  }

  private static Fixture fixture(Algorithm algorithm) {
    return new Fixture(new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT).with(WARM_UP));
  }

  private static double share(Map<Integer, Integer> counts, int port) {
    double all = counts.values().stream().mapToInt(Integer::intValue).sum();
    return counts.getOrDefault(port, 0) / all;
  }

  @ParameterizedTest
  @MethodSource("byWeight")
  void besideWarmOnesANewOneGetsWhatItsFactorLeavesOfItsWeight(Algorithm algorithm) {
    Fixture fixture = fixture(algorithm);
    fixture.groups(endpoints("west", 1, 4));
    fixture.advance(31_000);
    fixture.countByPort(Request.ANY, 10);
    fixture.groups(endpoints("west", 1, 5));
    int passed = 0;
    for (int seconds : new int[] {0, 9, 15, 24, 30}) {
      fixture.advance((seconds - passed) * 1000L);
      passed = seconds;
      double factor = Math.max(0.1, seconds / 30.0);
      assertThat(share(fixture.countByPort(Request.ANY, PICKS), 5))
          .as("after %d s, %s", seconds, Seed.replay())
          // A step of the ramp is a 64th of it.
          .isCloseTo(
              factor / (4 + factor), within(chance(factor / (4 + factor), PICKS).value + 0.2 / 64));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void whereAllAreNewNobodySuffers(Algorithm algorithm) {
    Fixture fixture = fixture(algorithm);
    fixture.groups(endpoints("west", 1, 4));
    for (int seconds = 0; seconds < 31; seconds += 10) {
      Map<Integer, Integer> counts = fixture.countByPort(Request.ANY, PICKS);
      for (int port = 1; port <= 4; port++) {
        assertThat(share(counts, port)).as(Seed.replay()).isCloseTo(0.25, chance(0.25, PICKS));
      }
      fixture.advance(10_000);
    }
  }

  @ParameterizedTest
  @MethodSource("byWeight")
  void anEndpointThatIsOldWhenWarmUpIsSwitchedOnIsWarm(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 4));
    fixture.advance(60_000);
    fixture.groups(endpoints("west", 1, 5));
    fixture.advance(60_000);
    fixture.balancer.update(new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT).with(WARM_UP));

    assertThat(share(fixture.countByPort(Request.ANY, PICKS), 5))
        .isCloseTo(0.2, chance(0.2, PICKS));
  }

  /** The share of the endpoint that is new, in each of so many seconds, all serving in 10 ms. */
  private static double[] shares(Fixture fixture, int port, int seconds, int inFlight) {
    double[] shares = new double[seconds];
    Deque<Lease> out = new ArrayDeque<>();
    for (int second = 0; second < seconds; second++) {
      int its = 0;
      int all = 100 * inFlight;
      for (int pick = 0; pick < all; pick++) {
        fixture.ticker.advanceNanos(10 * MS / inFlight);
        if (out.size() == inFlight) {
          out.remove().end(Outcome.REPLIED);
        }
        Lease lease = fixture.lease();
        out.add(lease);
        its += lease.endpoint().address().port() == port ? 1 : 0;
      }
      shares[second] = (double) its / all;
    }
    out.forEach(lease -> lease.end(Outcome.REPLIED));
    return shares;
  }

  @Test
  void byPredictedLatencyANewOneHasItsPartFromTheFirstSecondOn() {
    Fixture ramped = fixture(Algorithm.PeakEwma.DEFAULT);
    Fixture plain = new Fixture(Algorithm.PeakEwma.DEFAULT);
    for (Fixture fixture : List.of(ramped, plain)) {
      fixture.groups(endpoints("west", 1, 4));
      shares(fixture, 1, 40, 10);
      fixture.groups(endpoints("west", 1, 5));
    }
    double[] ramp = shares(ramped, 5, 40, 10);
    double[] full = shares(plain, 5, 40, 10);

    // A factor of 0.1 makes 2.4 % of all, where without warm-up it were 8 % at first.
    assertThat(Arrays.stream(ramp, 0, 3).average().orElseThrow()).isBetween(0.012, 0.036);
    assertThat(Arrays.stream(full, 0, 3).average().orElseThrow()).isGreaterThan(0.06);
    assertThat(Arrays.stream(ramp, 31, 40).average().orElseThrow())
        .isCloseTo(Arrays.stream(full, 31, 40).average().orElseThrow(), within(0.02));
  }
}

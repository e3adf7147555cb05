package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One of twenty endpoints fails in a millisecond; the others reply in 10 to 30 ms. */
class BlackHoleTest {
  private static final int ENDPOINTS = 20;
  private static final long MS = 1_000_000;

  private record End(long at, Lease lease, Outcome outcome, long retryAfter) {}

  static Stream<Algorithm> failureAware() {
    return Stream.of(Algorithm.P2c.DEFAULT, Algorithm.PeakEwma.DEFAULT);
  }

  /** Picks of the black hole from 5 s to 25 s, of {@code rps} Poisson arrivals. */
  private static int picksOfTheBlackHole(Algorithm algorithm, double rps, long retryAfter) {
    Fixture fixture = new Fixture(algorithm);
    fixture.endpoints(
        IntStream.rangeClosed(1, ENDPOINTS)
            .mapToObj(port -> endpoint("west", port))
            .toArray(Endpoint[]::new));
    PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::at));
    long start = fixture.ticker.nanos();
    long next = start;
    int picks = 0;
    while (next - start < 25_000 * MS) {
      while (!ends.isEmpty() && ends.peek().at() <= next) {
        End end = ends.remove();
        fixture.ticker.advanceNanos(end.at() - fixture.ticker.nanos());
        end.lease().answered();
        end.lease().end(end.outcome(), LoadReport.NONE, end.retryAfter());
      }
      fixture.ticker.advanceNanos(next - fixture.ticker.nanos());
      Lease lease = fixture.lease();
      if (lease.endpoint().address().port() == 1) {
        picks += next - start >= 5000 * MS ? 1 : 0;
        ends.add(new End(next + MS, lease, Outcome.FAILED, retryAfter));
      } else {
        long service = (long) ((10 + 20 * fixture.random.nextDouble()) * MS);
        ends.add(new End(next + service, lease, Outcome.REPLIED, 0));
      }
      next += (long) (-Math.log(1 - fixture.random.nextDouble()) / rps * 1e9);
    }
    return picks;
  }

  @ParameterizedTest
  @MethodSource("failureAware")
  void fromFiveSecondsOnItGetsAtMostATenthOfItsFairShare(Algorithm algorithm) {
    for (double rps : new double[] {200, 1000, 4000}) {
      double fair = rps * 20 / ENDPOINTS;
      assertThat(picksOfTheBlackHole(algorithm, rps, 0))
          .as("%s at %s rps, %s", algorithm.id(), rps, Seed.replay())
          .isLessThanOrEqualTo((int) (fair / 10));
    }
  }

  @ParameterizedTest
  @MethodSource("failureAware")
  void askingForRestWithEachFailureDoesNotHelpIt(Algorithm algorithm) {
    assertThat(picksOfTheBlackHole(algorithm, 1000, 100 * MS))
        .as("%s, %s", algorithm.id(), Seed.replay())
        .isLessThanOrEqualTo(1000 / 10);
  }

  @Test
  void withoutFailuresInTheLoadItWouldAttract() {
    // The setting's own check: a policy that is blind to failures gives it its full share.
    assertThat(picksOfTheBlackHole(new Algorithm.RoundRobin(), 1000, 0)).isBetween(900, 1100);
  }
}

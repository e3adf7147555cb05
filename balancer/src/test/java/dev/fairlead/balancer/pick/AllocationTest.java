package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.balancer.weight.Shares;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pick allocates is its lease, whatever is asked of the balancer besides. */
class AllocationTest {
  private static final int PICKS = 100_000;
  private static final int LEASE_BYTES = 32;

  /** The first few rounds link and compile; a pick that allocates does so in each. */
  private static final int ROUNDS = 3;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Lease[] out = new Lease[100];

  /** Asked for with each pick; null: nobody asks. */
  private @Nullable PickReason reason;

  private long said;

  static Iterable<Algorithm> algorithms() {
    return Fixture.ALGORITHMS;
  }

  private long allocated(Fixture fixture, Request request) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int pick = 0; pick < PICKS; pick++) {
      int slot = pick % out.length;
      if (out[slot] != null) {
        out[slot].end(Outcome.REPLIED);
      }
      fixture.ticker.advanceNanos(100);
      out[slot] =
          (Lease)
              (reason == null
                  ? fixture.balancer.pick(request)
                  : fixture.balancer.pick(request, reason));
      said += reason == null ? 0 : reason.text().length();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private void assertLeasesOnly(Fixture fixture, Request request) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      least = Math.min(least, allocated(fixture, request));
    }
    // One pick in a thousand that allocated once more would show.
    assertThat(least).isBetween((long) LEASE_BYTES * PICKS, (long) LEASE_BYTES * PICKS + 2000);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aPickAllocatesItsLeaseOnly(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 20), endpoints("east", 21, 40));

    assertLeasesOnly(fixture, key(1));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void soItDoesWithAllThatCanBeSwitchedOnWhileSomeAreOut(Algorithm algorithm) {
    Fixture fixture =
        new Fixture(
            new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT)
                .with(OutlierDetection.DEFAULT)
                .with(ActiveCheckPolicy.DEFAULT)
                .with(
                    new AdaptiveConcurrency(
                        1000, 1000, 1000, Duration.ofSeconds(1), Duration.ofMinutes(1), 0.25))
                .with(new RequestLimits(50, 10_000)));
    fixture.groups(endpoints("west", 1, 20), endpoints("east", 21, 40), endpoints("north", 41, 60));
    fixture.shares(Map.of("west", 0.5, "east", 0.3, "north", 0.2));
    fixture.checked(false, 1, 12);
    fixture.fail(60, Outcome.CONNECT_FAILED, 3);

    assertLeasesOnly(fixture, key(1));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void theReasonCostsNoMemory(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 20), endpoints("east", 21, 40));
    reason = new PickReason();

    assertLeasesOnly(fixture, key(1));
    assertThat(said).isPositive();
  }

  @Test
  void sharesOfItsClassCostNothingEither() {
    Fixture fixture = new Fixture(Algorithm.PeakEwma.DEFAULT);
    fixture.groups(endpoints("west", 1, 20), endpoints("east", 21, 40));
    Shares even = new Shares(Map.of("west", 0.5, "east", 0.5));
    fixture.balancer.update(
        new ClassShares(even, Map.of(3, even), Map.of(0, 1.0), Duration.ofHours(1)));

    assertLeasesOnly(fixture, Request.ANY);
  }

  @Test
  void checksThatNobodySendsAnyMoreCostNothing() {
    Fixture fixture =
        new Fixture(
            new BalancerPolicy(new Algorithm.Random(), LocalityPolicy.DEFAULT)
                .with(ActiveCheckPolicy.DEFAULT));
    fixture.groups(endpoints("west", 1, 20));
    fixture.checked(true, 1, 19);
    fixture.advance(ActiveCheckPolicy.DEFAULT.timeToLive().toMillis());

    assertLeasesOnly(fixture, Request.ANY);
  }
}

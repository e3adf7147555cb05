package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.Outcome;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Four of twelve endpoints refuse connections for 8 s, under a caller that retries once. */
class KilledClusterTest {
  private static final long MS = 1_000_000;
  private static final long KILLED = 5000 * MS;
  private static final long BACK = 13_000 * MS;
  private static final long OVER = 20_000 * MS;
  private static final long CONNECT = MS / 10;
  private static final double RPS = 400;

  private record End(long at, Lease lease) {}

  static List<Algorithm> algorithms() {
    return Fixture.ALGORITHMS;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void noRequestFailsTwoSecondsAfterAndAllAreUsedSoonAfterTheReturn(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.endpoints(
        IntStream.rangeClosed(1, 12)
            .mapToObj(port -> endpoint(port <= 4 ? "dead" : port <= 8 ? "west" : "east", port))
            .toArray(Endpoint[]::new));
    fixture.shares(Map.of("dead", 0.4, "west", 0.4, "east", 0.2));
    PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::at));
    long start = fixture.ticker.nanos();
    Set<Integer> usedAgain = new HashSet<>();
    int failedLate = 0;
    long now = 0;
    while (now < OVER) {
      while (!ends.isEmpty() && ends.peek().at() <= now) {
        End end = ends.remove();
        advanceTo(fixture, start + end.at());
        end.lease().end(Outcome.REPLIED);
      }
      advanceTo(fixture, start + now);
      Set<Endpoint> tried = new HashSet<>();
      Lease lease = attempt(fixture, tried, now);
      if (lease == null) {
        failedLate += now >= KILLED + 2000 * MS ? 1 : 0;
      } else {
        long service = (long) ((10 + 30 * fixture.random.nextDouble()) * MS);
        ends.add(new End(now + service, lease));
        if (now >= BACK && now < BACK + 2500 * MS) {
          usedAgain.add(lease.endpoint().address().port());
        }
      }
      now += (long) (-Math.log(1 - fixture.random.nextDouble()) / RPS * 1e9);
    }

    assertThat(failedLate).as(Seed.replay()).isZero();
    assertThat(usedAgain).as(Seed.replay()).contains(1, 2, 3, 4);
  }

  /** Time never goes back, as when a failed connect took longer than the next arrival. */
  private static void advanceTo(Fixture fixture, long nanos) {
    fixture.ticker.advanceNanos(Math.max(0, nanos - fixture.ticker.nanos()));
  }

  /** A lease on an endpoint that accepts, after at most one retry; null if that failed too. */
  private static Lease attempt(Fixture fixture, Set<Endpoint> tried, long now) {
    Request request =
        new Request() {
          @Override
          public boolean tried(Endpoint endpoint) {
            return tried.contains(endpoint);
          }
        };
    for (int attempt = 0; attempt < 2; attempt++) {
      Lease lease = fixture.lease(request);
      boolean dead = lease.endpoint().cluster().equals("dead") && now >= KILLED && now < BACK;
      if (!dead) {
        return lease;
      }
      fixture.ticker.advanceNanos(CONNECT);
      lease.end(Outcome.CONNECT_FAILED);
      tried.add(lease.endpoint());
    }
    return null;
  }
}

package dev.fairlead.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConcurrencyLimitTest {
  private static final long SECOND = 1_000_000_000L;

  private static ConcurrencyLimit fixedAt(int limit) {
    return new ConcurrencyLimit(
        new AdaptiveConcurrency(
            limit, limit, limit, Duration.ofMillis(100), Duration.ofSeconds(60), 0.25),
        Seed.source(),
        0);
  }

  @ParameterizedTest
  @CsvSource({"0, 7", "1, 8", "3, 10", "6, 13", "7, 14"})
  void aClassIsAdmittedUpToItsShareOfTheLimit(int trafficClass, int admitted) {
    ConcurrencyLimit limit = fixedAt(14); // Half, and one more for each class.
    for (int i = 0; i < admitted; i++) {
      assertThat(limit.tryAcquire(trafficClass)).isTrue();
    }
    assertThat(limit.tryAcquire(trafficClass)).isFalse();
    assertThat(limit.refused(trafficClass)).isEqualTo(1);
    assertThat(limit.inFlight()).isEqualTo(admitted);
    limit.ignored();
    assertThat(limit.tryAcquire(trafficClass)).isTrue();
  }

  @Test
  void anIdleServerTakesTheLowestClassAlsoAtTheLeastLimit() {
    assertThat(fixedAt(1).tryAcquire(0)).isTrue();
  }

  @Test
  void thereAreEightClasses() {
    assertThatThrownBy(() -> fixedAt(1).tryAcquire(8))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> fixedAt(1).tryAcquire(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void badSamplesFreeTheirSlotAndAreNoSamples() {
    ConcurrencyLimit limit = fixedAt(14);
    for (double latency :
        new double[] {-1, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1e308}) {
      limit.tryAcquire(7);
      limit.replied(latency, 5);
    }
    assertThat(limit.badSamples()).isEqualTo(5);
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void badSamplesDoNotMoveTheLimit() {
    ServerModel server = new ServerModel(20, 0.01);
    server.offer(7, 6000);
    server.runUntil(20 * SECOND);
    double before = server.limit().limit();
    for (int i = 0; i < 10_000; i++) {
      server.limit().tryAcquire(7);
      server.limit().replied(Double.NaN, 20 * SECOND + i * 1_000_000L);
    }
    assertThat(server.limit().limit()).isBetween(before * 0.8, before * 1.25);
  }

  @ParameterizedTest
  @CsvSource({"5, 0.01", "20, 0.1", "100, 0.01", "400, 0.02"})
  void underOverloadTheLimitConvergesToTheServersCapacity(int capacity, double serviceSeconds) {
    ServerModel server = new ServerModel(capacity, serviceSeconds);
    server.offer(7, 3 * capacity / serviceSeconds);
    server.runUntil(40 * SECOND);
    for (int second = 41; second <= 70; second++) {
      server.runUntil(second * SECOND);
      assertThat(server.limit().limit())
          .as("second %s, %s", second, Seed.replay())
          .isBetween(capacity / 1.5, 2.0 * capacity);
    }
    // The server is kept busy.
    double goodput = server.replied(7) / 70.0;
    assertThat(goodput).as(Seed.replay()).isGreaterThan(0.85 * capacity / serviceSeconds);
  }

  @Test
  void itFollowsAServerThatLosesHalfItsCapacityAndGetsItBack() {
    ServerModel server = new ServerModel(100, 0.01);
    server.offer(7, 30_000);
    server.runUntil(30 * SECOND);
    server.resize(50);
    server.runUntil(40 * SECOND);
    assertThat(server.limit().limit()).as(Seed.replay()).isBetween(33.0, 100.0);
    server.resize(100);
    server.runUntil(50 * SECOND);
    assertThat(server.limit().limit()).as(Seed.replay()).isBetween(67.0, 200.0);
  }

  @Test
  void aLimitThatIsNotUsedDoesNotGrow() {
    ServerModel server = new ServerModel(100, 0.01);
    server.offer(7, 200); // Two in flight on average.
    server.runUntil(60 * SECOND);
    assertThat(server.limit().limit()).as(Seed.replay()).isLessThanOrEqualTo(40);
    assertThat(server.refused(7)).isZero();
  }

  @Test
  void aServerThatTurnsAllAwayBringsTheLimitDown() {
    ConcurrencyLimit limit = new ConcurrencyLimit(AdaptiveConcurrency.DEFAULT, Seed.source(), 0);
    for (int i = 0; i < 10_000; i++) {
      if (limit.tryAcquire(7)) {
        limit.overloaded(i * 1_000_000L);
      }
    }
    assertThat(limit.limit()).isLessThan(6);
  }

  @Test
  void underOverloadTheHighestClassKeepsItsGoodputAndTheLowestIsRefusedFirst() {
    int capacity = 100;
    double rate = capacity / 0.01;
    ServerModel server = new ServerModel(capacity, 0.01);
    server.offer(7, 0.4 * rate);
    server.offer(4, 0.4 * rate);
    server.offer(0, 2 * rate);
    server.runUntil(10 * SECOND);
    long[] repliedBefore = {server.replied(0), server.replied(4), server.replied(7)};
    server.runUntil(50 * SECOND);
    double lowest = (server.replied(0) - repliedBefore[0]) / 40.0;
    double middle = (server.replied(4) - repliedBefore[1]) / 40.0;
    double highest = (server.replied(7) - repliedBefore[2]) / 40.0;
    assertThat(highest).as(Seed.replay()).isGreaterThan(0.98 * 0.4 * rate);
    assertThat(middle).as(Seed.replay()).isGreaterThan(0.95 * 0.4 * rate);
    assertThat(lowest).as(Seed.replay()).isBetween(0.05 * rate, 0.25 * rate);
  }

  @Test
  void concurrentCallersNeverExceedTheLimit() throws Exception {
    ConcurrencyLimit limit = fixedAt(2);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> callers = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        callers.add(threads.submit(() -> mostInFlight(limit)));
      }
      int most = 0; // One caller may find both slots held by callers that do not run.
      for (Future<Integer> caller : callers) {
        most = Math.max(most, caller.get(60, TimeUnit.SECONDS));
      }
      assertThat(most).isBetween(1, 2);
    } finally {
      threads.shutdown();
    }
    assertThat(limit.inFlight()).isZero();
  }

  private static int mostInFlight(ConcurrencyLimit limit) {
    int most = 0;
    for (int i = 0; i < 100_000; i++) {
      if (limit.tryAcquire(7)) {
        most = Math.max(most, limit.inFlight());
        limit.replied(1000, i * 1000L);
      }
    }
    return most;
  }

  @Test
  void badPoliciesAreRefused() {
    Duration window = Duration.ofMillis(100);
    Duration minute = Duration.ofSeconds(60);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveConcurrency(0, 10, 5, window, minute, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveConcurrency(5, 4, 5, window, minute, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveConcurrency(1, 10, 11, window, minute, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveConcurrency(1, 10, 5, minute, window, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveConcurrency(1, 10, 5, window, minute, Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new RequestLimits(0, 1));
  }

  @Test
  void fixedLimitsCountWhatIsInFlight() {
    RequestLimits limits = new RequestLimits(2, 3);
    assertThat(limits.admitsToEndpoint(1)).isTrue();
    assertThat(limits.admitsToEndpoint(2)).isFalse();
    assertThat(RequestLimits.NONE.admitsToEndpoint(1_000_000)).isTrue();
  }
}

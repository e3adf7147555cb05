package dev.fairlead.balancer.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EndpointStatisticsTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;

  /** The defaults: τ 10 s, success τ 5 s, prior 30 ms, F 0.6 s. */
  private static final Estimation DEFAULT =
      new Estimation(10.0 * SECOND, 5.0 * SECOND, 30.0 * MS, 600.0 * MS);

  private final EndpointStatistics statistics =
      new EndpointStatistics(0, Seed.source(), new AtomicInteger());

  private void reply(long pickedAt, long latency) {
    statistics.picked(pickedAt);
    statistics.answered(pickedAt + latency, latency, DEFAULT);
    statistics.ended(Outcome.REPLIED, pickedAt + latency, true, false, 0, DEFAULT);
  }

  private void fail(Outcome outcome, long at) {
    statistics.picked(at);
    statistics.ended(outcome, at, false, false, 0, DEFAULT);
  }

  private double latencyMillis(long now) {
    return statistics.latencyNanos(now, DEFAULT) / MS;
  }

  @Test
  void anUnknownEndpointIsWorthThePrior() {
    assertThat(latencyMillis(0)).isEqualTo(30);
    assertThat(statistics.costNanos(0, DEFAULT)).isEqualTo(30.0 * MS);
    assertThat(statistics.knowsLatency()).isFalse();
  }

  @Test
  void aSampleAboveTheAverageIsTheAverageAtOnce() {
    reply(0, 200 * MS);

    assertThat(latencyMillis(200 * MS)).isEqualTo(200);
  }

  @Test
  void aSampleBelowMovesTheAverageByTheTimeThatPassed() {
    reply(0, 200 * MS);
    // Sampled 5 s after the last sample: 100 + e^(−5/10) · (200 − 100) = 160.653 ms.
    reply(5100 * MS, 100 * MS);

    assertThat(latencyMillis(5200 * MS)).isCloseTo(160.653, within(0.001));
  }

  @Test
  void samplesOfTheSameInstantWeighNothingUnlessTheyArePeaks() {
    reply(0, 200 * MS);
    reply(100 * MS, 100 * MS);

    assertThat(latencyMillis(200 * MS)).isEqualTo(200);
  }

  @Test
  void readingProjectsAndChangesNothing() {
    reply(0, 200 * MS);

    // e^(−1) · 200 after τ, however often it is read between.
    for (long now = SECOND; now < 10 * SECOND; now += SECOND) {
      assertThat(latencyMillis(now)).isLessThan(200);
    }
    assertThat(latencyMillis(10_200 * MS)).isCloseTo(73.576, within(0.001));
    assertThat(latencyMillis(200 * MS)).isEqualTo(200);
  }

  @Test
  void whileARequestIsUnansweredItsWaitIsALowerBound() {
    reply(0, 20 * MS);
    statistics.picked(SECOND);

    assertThat(latencyMillis(SECOND + 10 * MS)).isLessThan(30);
    assertThat(latencyMillis(SECOND + 400 * MS)).isEqualTo(400);
    // (400 + 0) · (1 + 1)
    assertThat(statistics.costNanos(SECOND + 400 * MS, DEFAULT)).isEqualTo(800.0 * MS);
  }

  @Test
  void anAnswerStartsTheLowerBoundAnew() {
    statistics.picked(0);
    statistics.picked(0);
    statistics.answered(500 * MS, 500 * MS, DEFAULT);

    assertThat(latencyMillis(900 * MS)).isBetween(480.0, 500.0);
    assertThat(latencyMillis(1100 * MS)).isEqualTo(600);
  }

  @Test
  void aThreadThatReadTheClockLongAgoDoesNotMoveTheLowerBoundBack() {
    reply(10 * SECOND, 20 * MS);
    statistics.picked(9 * SECOND);

    assertThat(latencyMillis(10_020 * MS)).isLessThan(30);
  }

  @Test
  void aRequestThatIsAnsweredAndStillInFlightIsNoLowerBound() {
    statistics.picked(0);
    statistics.answered(20 * MS, 20 * MS, DEFAULT);

    assertThat(latencyMillis(60 * SECOND)).isLessThan(30);
    // Nor is it one for the next request: nothing has been waiting for a minute.
    statistics.picked(60 * SECOND);
    assertThat(latencyMillis(60 * SECOND + 50 * MS)).isEqualTo(50);
    assertThat(statistics.inFlight()).isEqualTo(2);
  }

  @Test
  void failuresCostAsTheFormulaSays() {
    reply(0, 0);
    fail(Outcome.FAILED, 5 * SECOND);

    // s = e^(−1) = 0.36788; 600 · (0.95/s − 1) = 949.42 ms; latency 30 · e^(−0.5) = 18.196 ms.
    assertThat(statistics.successRatio(5 * SECOND, DEFAULT)).isCloseTo(0.36788, within(1e-5));
    assertThat(statistics.costNanos(5 * SECOND, DEFAULT) / MS)
        .isCloseTo(949.421 + 18.196, within(0.01));
  }

  @Test
  void theSuccessTermIsBoundedByTwoPercent() {
    for (int second = 0; second < 100; second++) {
      fail(Outcome.FAILED, second * SECOND);
    }

    // 600 · (0.95/0.02 − 1) = 27 900 ms, beside a latency that has faded to nearly nothing.
    assertThat(statistics.costNanos(99 * SECOND, DEFAULT) / MS).isCloseTo(27_900, within(1.0));
  }

  @Test
  void pastFailuresFadeWhileNothingIsHeard() {
    reply(0, 0);
    fail(Outcome.FAILED, 5 * SECOND);

    // 1 − (1 − e^(−1)) · e^(−2) = 0.91445
    assertThat(statistics.successRatio(15 * SECOND, DEFAULT)).isCloseTo(0.91445, within(1e-5));
  }

  @Test
  void anIgnoredRequestIsNoSample() {
    reply(0, 20 * MS);
    double before = statistics.costNanos(3 * SECOND, DEFAULT);
    fail(Outcome.IGNORED, 2 * SECOND);

    assertThat(statistics.costNanos(3 * SECOND, DEFAULT)).isEqualTo(before);
    assertThat(statistics.failed()).isZero();
    assertThat(statistics.occupied(3 * SECOND)).isZero();
    assertThat(statistics.inFlight()).isZero();
  }

  @Test
  void aFailedRequestKeepsItsSlotForFiveSeconds() {
    for (int i = 0; i < 3; i++) {
      fail(Outcome.OVERLOADED, 7 * SECOND);
    }
    fail(Outcome.FAILED, 9 * SECOND);

    assertThat(statistics.inFlight()).isZero();
    assertThat(statistics.occupied(9 * SECOND)).isEqualTo(4);
    assertThat(statistics.occupied(12 * SECOND)).isEqualTo(4);
    assertThat(statistics.occupied(12 * SECOND + 2 * HeldSlots.SLICE_NANOS)).isEqualTo(1);
    assertThat(statistics.occupied(14 * SECOND)).isEqualTo(1);
    assertThat(statistics.occupied(14 * SECOND + 2 * HeldSlots.SLICE_NANOS)).isZero();
    assertThat(statistics.occupied(100 * SECOND)).isZero();
  }

  @Test
  void slotsHeldOneRingAgoAreNotCountedAgain() {
    fail(Outcome.FAILED, SECOND);
    fail(Outcome.FAILED, SECOND + 32 * HeldSlots.SLICE_NANOS);

    assertThat(statistics.occupied(SECOND + 32 * HeldSlots.SLICE_NANOS)).isEqualTo(1);
  }

  @Test
  void oneFailureInAHundredIsTolerated() {
    for (int each = 1; each <= 1000; each++) {
      long now = each * 20 * MS;
      if (each % 100 == 0) {
        fail(Outcome.FAILED, now);
      } else {
        reply(now, 5 * MS);
      }
      assertThat(statistics.failureNanos(now, DEFAULT)).isZero();
      assertThat(statistics.held(now)).isZero();
    }
    assertThat(statistics.failed()).isEqualTo(10);
  }

  @Test
  void retryAfterIsBounded() {
    statistics.picked(0);
    statistics.ended(Outcome.OVERLOADED, 0, false, false, Long.MAX_VALUE, DEFAULT);

    assertThat(statistics.gated(EndpointStatistics.LONGEST_GATE_NANOS - 1)).isTrue();
    assertThat(statistics.gated(EndpointStatistics.LONGEST_GATE_NANOS)).isFalse();
  }

  @Test
  void anEndpointThatCameBackHasItsOldLatencyAndNotAFadedOne() {
    reply(0, 200 * MS);
    for (int i = 0; i < 3; i++) {
      fail(Outcome.CONNECT_FAILED, 200 * MS);
    }
    assertThat(statistics.reachable()).isFalse();
    long later = 60 * SECOND;
    assertThat(statistics.takeTrial(later)).isTrue();
    statistics.picked(later);
    statistics.answered(later + 10 * MS, 10 * MS, DEFAULT);

    assertThat(statistics.reachable()).isTrue();
    assertThat(latencyMillis(later + 10 * MS)).isCloseTo(200, within(0.1));
  }

  @Test
  void failedTrialsDoNotWorsenTheSuccessOfAnUnreachableEndpoint() {
    reply(0, 0);
    for (int i = 0; i < 3; i++) {
      fail(Outcome.CONNECT_FAILED, MS);
    }
    double before = statistics.successRatio(20 * SECOND, DEFAULT);
    for (int second = 1; second < 20; second++) {
      assertThat(statistics.takeTrial(second * 3L * SECOND)).isTrue();
      statistics.picked(second * 3L * SECOND);
      statistics.ended(Outcome.CONNECT_FAILED, second * 3L * SECOND, false, true, 0, DEFAULT);
    }

    assertThat(statistics.successRatio(20 * SECOND, DEFAULT)).isEqualTo(before);
    assertThat(statistics.failed()).isEqualTo(22);
  }
}

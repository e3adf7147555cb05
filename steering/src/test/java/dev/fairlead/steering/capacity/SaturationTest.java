package dev.fairlead.steering.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaturationTest {
  private static final long SEED = Long.getLong("seed", 20261121L);

  /** A FIFO queue with 32 workers, Poisson arrivals and log-normal service, P50 20, P99 80 ms. */
  private static final class Queue {
    private final Random random;
    private final double[] freeAt = new double[32];
    private final PriorityQueue<double[]> ends =
        new PriorityQueue<>(Comparator.comparingDouble(end -> end[0]));
    private double nextArrival;
    private int inFlight;
    private Saturation state = Saturation.UNKNOWN;
    private int period;

    Queue(long seed) {
      random = new Random(seed);
    }

    /** One second; returns whether it is judged over its capacity. */
    boolean second(double rps, double slower) {
      double until = ++period;
      int started = 0;
      while (nextArrival < until) {
        int first = 0;
        for (int worker = 1; worker < freeAt.length; worker++) {
          first = freeAt[worker] < freeAt[first] ? worker : first;
        }
        double service = slower * 0.020 * Math.exp(0.595922 * random.nextGaussian());
        freeAt[first] = Math.max(nextArrival, freeAt[first]) + service;
        ends.add(new double[] {freeAt[first], nextArrival});
        started++;
        nextArrival += -Math.log(1 - random.nextDouble()) / rps;
      }
      inFlight += started;
      double[] latencies = new double[ends.size()];
      int ended = 0;
      while (!ends.isEmpty() && ends.peek()[0] <= until) {
        double[] end = ends.remove();
        latencies[ended++] = (end[0] - end[1]) * 1e9;
      }
      inFlight -= ended;
      latencies = Arrays.copyOf(latencies, ended);
      Arrays.sort(latencies);
      double p50 = ended == 0 ? Double.NaN : latencies[ended / 2];
      state = state.after(period * 1_000_000_000L, inFlight, 0, started, ended, p50, false);
      return state.flagged();
    }
  }

  @Test
  void tenTimesSlowerIsFoundAtTheSecondLook() {
    for (long seed = SEED; seed < SEED + 50; seed++) {
      Queue queue = new Queue(seed);
      for (int i = 0; i < 8; i++) {
        queue.second(200, 1);
      }
      assertThat(queue.second(200, 10)).as("-Dseed=" + seed).isFalse();
      assertThat(queue.second(200, 10)).as("-Dseed=" + seed).isTrue();
      assertThat(queue.state.growth()).as("-Dseed=" + seed).isGreaterThan(10);
    }
  }

  // A bound of 10⁻⁶ a period for 5 rates × 20 runs × 300 periods: 3 % for a single false alarm.
  @ParameterizedTest
  @ValueSource(doubles = {10, 30, 100, 200, 400})
  void steadyLoadIsNeverOverCapacity(double rps) {
    for (long seed = SEED; seed < SEED + 20; seed++) {
      Queue queue = new Queue(seed);
      for (int i = 0; i < 300; i++) {
        assertThat(queue.second(rps, 1)).as("-Dseed=" + seed + " second " + i).isFalse();
      }
    }
  }

  @Test
  void tripledLoadWithinCapacityIsNotOverCapacity() {
    for (long seed = SEED; seed < SEED + 20; seed++) {
      Queue queue = new Queue(seed);
      for (int i = 0; i < 20; i++) {
        queue.second(100, 1);
      }
      for (int i = 0; i < 20; i++) {
        assertThat(queue.second(300, 1)).as("-Dseed=" + seed + " second " + i).isFalse();
      }
    }
  }

  @Test
  void aTrickleStaysFlaggedWhileSlowAndIsClearedSoonAfter() {
    int stillSlow = 0;
    for (long seed = SEED; seed < SEED + 20; seed++) {
      Queue queue = new Queue(seed);
      for (int i = 0; i < 8; i++) {
        queue.second(200, 1);
      }
      queue.second(200, 10);
      queue.second(200, 10);
      for (int i = 0; i < 11; i++) {
        stillSlow += queue.second(5, 10) ? 1 : 0;
      }
      boolean cleared = false;
      for (int i = 0; i < 4; i++) {
        cleared |= !queue.second(5, 1);
      }
      assertThat(cleared).as("-Dseed=" + seed).isTrue();
    }
    // A median of about five at 200 ms and σ 0.6 is hardly ever below 40 ms.
    assertThat(stillSlow).isGreaterThanOrEqualTo(20 * 11 - 2);
  }

  @Test
  void aLastingChangeBecomesTheNewNormal() {
    Queue queue = new Queue(SEED);
    for (int i = 0; i < 20; i++) {
      queue.second(100, 1);
    }
    int flagged = 0;
    for (int i = 0; i < 90; i++) {
      flagged += queue.second(100, 10) ? 1 : 0;
    }
    assertThat(flagged).isBetween(30, 60);
    assertThat(queue.state.flagged()).isFalse();
  }

  private static Saturation steady() {
    Saturation state = Saturation.UNKNOWN;
    for (int i = 1; i <= 5; i++) {
      state = state.after(i * 1_000_000_000L, 5, 0, 200, 200, 20e6, false);
    }
    return state;
  }

  private static Saturation hanging(Saturation state, long millis, boolean allAreLate) {
    return state.after(millis * 1_000_000, 205, 0, 200, 0, Double.NaN, allAreLate);
  }

  @Test
  void oneThatHangsIsOverItsCapacity() {
    Saturation looked = steady().looked(5_800_000_000L, 165, 0, 200, false);
    assertThat(looked.flagged()).isFalse();
    assertThat(hanging(looked, 6000, false).flagged()).isTrue();
  }

  @Test
  void aMomentIsNotEnough() {
    Saturation looked = steady().looked(5_801_000_000L, 165, 0, 200, false);
    assertThat(hanging(looked, 6000, false).flagged()).isFalse();
    Saturation between =
        looked.looked(5_900_000_000L, 5, 0, 200, false).looked(5_950_000_000L, 165, 0, 200, false);
    assertThat(hanging(between, 6100, false).flagged()).isFalse();
  }

  @Test
  void whoIsLateLikeAllOthersIsNotSuspected() {
    Saturation looked = steady().looked(5_500_000_000L, 165, 0, 200, true);
    assertThat(looked.suspected()).isFalse();
    Saturation after = hanging(looked, 6000, true);
    assertThat(after.suspected()).isFalse();
    // It learns, but no more than chance explains.
    assertThat(after.expectedInFlight(200)).isBetween(5.0, 10.0);
    // As soon as the others are well again it must explain itself.
    assertThat(hanging(hanging(after, 6100, false), 6300, false).flagged()).isTrue();
  }

  @Test
  void lateSecondsAreThoseBeyondTheUsual() {
    Saturation state = steady();
    // 5 expected, and 3·√(6/5) for its uncertainty.
    double most = 5 + 3 * Math.sqrt(6 / 5.0);
    assertThat(state.lateSeconds(most + 60, 0, 200)).isCloseTo(0.3, within(1e-9));
    assertThat(state.wouldShow(0.3, 0, 200)).isTrue();
    assertThat(state.wouldShow(0.05, 0, 200)).isFalse();
    assertThat(Saturation.UNKNOWN.lateSeconds(60, 0, 200)).isNaN();
    assertThat(Saturation.UNKNOWN.wouldShow(0.3, 0, 200)).isFalse();
  }
}

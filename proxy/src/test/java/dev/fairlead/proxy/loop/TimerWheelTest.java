package dev.fairlead.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timers in a time that only the tests move. */
class TimerWheelTest {
  private static final long TICK = 1L << TimerWheel.TICK_SHIFT;
  private static final long TURN = TICK * TimerWheel.SLOTS;

  private long now = Long.MAX_VALUE - 3 * TURN; // nanoTime may be anything, and wraps
  private long wakeAt;
  private Runnable wake;
  private final List<Throwable> faults = new ArrayList<>();
  private final TimerWheel wheel =
      new TimerWheel(
          (nanos, task) -> {
            wakeAt = now + nanos;
            wake = task;
          },
          () -> now,
          faults::add);

  private static class Recorder extends TimerWheel.Timer {
    int expired;

    @Override
    protected void expired() {
      expired++;
    }
  }

  /** Lets time pass as a loop with nothing else to do would. */
  private void pass(long nanos) {
    long end = now + nanos;
    while (wake != null && wakeAt - end <= 0) {
      Runnable task = wake;
      wake = null;
      now = wakeAt;
      task.run();
    }
    now = end;
  }

  @Test
  void aTimerExpiresOnceAfterItsDeadlineAndNotBefore() {
    Recorder timer = new Recorder();
    wheel.arm(timer, now + 100 * TICK);
    pass(100 * TICK - 1);
    assertThat(timer.expired).isZero();
    pass(2 * TICK);
    assertThat(timer.expired).isEqualTo(1);
    pass(TURN);
    assertThat(timer.expired).isEqualTo(1);
    assertThat(wake).as("an empty wheel stands still").isNull();
  }

  @Test
  void aDeadlineThatMovesAwayOrNearIsKept() {
    Recorder away = new Recorder();
    Recorder near = new Recorder();
    wheel.arm(away, now + 10 * TICK);
    wheel.arm(near, now + 50 * TICK);
    pass(5 * TICK);
    wheel.arm(away, now + 30 * TICK);
    wheel.arm(near, now + 3 * TICK);
    pass(5 * TICK);
    assertThat(near.expired).isEqualTo(1);
    pass(24 * TICK);
    assertThat(away.expired).isZero();
    pass(3 * TICK);
    assertThat(away.expired).isEqualTo(1);
  }

  @Test
  void aTimerFurtherThanATurnPassesBy() {
    Recorder timer = new Recorder();
    wheel.arm(timer, now + 2 * TURN + 5 * TICK);
    pass(2 * TURN + 4 * TICK);
    assertThat(timer.expired).isZero();
    pass(3 * TICK);
    assertThat(timer.expired).isEqualTo(1);
  }

  @Test
  void aLoopThatStoodStillForTurnsFindsAllThatPassed() {
    List<Recorder> timers = new ArrayList<>();
    for (int i = 1; i < 3000; i += 7) {
      Recorder timer = new Recorder();
      timers.add(timer);
      wheel.arm(timer, now + i * TICK);
    }
    now += 4 * TURN;
    wakeAt = now;
    pass(0);
    assertThat(timers).allMatch(timer -> timer.expired == 1);
  }

  @Test
  void aTimerThatThrowsStopsNoOther() {
    RuntimeException fault = new IllegalStateException("planned by the test");
    TimerWheel.Timer broken =
        new TimerWheel.Timer() {
          @Override
          protected void expired() {
            throw fault;
          }
        };
    Recorder sameTick = new Recorder();
    Recorder later = new Recorder();
    wheel.arm(broken, now + TICK);
    wheel.arm(sameTick, now + TICK);
    wheel.arm(later, now + 20 * TICK);
    pass(30 * TICK);
    assertThat(faults).containsExactly(fault);
    assertThat(sameTick.expired).isEqualTo(1);
    assertThat(later.expired).isEqualTo(1);
  }

  @Test
  void atItsExpiryATimerMayArmItselfAndCancelItsNeighbour() {
    Recorder neighbour = new Recorder();
    Recorder again =
        new Recorder() {
          @Override
          protected void expired() {
            super.expired();
            wheel.cancel(neighbour);
            if (expired < 3) {
              wheel.arm(this, now + 5 * TICK);
            }
          }
        };
    wheel.arm(again, now + TICK);
    wheel.arm(neighbour, now + TICK);
    pass(50 * TICK);
    assertThat(again.expired).isEqualTo(3);
    assertThat(neighbour.expired).isZero();
  }

  /** Against a plain list of deadlines: within two ticks, whatever is armed, moved or cancelled. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anySequenceKeepsEachDeadline(long seed) {
    Random random = new Random(seed);
    Recorder[] timers = new Recorder[40];
    long[] deadlines = new long[timers.length];
    boolean[] armed = new boolean[timers.length];
    int[] expected = new int[timers.length];
    for (int i = 0; i < timers.length; i++) {
      timers[i] = new Recorder();
    }
    for (int step = 0; step < 5000; step++) {
      int i = random.nextInt(timers.length);
      if (random.nextInt(5) == 0) {
        wheel.cancel(timers[i]);
        armed[i] = false;
      } else {
        long span = random.nextInt(20) == 0 ? 2 * TURN : 60 * TICK;
        deadlines[i] = now + 1 + (long) (random.nextDouble() * span);
        armed[i] = true;
        wheel.arm(timers[i], deadlines[i]);
      }
      pass((long) (random.nextDouble() * 3 * TICK));
      for (int j = 0; j < timers.length; j++) {
        boolean expired = timers[j].expired > expected[j];
        if (expired) {
          assertThat(armed[j]).as("seed %d step %d: not cancelled", seed, step).isTrue();
          assertThat(now - deadlines[j]).as("seed %d step %d: early", seed, step).isNotNegative();
          expected[j]++;
          armed[j] = false;
        } else if (armed[j]) {
          assertThat(now - deadlines[j])
              .as("seed %d step %d: late", seed, step)
              .isLessThan(2 * TICK);
        }
        assertThat(timers[j].expired).isEqualTo(expected[j]);
      }
    }
  }
}

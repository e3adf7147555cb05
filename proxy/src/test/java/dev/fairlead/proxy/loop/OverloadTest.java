package dev.fairlead.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OverloadTest {
  private static final long TARGET = 50_000_000;
  private static final int REQUESTS = 1000;

  private final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 7));
  private final Overload overload = new Overload(TARGET, random::nextLong);

  private void interval(long lateNanos) {
    for (int i = 0; i < 4; i++) {
      overload.ticked(lateNanos);
    }
  }

  /** How many of a thousand requests of each class are turned away, in one interval. */
  private int[] turnedAway(int... classes) {
    int[] away = new int[Overload.CLASSES];
    for (int each : classes) {
      for (int i = 0; i < REQUESTS; i++) {
        away[each] += overload.turnsAway(each) ? 1 : 0;
      }
    }
    return away;
  }

  private int[] afterLate(int intervals, int... classes) {
    for (int i = 0; i < intervals; i++) {
      turnedAway(classes);
      interval(2 * TARGET);
    }
    return turnedAway(classes);
  }

  @Test
  void nothingIsTurnedAwayWhileTicksAreInTime() {
    for (int i = 0; i < 100; i++) {
      interval(TARGET);
      assertThat(turnedAway(0, 3, 7)).containsOnly(0);
    }
  }

  @Test
  void onePauseIsNoOverload() {
    for (int i = 0; i < 20; i++) {
      overload.ticked(1000 * TARGET);
      overload.ticked(0);
      overload.ticked(1000 * TARGET);
      overload.ticked(1000 * TARGET);
    }
    assertThat(turnedAway(0, 3, 7)).containsOnly(0);
  }

  @Test
  void theLowestClassGoesFirstAndTheNextOnlyOnceItIsGone() {
    int[] first = afterLate(2, 1, 3, 6);
    assertThat(first[1]).isBetween(150, 250);
    assertThat(first[3] + first[6]).isZero();
    int[] later = afterLate(4, 1, 3, 6);
    assertThat(later[1]).isEqualTo(REQUESTS);
    assertThat(later[3]).isZero();
    int[] next = afterLate(2, 1, 3, 6);
    assertThat(next[1]).isEqualTo(REQUESTS);
    assertThat(next[3]).isBetween(340, 460);
    assertThat(next[6]).isZero();
  }

  @Test
  void aTenthOfTheHighestClassThatThereIsAlwaysGetsThrough() {
    int[] away = afterLate(100, 0, 3);
    assertThat(away[0]).isEqualTo(REQUESTS);
    assertThat(away[3]).isBetween(860, 940);
  }

  @Test
  void classesWithoutRequestsCostNoTime() {
    assertThat(afterLate(2, 7)[7]).isBetween(150, 250);
  }

  @Test
  void betweenHalfTheTargetAndTheTargetAllStaysAsItIs() {
    int[] before = afterLate(4, 3);
    for (int i = 0; i < 50; i++) {
      turnedAway(3);
      interval(TARGET * 3 / 4);
    }
    assertThat(turnedAway(3)[3]).isBetween(before[3] - 80, before[3] + 80);
  }

  @Test
  void onceTheLagIsGoneTheHighestComeBackFirstAndThenAll() {
    afterLate(9, 1, 5);
    int[] away = null;
    for (int i = 0; i < 14; i++) {
      interval(0);
      away = turnedAway(1, 5);
    }
    assertThat(away[5]).isZero();
    assertThat(away[1]).isPositive();
    for (int i = 0; i < 20; i++) {
      interval(0);
      away = turnedAway(1, 5);
    }
    assertThat(away).containsOnly(0);
  }
}

package dev.fairlead.balancer.hash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingTest {
  private static long point(long place, long owner) {
    return place << Ring.OWNER_BITS | owner;
  }

  private static long[] random(RandomSource random, int count) {
    long[] points = new long[count];
    Arrays.setAll(points, i -> random.nextLong());
    return points;
  }

  private static long[] sorted(long[] points) {
    return Arrays.stream(points)
        .boxed()
        .sorted(Long::compareUnsigned)
        .mapToLong(Long::longValue)
        .toArray();
  }

  /** Where each arc begins is what a search says. */
  private static void assertThatArcsAreRight(Ring ring) {
    int arcCount = ring.arcs().length - 1;
    assertThat(arcCount).isEqualTo(1 << (Long.SIZE - ring.arcShift()));
    int at = 0;
    for (int arc = 0; arc < arcCount; arc++) {
      while (at < ring.points().length && ring.points()[at] >>> ring.arcShift() < arc) {
        at++;
      }
      assertThat(ring.arcs()[arc]).as("arc %s of %s", arc, arcCount).isEqualTo(at);
    }
    assertThat(ring.arcs()[arcCount]).isEqualTo(ring.points().length);
  }

  @Test
  void pointsAreInOrderHoweverUnevenTheyLie() {
    RandomSource random = Seed.source();
    List<long[]> inputs = new ArrayList<>();
    for (int count : new int[] {1, 2, 3, 100, 1023, 1024, 5000, 300_000}) {
      inputs.add(random(random, count));
    }
    inputs.add(Arrays.stream(random(random, 3000)).map(point -> point >>> 20).toArray());
    inputs.add(Arrays.stream(random(random, 3000)).map(point -> point | -1L << 30).toArray());
    inputs.add(Arrays.stream(random(random, 3000)).map(point -> point & 7L << 61 | 5).toArray());
    for (long[] input : inputs) {
      Ring ring = Ring.of(input.clone());

      assertThat(ring.points()).as(Seed.replay()).isEqualTo(sorted(input));
      assertThatArcsAreRight(ring);
    }
  }

  @Test
  void aChangedRingIsThatOfItsPointsAlone() {
    RandomSource random = Seed.source();
    for (int round = 0; round < 200; round++) {
      int count = 1 + (int) (random.nextLong() >>> 54);
      long[] points = random(random, count);
      Ring ring = Ring.of(points.clone());
      int[] order = Keys.shuffled(count).stream().mapToInt(Integer::intValue).toArray();
      int left = (int) ((random.nextLong() >>> 33) % Math.min(count, 20));
      long[] leaving = new long[left];
      Arrays.setAll(leaving, i -> points[order[i]]);
      long[] staying = new long[count - left];
      Arrays.setAll(staying, i -> points[order[left + i]]);
      long[] coming = random(random, (int) (random.nextLong() >>> 59));

      Ring changed = ring.with(leaving.clone(), coming.clone()).orElseThrow();

      long[] expected = Arrays.copyOf(staying, staying.length + coming.length);
      System.arraycopy(coming, 0, expected, staying.length, coming.length);
      assertThat(changed.points())
          .as("round %s, %s", round, Seed.replay())
          .isEqualTo(sorted(expected));
      assertThatArcsAreRight(changed);
      assertThat(ring.points()).isEqualTo(sorted(points));
      assertThatArcsAreRight(ring);
    }
  }

  @Test
  void theEndsOfTheRingChangeToo() {
    Ring ring = Ring.of(new long[] {point(0, 1), point(5, 2), -1L << Ring.OWNER_BITS});

    Ring without =
        ring.with(new long[] {-1L << Ring.OWNER_BITS, point(0, 1)}, new long[0]).orElseThrow();
    assertThat(without.points()).containsExactly(point(5, 2));
    assertThatArcsAreRight(without);

    Ring back =
        without.with(new long[0], new long[] {-1L << Ring.OWNER_BITS, point(0, 7)}).orElseThrow();
    assertThat(back.points()).containsExactly(point(0, 7), point(5, 2), -1L << Ring.OWNER_BITS);
    assertThatArcsAreRight(back);
  }

  @Test
  void aPointThatSharesItsPlaceIsNotChangedFor() {
    Ring ring = Ring.of(new long[] {point(1, 1), point(1, 2), point(3, 1), point(9, 1)});
    long[] none = {};

    assertThat(ring.with(none, new long[] {point(3, 0)})).isEmpty();
    assertThat(ring.with(none, new long[] {point(3, 2)})).isEmpty();
    assertThat(ring.with(none, new long[] {point(4, 2), point(4, 3)})).isEmpty();
    assertThat(ring.with(new long[] {point(1, 1)}, none)).isEmpty();
    assertThat(ring.with(new long[] {point(1, 2)}, none)).isEmpty();
    assertThat(ring.with(new long[] {point(3, 1)}, new long[] {point(3, 2)})).isEmpty();
    assertThat(ring.with(new long[] {point(3, 1)}, new long[] {point(4, 1)})).isPresent();
  }

  @Test
  void fewPointsCanChangeWhileArcsStayAsFineAsPoints() {
    RandomSource random = Seed.source();
    Ring ring = Ring.of(random(random, 1024));
    assertThat(ring.canChange(0, 0)).isTrue();
    assertThat(ring.canChange(64, 64)).isTrue();
    assertThat(ring.canChange(65, 64)).isFalse();
    assertThat(ring.canChange(Integer.MAX_VALUE, Integer.MAX_VALUE)).isFalse();

    while (ring.canChange(0, 100)) {
      ring = ring.with(new long[0], random(random, 100)).orElseThrow();
      assertThatArcsAreRight(ring);
    }
    assertThat(ring.points().length).isBetween(3998, 4098);
    while (ring.canChange(50, 0)) {
      ring = ring.with(Arrays.copyOf(ring.points(), 50), new long[0]).orElseThrow();
    }
    assertThat(ring.points().length).isBetween(512, 562);
  }
}

package dev.fairlead.steering.optimize;

import java.util.Arrays;

/**
 * Points between 0 and a range at which a convex function is taken as piecewise linear: always the
 * same number of segments, {@code fine} ones around the place where the optimum is thought to be,
 * each further one four times as wide. Where fewer segments are enough, the first are empty.
 */
final class Grid {
  static final int SEGMENTS = 40;

  /** Fine segments on each side of the centre. */
  static final int FINE = 8;

  private static final int GROWTH = 4;

  private final long[] points;

  private Grid(long[] points) {
    this.points = points;
  }

  /** Equal segments over the whole range. */
  static Grid even(long range) {
    long[] points = new long[SEGMENTS + 1];
    long width = Math.max(1, Math.ceilDiv(range, SEGMENTS));
    for (int i = SEGMENTS; i >= 0; i--) {
      points[i] = Math.max(0, range - (SEGMENTS - i) * width);
    }
    points[0] = 0;
    return new Grid(points);
  }

  /** The width of the segments of {@link #even}. */
  static long evenWidth(long range) {
    return Math.max(1, Math.ceilDiv(range, SEGMENTS));
  }

  /**
   * Fine segments around a centre.
   *
   * @param width of a fine segment, at least 1
   */
  static Grid around(long centre, long width, long range) {
    long[] found = new long[SEGMENTS + 1];
    int count = 0;
    for (int i = -FINE; i <= FINE; i++) {
      count = add(found, count, centre + i * width, range);
    }
    int side = (SEGMENTS - 2 * FINE) / 2;
    for (int sign = -1; sign <= 1; sign += 2) {
      long step = width;
      long at = centre + (long) sign * FINE * width;
      // The last segment of a side reaches to the end.
      for (int i = 1; i < side && at > 0 && at < range; i++) {
        step *= GROWTH;
        at += sign * step;
        count = add(found, count, at, range);
      }
      count = add(found, count, sign < 0 ? 0 : range, range);
    }
    long[] sorted = Arrays.copyOf(found, count);
    Arrays.sort(sorted);
    long[] points = new long[SEGMENTS + 1];
    System.arraycopy(sorted, 0, points, SEGMENTS + 1 - count, count);
    return new Grid(points);
  }

  private static int add(long[] found, int count, long at, long range) {
    long point = Math.clamp(at, 0, range);
    for (int i = 0; i < count; i++) {
      if (found[i] == point) {
        return count;
      }
    }
    found[count] = point;
    return count + 1;
  }

  long from(int segment) {
    return points[segment];
  }

  long to(int segment) {
    return points[segment + 1];
  }

  long width(int segment) {
    return points[segment + 1] - points[segment];
  }
}

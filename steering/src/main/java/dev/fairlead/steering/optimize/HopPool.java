package dev.fairlead.steering.optimize;

/**
 * What a pool's load costs: convex, and for the interior point straight between knots. The last
 * piece is what exceeds the capacity; it is as wide as anything that can come.
 *
 * @param width of each piece in work per second, positive
 * @param slope of each piece in money per unit of work, rising
 * @param exact money per second as the latency curve has it
 */
@SuppressWarnings("ArrayRecordComponent") // inside the package only, never compared, never changed
record HopPool(double[] width, double[] slope, Exact exact) {
  // The golden section: each step leaves 0.618 of where the least may be.
  private static final double GOLDEN = (StrictMath.sqrt(5) - 1) / 2;
  private static final int STEPS = 60;

  /** Money per second at a load within the capacity: convex, 0 at 0. */
  interface Exact {
    double cost(double load);
  }

  /** Work per second that it has room for. */
  double capacity() {
    double sum = 0;
    for (int i = 0; i < width.length - 1; i++) {
      sum += width[i];
    }
    return sum;
  }

  /** Money per second for that load, straight between knots. */
  double cost(double load) {
    double left = load;
    double cost = 0;
    for (int i = 0; i < width.length && left > 0; i++) {
      double piece = i == width.length - 1 ? left : Math.min(left, width[i]);
      cost += piece * slope[i];
      left -= piece;
    }
    return cost;
  }

  /** The least of {@link #cost} − price × load over all loads: at most 0. */
  double leastAt(double price) {
    double least = 0;
    for (int i = 0; i < width.length; i++) {
      least += width[i] * Math.min(0, slope[i] - price);
    }
    return least;
  }

  /** What one more unit of work costs at that load; of two at a knot the lower. */
  double slopeAt(double load) {
    double end = 0;
    for (int i = 0; i < width.length; i++) {
      end += width[i];
      if (load <= end) {
        return slope[i];
      }
    }
    return slope[slope.length - 1];
  }

  /** As {@link #cost}, by the curve itself. */
  double exactCost(double load) {
    double capacity = capacity();
    double over = Math.max(0, load - capacity);
    return exact.cost(load - over) + over * slope[slope.length - 1];
  }

  /** As {@link #leastAt}, by the curve itself. */
  double exactLeastAt(double price) {
    double low = 0;
    double high = capacity();
    double least = Math.min(0, exact.cost(high) - price * high);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = exact.cost(left) - price * left;
    double atRight = exact.cost(right) - price * right;
    for (int i = 0; i < STEPS; i++) {
      least = Math.min(least, Math.min(atLeft, atRight));
      if (atLeft <= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = exact.cost(left) - price * left;
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = exact.cost(right) - price * right;
      }
    }
    int last = width.length - 1;
    return least + width[last] * Math.min(0, slope[last] - price);
  }
}

package dev.fairlead.steering.optimize;

/**
 * What a pool's load costs: convex, straight between knots, from nothing to its capacity.
 *
 * @param width of each piece in work per second, positive; together the capacity
 * @param slope of each piece in money per unit of work, rising
 */
@SuppressWarnings("ArrayRecordComponent") // inside the package only, never compared, never changed
record HopPool(double[] width, double[] slope) {
  double capacity() {
    double sum = 0;
    for (double piece : width) {
      sum += piece;
    }
    return sum;
  }

  /** Money per second for that load, which is at most the capacity. */
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

  /** The least of cost − price × load over all loads: at most 0. */
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
}

package dev.fairlead.steering.optimize;

/**
 * Costs as integers for the flow, in which what counts first dominates exactly: one long holds
 * three digits,
 *
 * <pre>cost = rank·rankUnit + first·firstUnit + second</pre>
 *
 * <p>{@code rank} orders what is only done for want of capacity: shedding the lowest class is 1,
 * the dearest of shedding and overloading the highest; what has a way has 0. {@code first} and
 * {@code second} are latency and money in the order of the objective; for {@code MIXED} both
 * together are {@code first}.
 *
 * <p>A flow is optimal if no cycle of its residual graph has a negative cost, and a simple cycle
 * through n sources, m destinations and the sink has at most A = 2·min(n, m) + 2 arcs. So a lower
 * digit cannot outweigh a higher one, whatever the amounts that flow, if the higher digit's unit is
 * over A times the lower digit's largest value; twice that, so that sums along a path can be read
 * back by rounding.
 *
 * <p>The solver takes costs up to C = 2⁶⁰/(nodes+1). The second digit only breaks ties and gets 10
 * bits, the first all that is left: for 60 clusters with 8 classes 22 bits, so that latencies up to
 * 1 s are told apart by 0.2 µs; without a second digit 40 bits.
 */
final class Costs {
  /** What the solver takes. */
  static final int BITS = 60;

  private static final double SECOND_LEVELS = 1 << 10;
  // More would be below the precision of what is rounded.
  private static final double MOST_LEVELS = 1L << 50;

  private final Valuation.Objective objective;
  private final double dollarsPerSecond;
  private final double largestSeconds;
  private final double firstStep;
  private final double secondStep;
  private final long firstUnit;
  private final long rankUnit;

  /**
   * Chooses the scales.
   *
   * @param largestSeconds the largest latency of any arc
   * @param largestDollars the largest price of any arc
   * @param ranks how many ranks there are
   * @param bits of the largest cost times the number of nodes
   */
  Costs(
      Valuation valuation,
      double largestSeconds,
      double largestDollars,
      int sources,
      int destinations,
      int ranks,
      int bits) {
    objective = valuation.objective();
    this.largestSeconds = largestSeconds;
    dollarsPerSecond = valuation.dollarsPerRequestSecond();
    double cycle = 2.0 * Math.min(sources, destinations) + 2;
    double limit = Math.scalb(1.0, bits) / (sources + destinations + 2);
    // One more for rounding.
    double most = Math.floor(limit / ((ranks + 1) * (2 * cycle + 1))) - 1;
    double largestFirst = first(largestSeconds, largestDollars);
    double largestSecond = second(largestSeconds, largestDollars);
    double secondLevels = 0;
    if (largestSecond > 0) {
      secondLevels = largestFirst > 0 ? SECOND_LEVELS : Math.min(most / (4 * cycle), MOST_LEVELS);
    }
    firstUnit = (long) (2 * cycle * (secondLevels + 1)) + 1;
    double firstLevels = Math.min(MOST_LEVELS, Math.floor((most - secondLevels) / firstUnit));
    firstStep = step(largestFirst, firstLevels);
    secondStep = step(largestSecond, secondLevels);
    double largest = (firstLevels + 1) * firstUnit + secondLevels + 1;
    rankUnit = (long) (2 * cycle * largest) + 1;
  }

  private static double step(double largest, double levels) {
    return largest > 0 && levels > 0 ? largest / levels : 1;
  }

  private double first(double seconds, double dollars) {
    return switch (objective) {
      case COST -> dollars;
      case PERFORMANCE -> seconds;
      case MIXED -> dollarsPerSecond * seconds + dollars;
    };
  }

  private double second(double seconds, double dollars) {
    return switch (objective) {
      case COST -> seconds;
      case PERFORMANCE -> dollars;
      case MIXED -> 0;
    };
  }

  /** The cost of a way or of a wait; latencies above the largest that was announced are that. */
  long of(double latency, double dollars) {
    double seconds = Math.clamp(latency, -largestSeconds, largestSeconds);
    long first = Math.round(first(seconds, dollars) / firstStep);
    long second = Math.round(second(seconds, dollars) / secondStep);
    return first * firstUnit + second;
  }

  long ofRank(int rank) {
    return rank * rankUnit;
  }

  /** What a sum of costs along a path or a cycle was made of. */
  Parts parts(long cost) {
    long rank = rounded(cost, rankUnit);
    long rest = cost - rank * rankUnit;
    long firsts = rounded(rest, firstUnit);
    double first = firsts * firstStep;
    double second = (rest - firsts * firstUnit) * secondStep;
    return switch (objective) {
      case COST -> new Parts((int) rank, second, first, Double.NaN);
      case PERFORMANCE -> new Parts((int) rank, first, second, Double.NaN);
      case MIXED -> new Parts((int) rank, Double.NaN, Double.NaN, first);
    };
  }

  private static long rounded(long value, long unit) {
    return Math.floorDiv(value + unit / 2, unit);
  }

  /**
   * Latency and money apart where the objective keeps them apart, else both as money; the others
   * are NaN.
   */
  record Parts(int rank, double seconds, double dollars, double mixedDollars) {}
}

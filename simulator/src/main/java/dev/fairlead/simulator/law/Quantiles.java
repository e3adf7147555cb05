package dev.fairlead.simulator.law;

import dev.fairlead.simulator.scenario.Law;
import java.util.function.DoubleUnaryOperator;

/**
 * A law made quick to draw from: its quantile function as a table with lines between its points,
 * and exact at both ends, where a line would be no good. One draw takes the same bits whatever the
 * law, so that a request that is slow under one law is slow under another.
 */
public final class Quantiles {
  /** Cells of the table: a few KiB, so that the tables of ten services stay in the cache. */
  private static final int CELLS = 1024;

  private static final int CELL_BITS = 10;

  /** So many cells at either end are computed: 0.2 % of the draws each. */
  private static final int EXACT = 2;

  /** The 99th percentile of the normal distribution. */
  private static final double Z99 = 2.3263478740408408;

  private final double[] points = new double[CELLS + 1];
  private final DoubleUnaryOperator exact;
  private final double mean;
  private final boolean fixed;

  private Quantiles(DoubleUnaryOperator exact, double mean) {
    this(exact, mean, false);
  }

  private Quantiles(DoubleUnaryOperator exact, double mean, boolean fixed) {
    this.exact = exact;
    this.mean = mean;
    this.fixed = fixed;
    for (int at = 1; at < CELLS; at++) {
      points[at] = exact.applyAsDouble((double) at / CELLS);
    }
  }

  public static Quantiles of(Law law) {
    return switch (law) {
      case Law.Fixed fixed -> new Quantiles(p -> fixed.value(), fixed.value(), true);
      case Law.Uniform uniform -> {
        double width = uniform.max() - uniform.min();
        yield new Quantiles(p -> uniform.min() + p * width, uniform.min() + width / 2);
      }
      case Law.Exponential exponential ->
          new Quantiles(p -> -exponential.mean() * StrictMath.log1p(-p), exponential.mean());
      case Law.LogNormal normal -> {
        double sigma = StrictMath.log(normal.p99() / normal.p50()) / Z99;
        yield new Quantiles(
            p -> normal.p50() * StrictMath.exp(sigma * Normal.quantile(p)),
            normal.p50() * StrictMath.exp(sigma * sigma / 2));
      }
      case Law.Pareto pareto -> {
        double power = -1 / pareto.shape();
        yield new Quantiles(
            p -> pareto.min() * StrictMath.pow(1 - p, power),
            pareto.min() * pareto.shape() / (pareto.shape() - 1));
      }
      case Law.TruncatedNormal normal -> truncated(normal);
    };
  }

  private static Quantiles truncated(Law.TruncatedNormal normal) {
    double mean = normal.mean();
    double deviation = normal.deviation();
    if (deviation == 0) {
      return new Quantiles(p -> mean, mean, true);
    }
    double below = Normal.share(-mean / deviation);
    double density = Normal.density(-mean / deviation);
    return new Quantiles(
        p -> Math.max(0, mean + deviation * Normal.quantile(below + p * (1 - below))),
        mean + deviation * density / (1 - below));
  }

  /** The value of the standard normal distribution to which 64 uniform bits lead. */
  public static double normal(long bits) {
    return Normal.quantile(Bits.unit(bits) + 0x1.0p-54);
  }

  /** The law's exact mean. */
  public double mean() {
    return mean;
  }

  /** The value to which 64 uniform bits lead. */
  public double draw(long bits) {
    if (fixed) {
      return mean;
    }
    int cell = (int) (bits >>> (64 - CELL_BITS));
    if (cell < EXACT || cell >= CELLS - EXACT) {
      // The middle of the 2⁻⁵³ that the bits tell apart, so never 0 or 1.
      return exact.applyAsDouble(Bits.unit(bits) + 0x1.0p-54);
    }
    double within = ((bits << CELL_BITS) >>> 11) * 0x1.0p-53;
    double low = points[cell];
    return low + within * (points[cell + 1] - low);
  }

  /** As {@link #draw}, rounded: nanoseconds or bytes. */
  public long drawLong(long bits) {
    return (long) (draw(bits) + 0.5);
  }
}

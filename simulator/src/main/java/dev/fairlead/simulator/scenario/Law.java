package dev.fairlead.simulator.scenario;

/**
 * The distribution of a time or a size. The unit is that of the field which it stands in:
 * nanoseconds for times, bytes for sizes.
 */
public sealed interface Law {
  /** The same value each time, ≥ 0. */
  record Fixed(double value) implements Law {
    public Fixed {
      Check.notNegative("value", value);
    }
  }

  /** Every value of [min, max] alike; 0 ≤ min ≤ max. */
  record Uniform(double min, double max) implements Law {
    public Uniform {
      Check.notNegative("min", min);
      Check.notNegative("max", max);
      if (min > max) {
        throw new IllegalArgumentException("min " + min + " is above max " + max);
      }
    }
  }

  /**
   * @param mean positive
   */
  record Exponential(double mean) implements Law {
    public Exponential {
      Check.positive("mean", mean);
    }
  }

  /** Log-normal through a median and a 99th percentile; 0 &lt; p50 ≤ p99. */
  record LogNormal(double p50, double p99) implements Law {
    public LogNormal {
      Check.positive("p50", p50);
      Check.positive("p99", p99);
      if (p50 > p99) {
        throw new IllegalArgumentException("p50 " + p50 + " is above p99 " + p99);
      }
    }
  }

  /**
   * P(X &gt; x) = (min/x)^shape.
   *
   * @param min the smallest value, positive
   * @param shape above 1, since there is no mean at 1 and below; the nearer to 1, the heavier the
   *     tail
   */
  record Pareto(double min, double shape) implements Law {
    public Pareto {
      Check.positive("min", min);
      Check.positive("shape", shape);
      if (shape <= 1) {
        throw new IllegalArgumentException("shape " + shape + " is not above 1");
      }
    }
  }

  /**
   * A normal distribution of which only what is above 0 counts.
   *
   * @param mean of the normal one, positive; that of what is left is higher
   * @param deviation of the normal one, ≥ 0
   */
  record TruncatedNormal(double mean, double deviation) implements Law {
    public TruncatedNormal {
      Check.positive("mean", mean);
      Check.notNegative("deviation", deviation);
    }
  }
}

package dev.fairlead.steering.demand;

/**
 * A quantity that is not known exactly.
 *
 * @param value NaN where nothing is known
 * @param deviation one standard deviation of the value, at least 0; NaN where nothing is known
 * @param ageNanos since the last measurement that it rests on
 */
public record Estimate(double value, double deviation, long ageNanos) {
  public static final Estimate UNKNOWN = new Estimate(Double.NaN, Double.NaN, Long.MAX_VALUE);

  public boolean isKnown() {
    return !Double.isNaN(value);
  }
}

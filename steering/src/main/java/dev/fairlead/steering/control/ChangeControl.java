package dev.fairlead.steering.control;

/**
 * What keeps a plan from flapping.
 *
 * @param deadband share; a smaller change is suppressed
 * @param largestStep share; the most that a destination may change in one period
 * @param minimumHoldPeriods periods between two changes of one plan
 * @param freeze no change at all, but away from an unusable destination
 */
public record ChangeControl(
    double deadband, double largestStep, int minimumHoldPeriods, boolean freeze) {
  public static final ChangeControl DEFAULT = new ChangeControl(0.02, 0.10, 2, false);
  public static final ChangeControl OFF = new ChangeControl(0, 1, 0, false);

  public ChangeControl {
    if (!(deadband >= 0 && deadband <= 1) || !(largestStep > 0 && largestStep <= 1)) {
      throw new IllegalArgumentException("deadband must be in [0, 1] and largestStep in (0, 1]");
    }
    if (minimumHoldPeriods < 0) {
      throw new IllegalArgumentException("minimumHoldPeriods must not be negative");
    }
  }
}

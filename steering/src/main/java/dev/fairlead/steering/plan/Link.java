package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Ewma;
import dev.fairlead.steering.demand.Sample;

/**
 * What one source gets from one destination, as averages.
 *
 * @param p50 in nanoseconds
 * @param p99 in nanoseconds
 * @param success replied / (replied + failed)
 */
record Link(Ewma p50, Ewma p99, Ewma success) {
  static final Link UNKNOWN = new Link(Ewma.UNKNOWN, Ewma.UNKNOWN, Ewma.UNKNOWN);

  // Fewer successes say no more: a second try fails as surely as the tenth.
  private static final double LOWEST_SUCCESS = 0.02;
  // Six latency time constants: nothing of the sample is left in what could have been learned.
  private static final double FORGET_NANOS = 30e9;

  /**
   * With a period's numbers.
   *
   * @param whole whether the averages take each sample whole, since they are of a time that is over
   */
  Link with(Sample sample, long now, boolean whole) {
    return new Link(
        fold(p50, sample.p50Nanos(), now, L3Formula.LATENCY_TAU_NANOS, whole),
        fold(p99, sample.p99Nanos(), now, L3Formula.LATENCY_TAU_NANOS, whole),
        fold(success, sample.success(), now, L3Formula.SUCCESS_TAU_NANOS, whole));
  }

  private static Ewma fold(Ewma average, double sample, long now, double tau, boolean whole) {
    boolean old = average.isKnown() && (double) (now - average.nanos()) > FORGET_NANOS;
    Ewma base = old ? Ewma.UNKNOWN : average;
    if (Double.isNaN(sample)) {
      return base;
    }
    return whole ? new Ewma(sample, now) : base.with(sample, now, tau);
  }

  boolean isKnown() {
    return p50.isKnown();
  }

  /**
   * Mean of the log-normal distribution through both percentiles; NaN where unknown. A measured
   * mean hardly shows a tail that one request in a hundred meets; this one does, so what it
   * minimises are the slow requests too.
   */
  double nanos() {
    return isKnown() ? L3Formula.mean(p50.value(), p99.value()) : Double.NaN;
  }

  /** What failures cost their callers, in nanoseconds: the time until a retry has answered. */
  double failureNanos() {
    double known = success.isKnown() ? Math.max(LOWEST_SUCCESS, success.value()) : 1;
    return L3Formula.FAILURE_SECONDS * 1e9 * (1 / known - 1);
  }
}

package dev.fairlead.steering.capacity;

/**
 * Whether one destination is over its capacity, judged by Little's law from its requests in flight.
 * Immutable.
 *
 * <p>Normally {@code N = rps·R} requests are in flight, R the residence time, and for Poisson
 * arrivals to enough workers their number is Poisson distributed whatever the service times are
 * (M/G/∞). R is learned from EWMAs, τ 10 s, of requests in flight and of requests started. A
 * destination is over its capacity when k are in flight where at most n were to be expected (N plus
 * three standard errors of its estimate) and
 *
 * <pre>k ≥ 2n   and   k·ln(k/n) − k + n ≥ ln(10⁶)</pre>
 *
 * the second being Chernoff's bound: chance alone gets there less than once in a million periods.
 * Requests that were started and did not end are in flight, so a destination that ends fewer than
 * it starts is found without a rule of its own, and one that hangs too.
 *
 * <p>It is cleared when both the requests in flight and the period's median latency are near the
 * baseline from before it was flagged; little traffic can look idle, its median cannot. The
 * baseline does not learn while flagged but after 30 s, so that a lasting change becomes the new
 * normal.
 *
 * @param inFlight bias-corrected EWMA's numerator
 * @param rps as {@code inFlight}, of requests started per second
 * @param p50Nanos as {@code inFlight}
 * @param weight of the samples in {@code inFlight} and {@code rps}, in [0, 1]
 * @param p50Weight of the samples in {@code p50Nanos}
 * @param samples learned from
 * @param nanos monotonic time of the last sample; means nothing where none was seen
 * @param flagged over its capacity
 * @param flaggedNanos since when, where flagged
 * @param growth how many times the baseline's residence time the last sample had, at least 1
 */
public record Saturation(
    double inFlight,
    double rps,
    double p50Nanos,
    double weight,
    double p50Weight,
    long samples,
    long nanos,
    boolean flagged,
    long flaggedNanos,
    double growth) {
  public static final Saturation UNKNOWN = new Saturation(0, 0, 0, 0, 0, 0, 0, false, 0, 1);

  // Long against a control period, short against a day's change of load.
  private static final double TAU_SECONDS = 10;
  // Fewer give no idea of the baseline's spread.
  private static final int SAMPLES_NEEDED = 3;
  private static final double FACTOR = 2;
  private static final double LOG_CHANCE = Math.log(1e6);
  // Three times the demo's longest useful baseline memory: after it, what is must be normal.
  private static final double NEW_NORMAL_SECONDS = 30;

  /**
   * After one period's numbers.
   *
   * @param now monotonic nanoseconds at the period's end
   * @param k requests in flight then; finite and not negative
   * @param started requests started per second; finite and not negative
   * @param ended requests ended per second; finite and not negative
   * @param p50 median latency in nanoseconds, positive; NaN where none was answered
   */
  public Saturation after(long now, double k, double started, double ended, double p50) {
    double seconds = samples == 0 ? 1 : Math.max(0, (double) (now - nanos)) / 1e9;
    boolean over = flagged ? !isNormal(k, started, p50) : isOver(k, started);
    long since = over && !flagged ? now : flaggedNanos;
    boolean learns = !over || (now - since) / 1e9 >= NEW_NORMAL_SECONDS;
    Saturation learned = learns ? learn(k, started, p50, seconds) : this;
    return new Saturation(
        learned.inFlight,
        learned.rps,
        learned.p50Nanos,
        learned.weight,
        learned.p50Weight,
        learned.samples,
        now,
        over,
        since,
        over ? growth(k, ended, seconds) : 1);
  }

  /** Median latency in nanoseconds when it was not over its capacity; NaN where unknown. */
  public double usualP50Nanos() {
    return p50Weight > 0 ? p50Nanos / p50Weight : Double.NaN;
  }

  /** Requests in flight to be expected at that many requests started per second. */
  public double expectedInFlight(double started) {
    return rps > 0 ? inFlight / rps * started : 0;
  }

  private boolean isOver(double k, double started) {
    if (samples < SAMPLES_NEEDED || !(rps > 0)) {
      return false;
    }
    double n = highestExpected(Math.max(started, rps / weight));
    return k >= FACTOR * n && k * Math.log(k / n) - k + n >= LOG_CHANCE;
  }

  private boolean isNormal(double k, double started, double p50) {
    double n = highestExpected(started);
    boolean few = k <= n + 3 * Math.sqrt(n);
    double usual = usualP50Nanos();
    return few && (Double.isNaN(usual) || p50 <= FACTOR * usual);
  }

  /** Expected requests in flight plus three standard errors of its estimate from these samples. */
  private double highestExpected(double started) {
    double expected = expectedInFlight(started);
    // Not below one: an estimate from no request at all is not certain either.
    return expected + 3 * Math.sqrt((expected + 1) / samples);
  }

  private double growth(double k, double ended, double seconds) {
    // None ended: as if one was about to.
    double atLeastOne = Math.max(ended, 1 / Math.max(seconds, 1e-3));
    double usual = rps > 0 ? inFlight / rps : 0;
    double growth = k / atLeastOne / usual;
    return growth >= 1 && growth < 1e6 ? growth : growth >= 1e6 ? 1e6 : 1;
  }

  private Saturation learn(double k, double started, double p50, double seconds) {
    double d = Math.exp(-seconds / TAU_SECONDS);
    boolean answered = p50 > 0;
    return new Saturation(
        k * (1 - d) + inFlight * d,
        started * (1 - d) + rps * d,
        answered ? p50 * (1 - d) + p50Nanos * d : p50Nanos,
        1 - d + weight * d,
        answered ? 1 - d + p50Weight * d : p50Weight,
        // More than two time constants hold no more information.
        Math.min(samples + 1, (long) Math.ceil(2 * TAU_SECONDS / Math.max(seconds, 0.1))),
        nanos,
        flagged,
        flaggedNanos,
        growth);
  }
}

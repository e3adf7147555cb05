package dev.fairlead.steering.capacity;

/**
 * Whether one destination is over its capacity, judged by Little's law from its requests in flight.
 * Immutable. Asked at each look, of which there may be several in a control period.
 *
 * <p>Normally {@code N = rps·R} requests are in flight, R the residence time, and for Poisson
 * arrivals to enough workers their number is Poisson distributed whatever the service times are
 * (M/G/∞). R is learned from EWMAs, τ 10 s, of requests in flight and of requests started. A
 * destination is over its capacity when k are in flight where at most n were to be expected (N plus
 * three standard errors of its estimate) and
 *
 * <pre>k ≥ 2n   and   k·ln(k/n) − k + n ≥ ln(10⁶)</pre>
 *
 * the second being Chernoff's bound: chance alone gets there less than once in a million looks. It
 * must be so for 200 ms, at every look: a caller that stood still sends at once all that waited,
 * and for as long as an answer takes that looks like an overload, first of the nearest destination,
 * last of the farthest.
 *
 * <p>A caller that is slow to hear for longer makes all destinations late by the same time ({@link
 * #lateSeconds}). Whoever judges several compares them: who is late like all others is not
 * suspected.
 *
 * <p>Requests that were started and did not end are in flight, so a destination that ends fewer
 * than it starts is found without a rule of its own, and one that hangs too.
 *
 * <p>It is cleared when both the requests in flight and the period's median latency are near the
 * baseline from before it was flagged; little traffic can look idle, its median cannot. The
 * baseline does not learn while suspected but after 30 s, so that a lasting change becomes the new
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
 * @param suspected at the last look; as long as it is flagged, too
 * @param suspectedNanos since when, where suspected
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
    boolean suspected,
    long suspectedNanos,
    double growth) {
  public static final Saturation UNKNOWN = new Saturation(0, 0, 0, 0, 0, 0, 0, false, false, 0, 1);

  // Long against a control period, short against a day's change of load.
  private static final double TAU_SECONDS = 10;
  // Fewer give no idea of the baseline's spread.
  private static final int SAMPLES_NEEDED = 3;
  private static final double FACTOR = 2;
  private static final double LOG_CHANCE = StrictMath.log(1e6);
  // What waited while the caller stood still is answered by then, but for a few.
  private static final long HICCUP_NANOS = 200_000_000;
  // Three of the baseline's time constants: whoever is like this for so long will stay so.
  private static final double NEW_NORMAL_SECONDS = 30;

  /**
   * After one period's numbers.
   *
   * @param now monotonic nanoseconds at the period's end
   * @param k requests in flight then; finite and not negative
   * @param travelling how many of them are between caller and destination, as round trips say: the
   *     farther the callers the more, whatever the destination does
   * @param started requests started per second; finite and not negative
   * @param ended requests ended per second; finite and not negative
   * @param p50 median latency in nanoseconds, positive; NaN where none was answered
   * @param allAreLate the others are as late: it is not suspected
   */
  public Saturation after(
      long now,
      double k,
      double travelling,
      double started,
      double ended,
      double p50,
      boolean allAreLate) {
    double seconds = samples == 0 ? 1 : Math.max(0, (double) (now - nanos)) / 1e9;
    boolean suspect =
        flagged
            ? !isNormal(k, travelling, started, p50)
            : isOver(k, travelling, started) && !allAreLate;
    long since = suspect && !suspected ? now : suspectedNanos;
    boolean over = suspect && (flagged || now - since >= HICCUP_NANOS);
    boolean learns = !suspect || (now - since) / 1e9 >= NEW_NORMAL_SECONDS;
    Saturation learned = this;
    double there = Math.max(0, k - travelling);
    if (learns && allAreLate) {
      // By what chance might explain: a hiccup must not become the baseline.
      double usual = usualP50Nanos();
      double most = highestExpected(rate(started));
      learned =
          learn(
              Math.min(there, most), started, p50 > FACTOR * usual ? FACTOR * usual : p50, seconds);
    } else if (learns) {
      learned = learn(there, started, p50, seconds);
    }
    return new Saturation(
        learned.inFlight,
        learned.rps,
        learned.p50Nanos,
        learned.weight,
        learned.p50Weight,
        learned.samples,
        now,
        over,
        suspect,
        since,
        over ? growth(there, ended, seconds) : 1);
  }

  /** After a look within a period: only whether it is suspected may have changed. */
  public Saturation looked(
      long now, double k, double travelling, double started, boolean allAreLate) {
    boolean suspect = flagged || (isOver(k, travelling, started) && !allAreLate);
    return new Saturation(
        inFlight,
        rps,
        p50Nanos,
        weight,
        p50Weight,
        samples,
        nanos,
        flagged,
        suspect,
        suspect && !suspected ? now : suspectedNanos,
        growth);
  }

  /** By how much later than usual requests end, as those in flight tell; NaN where unknown. */
  public double lateSeconds(double k, double travelling, double started) {
    double rate = rate(started);
    return (k - travelling - highestExpected(rate)) / rate;
  }

  /** Whether requests that end later by so many seconds would show here. */
  public boolean wouldShow(double seconds, double travelling, double started) {
    double rate = rate(started);
    double n = highestExpected(rate) + travelling;
    return surprise(n + rate * seconds, n) >= LOG_CHANCE;
  }

  /** Median latency in nanoseconds when it was not over its capacity; NaN where unknown. */
  public double usualP50Nanos() {
    return p50Weight > 0 ? p50Nanos / p50Weight : Double.NaN;
  }

  /** Requests in flight to be expected at that many requests started per second. */
  public double expectedInFlight(double started) {
    return rps > 0 ? inFlight / rps * started : 0;
  }

  /** Whether more are in flight than its usual residence time and chance explain. */
  public boolean isOver(double k, double travelling, double started) {
    double n = highestExpected(rate(started));
    return k - travelling >= FACTOR * n && surprise(k, n + travelling) >= LOG_CHANCE;
  }

  /** Requests per second to go by: a lull does not lower what is expected. NaN where unknown. */
  private double rate(double started) {
    return samples >= SAMPLES_NEEDED && rps > 0 ? Math.max(started, rps / weight) : Double.NaN;
  }

  /** Chernoff: the chance of k or more where n are expected is at most e to the minus this. */
  private static double surprise(double k, double n) {
    return k > n ? k * StrictMath.log(k / n) - k + n : 0;
  }

  private boolean isNormal(double k, double travelling, double started, double p50) {
    double n = highestExpected(started) + travelling;
    boolean few = k <= n + 3 * StrictMath.sqrt(n);
    double usual = usualP50Nanos();
    return few && (Double.isNaN(usual) || p50 <= FACTOR * usual);
  }

  /** Expected requests in flight plus three standard errors of its estimate from these samples. */
  private double highestExpected(double started) {
    double expected = expectedInFlight(started);
    // Not below one: an estimate from no request at all is not certain either.
    return expected + 3 * StrictMath.sqrt((expected + 1) / samples);
  }

  private double growth(double k, double ended, double seconds) {
    // None ended: as if one was about to.
    double atLeastOne = Math.max(ended, 1 / Math.max(seconds, 1e-3));
    double usual = rps > 0 ? inFlight / rps : 0;
    double growth = k / atLeastOne / usual;
    return growth >= 1 && growth < 1e6 ? growth : growth >= 1e6 ? 1e6 : 1;
  }

  private Saturation learn(double k, double started, double p50, double seconds) {
    double d = StrictMath.exp(-seconds / TAU_SECONDS);
    boolean answered = p50 > 0;
    return new Saturation(
        k * (1 - d) + inFlight * d,
        started * (1 - d) + rps * d,
        answered ? p50 * (1 - d) + p50Nanos * d : p50Nanos,
        1 - d + weight * d,
        answered ? 1 - d + p50Weight * d : p50Weight,
        // The same period told again is no sample; and more than two time constants hold no more
        // information.
        seconds > 0
            ? Math.min(samples + 1, (long) Math.ceil(2 * TAU_SECONDS / Math.max(seconds, 0.1)))
            : samples,
        nanos,
        flagged,
        suspected,
        suspectedNanos,
        growth);
  }
}

package dev.fairlead.balancer.health;

import java.time.Duration;
import java.util.Optional;

/**
 * When an endpoint is an outlier, and for how long it is then ejected. The rules and, where nothing
 * else is said, the defaults are Envoy's outlier detection; an absent rule is off.
 *
 * @param consecutiveFailures failures in a row that eject at once, ≥ 1; 0: this rule is off
 * @param interval how often the other two rules are evaluated, over what ended since, positive
 * @param ejection how long, and how many at a time
 */
public record OutlierDetection(
    int consecutiveFailures,
    Duration interval,
    Optional<SuccessRate> successRate,
    Optional<Latency> latency,
    Ejection ejection) {
  public static final OutlierDetection DEFAULT =
      new OutlierDetection(
          5,
          Duration.ofSeconds(10),
          Optional.of(SuccessRate.DEFAULT),
          Optional.of(Latency.DEFAULT),
          Ejection.DEFAULT);

  /** Ejects nobody, and lets go who is ejected. */
  public static final OutlierDetection OFF =
      new OutlierDetection(
          0, Duration.ofSeconds(10), Optional.empty(), Optional.empty(), Ejection.NONE);

  public OutlierDetection {
    Checks.atLeast("consecutiveFailures", consecutiveFailures, 0);
    Checks.positive("interval", interval);
  }

  /**
   * An endpoint is an outlier if its success rate is below mean − deviations · σ, and below mean −
   * leastGap, over the endpoints that had enough requests; σ is the population's standard
   * deviation.
   *
   * @param minHosts endpoints with enough requests for the rule to apply, ≥ 2
   * @param minRequests requests in the interval that are enough, ≥ 1
   * @param deviations Envoy's success_rate_stdev_factor / 1000, ≥ 0
   * @param leastGap a difference in success rate that is no reason to lose an endpoint, in [0, 1].
   *     Not Envoy's: where all others are flawless σ is tiny, and Envoy's rule alone would eject
   *     one of twenty for erring 1 %
   */
  public record SuccessRate(int minHosts, int minRequests, double deviations, double leastGap) {
    /** At the least volume, an endpoint that errs 1 % is 10 points off once in 10⁸ intervals. */
    public static final SuccessRate DEFAULT = new SuccessRate(5, 100, 1.9, 0.1);

    public SuccessRate {
      Checks.atLeast("minHosts", minHosts, 2);
      Checks.atLeast("minRequests", minRequests, 1);
      Checks.range("deviations", deviations, 0, 1000);
      Checks.range("leastGap", leastGap, 0, 1);
    }
  }

  /**
   * An endpoint is an outlier if its latency is above factor · median + floor, over the endpoints
   * of its cluster that had enough requests: between clusters latency tells of the network. An
   * endpoint's latency is the geometric mean of its interval, which a few slow answers hardly move.
   *
   * @param minHosts endpoints of the cluster with enough requests for the rule to apply, ≥ 3: with
   *     two, the median is halfway to the outlier
   * @param minRequests answered requests in the interval that are enough, ≥ 1
   * @param factor ≥ 1
   * @param floor a difference that no caller notices, ≥ 0
   */
  public record Latency(int minHosts, int minRequests, double factor, Duration floor) {
    /** What the latency-aware policies do not mend by themselves: several times the median. */
    public static final Latency DEFAULT = new Latency(5, 100, 3, Duration.ofMillis(50));

    public Latency {
      Checks.atLeast("minHosts", minHosts, 3);
      Checks.atLeast("minRequests", minRequests, 1);
      Checks.range("factor", factor, 1, 1e6);
      Checks.notNegative("floor", floor);
    }
  }

  /**
   * An endpoint's k-th ejection lasts min(longest, k · base) · (1 − jitter · u), u uniform in [0,
   * 1). k falls by one for each base time that passes after an ejection's end.
   *
   * @param base positive
   * @param longest at least base
   * @param jitter keeps endpoints that were ejected together from coming back together; in [0, 1)
   * @param maxShare of all endpoints that may be ejected at a time, rounded down; in [0, 1]
   */
  public record Ejection(Duration base, Duration longest, double jitter, double maxShare) {
    public static final Ejection DEFAULT =
        new Ejection(Duration.ofSeconds(30), Duration.ofSeconds(300), 0.1, 0.5);

    public static final Ejection NONE = new Ejection(DEFAULT.base(), DEFAULT.longest(), 0, 0);

    public Ejection {
      Checks.positive("base", base);
      Checks.positive("longest", longest);
      if (longest.compareTo(base) < 0) {
        throw new IllegalArgumentException("longest " + longest + " is shorter than base " + base);
      }
      Checks.range("jitter", jitter, 0, Math.nextDown(1.0));
      Checks.range("maxShare", maxShare, 0, 1);
    }

    /** The cap for {@code endpoints} endpoints: hard, also where it is 0. */
    public int cap(int endpoints) {
      // Shares are decimal fractions: 0.29 · 100 must not be 28.
      return (int) Math.floor(maxShare * endpoints + 1e-9);
    }

    /** How long the {@code count}-th ejection lasts, nanoseconds. */
    long nanos(int count, double uniform) {
      long full = Math.min(longest.toNanos(), base.toNanos() * Math.min(count, mostCounted()));
      return (long) (full * (1 - jitter * uniform));
    }

    /** More ejections than this make none longer, so they need not be lived down either. */
    int mostCounted() {
      long baseNanos = base.toNanos();
      return (int) Math.min(Integer.MAX_VALUE, (longest.toNanos() - 1) / baseNanos + 1);
    }
  }
}

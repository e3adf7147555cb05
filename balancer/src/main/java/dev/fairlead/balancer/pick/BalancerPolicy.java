package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.locality.Residency;
import java.util.Optional;

/**
 * How one service is balanced. Each part stands alone: none switches another on.
 *
 * @param residency where its requests must not go; a filter before all others
 * @param subsetting empty: all endpoints
 * @param checks how endpoints are checked actively, by whoever asks {@link
 *     ServiceBalancer#checks()}; empty: not at all
 * @param concurrency a limit on requests in flight that adapts; empty: none
 */
public record BalancerPolicy(
    Algorithm algorithm,
    LocalityPolicy locality,
    Residency residency,
    Optional<Subsetting> subsetting,
    Optional<ActiveCheckPolicy> checks,
    OutlierDetection outliers,
    WarmUp warmUp,
    RequestLimits limits,
    Optional<AdaptiveConcurrency> concurrency,
    RetryAllowance retries) {
  public static final BalancerPolicy DEFAULT =
      new BalancerPolicy(Algorithm.DEFAULT, LocalityPolicy.DEFAULT);

  /** Without limits, checks, outlier detection and warm-up. */
  public BalancerPolicy(Algorithm algorithm, LocalityPolicy locality) {
    this(
        algorithm,
        locality,
        Residency.ANYWHERE,
        Optional.empty(),
        Optional.empty(),
        OutlierDetection.OFF,
        WarmUp.OFF,
        RequestLimits.NONE,
        Optional.empty(),
        RetryAllowance.DEFAULT);
  }

  public BalancerPolicy with(Algorithm algorithm) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(LocalityPolicy locality) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(Residency residency) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(Subsetting subsetting) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        Optional.of(subsetting),
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(ActiveCheckPolicy checks) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        Optional.of(checks),
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(OutlierDetection outliers) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(WarmUp warmUp) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(RequestLimits limits) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }

  public BalancerPolicy with(AdaptiveConcurrency concurrency) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        Optional.of(concurrency),
        retries);
  }

  public BalancerPolicy with(RetryAllowance retries) {
    return new BalancerPolicy(
        algorithm,
        locality,
        residency,
        subsetting,
        checks,
        outliers,
        warmUp,
        limits,
        concurrency,
        retries);
  }
}

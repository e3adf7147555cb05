package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.locality.Residency;
import java.util.Optional;
import java.util.function.Consumer;

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
    return with(draft -> draft.algorithm = algorithm);
  }

  public BalancerPolicy with(LocalityPolicy locality) {
    return with(draft -> draft.locality = locality);
  }

  public BalancerPolicy with(Residency residency) {
    return with(draft -> draft.residency = residency);
  }

  public BalancerPolicy with(Subsetting subsetting) {
    return with(draft -> draft.subsetting = Optional.of(subsetting));
  }

  public BalancerPolicy with(ActiveCheckPolicy checks) {
    return with(draft -> draft.checks = Optional.of(checks));
  }

  public BalancerPolicy with(OutlierDetection outliers) {
    return with(draft -> draft.outliers = outliers);
  }

  public BalancerPolicy with(WarmUp warmUp) {
    return with(draft -> draft.warmUp = warmUp);
  }

  public BalancerPolicy with(RequestLimits limits) {
    return with(draft -> draft.limits = limits);
  }

  public BalancerPolicy with(AdaptiveConcurrency concurrency) {
    return with(draft -> draft.concurrency = Optional.of(concurrency));
  }

  public BalancerPolicy with(RetryAllowance retries) {
    return with(draft -> draft.retries = retries);
  }

  private BalancerPolicy with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.policy();
  }

  /** A policy while one part of it is being replaced. */
  private static final class Draft {
    private Algorithm algorithm;
    private LocalityPolicy locality;
    private Residency residency;
    private Optional<Subsetting> subsetting;
    private Optional<ActiveCheckPolicy> checks;
    private OutlierDetection outliers;
    private WarmUp warmUp;
    private RequestLimits limits;
    private Optional<AdaptiveConcurrency> concurrency;
    private RetryAllowance retries;

    Draft(BalancerPolicy policy) {
      algorithm = policy.algorithm;
      locality = policy.locality;
      residency = policy.residency;
      subsetting = policy.subsetting;
      checks = policy.checks;
      outliers = policy.outliers;
      warmUp = policy.warmUp;
      limits = policy.limits;
      concurrency = policy.concurrency;
      retries = policy.retries;
    }

    BalancerPolicy policy() {
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
}

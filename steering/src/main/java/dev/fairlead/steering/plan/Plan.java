package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Binding;
import dev.fairlead.steering.optimize.ShadowPrice;
import java.util.List;
import java.util.Optional;

/**
 * The share for each destination, with the reason for each number. Shares sum to 1.
 *
 * @param shed the part of the demand that nobody has capacity for: whoever can tell classes apart
 *     should turn it away; in [0, 1]
 * @param bindings the limits without which the plan would cost less, the dearest first
 */
public record Plan(TrafficKey key, List<Share> shares, double shed, List<Binding> bindings) {
  public Plan {
    shares = List.copyOf(shares);
    bindings = List.copyOf(bindings);
  }

  /** A plan that knows no limits. */
  public Plan(TrafficKey key, List<Share> shares) {
    this(key, shares, 0, List.of());
  }

  /** The same shares for other traffic, of which nothing is turned away. */
  public Plan of(TrafficKey other) {
    return new Plan(other, shares, 0, bindings);
  }

  /**
   * One destination's share.
   *
   * @param share in [0, 1]
   * @param weight the policy's raw weight, as its formula has it; NaN where it has none
   * @param reason why this number, for a person; ends with what change control did, where it did
   * @param terms what the share costs, where the policy reckons with it
   */
  public record Share(
      String destination, double share, double weight, String reason, Optional<Terms> terms) {
    public Share(String destination, double share, double weight, String reason) {
      this(destination, share, weight, reason, Optional.empty());
    }

    /** What change control made of it. */
    public Share with(double otherShare, String otherReason) {
      return new Share(destination, otherShare, weight, otherReason, terms);
    }
  }

  /**
   * What a request to a destination costs.
   *
   * @param latencyNanos mean latency, the way included, at the load that is planned for
   * @param failureNanos what failures add to it
   * @param dollars price of its bytes both ways
   * @param loadRps what all sources together send there by this plan
   * @param capacityRps what it should carry at most; infinite where unknown
   * @param crowdingNanos what one more request there costs all others, as it is planned with: what
   *     is added out of caution included
   * @param shadowPrice what one more rps of its capacity saves
   */
  public record Terms(
      double latencyNanos,
      double failureNanos,
      double dollars,
      double loadRps,
      double capacityRps,
      double crowdingNanos,
      ShadowPrice shadowPrice) {}
}

package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.TrafficKey;
import java.util.List;

/** The share for each destination, with the reason for each number. Shares sum to 1. */
public record Plan(TrafficKey key, List<Share> shares) {
  public Plan {
    shares = List.copyOf(shares);
  }

  /**
   * One destination's share.
   *
   * @param share in [0, 1]
   * @param weight the policy's raw weight, as its formula has it; NaN where it has none
   * @param reason why this number, for a person; ends with what change control did, where it did
   */
  public record Share(String destination, double share, double weight, String reason) {}
}

package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.TrafficKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A destination's weight and where it comes from.
 *
 * @param weight NaN for a destination that must get nothing
 */
record Weighted(double weight, String reason) {
  static Weighted of(double weight, String reason) {
    return new Weighted(weight, reason);
  }

  static Weighted unusable() {
    return new Weighted(Double.NaN, "no usable endpoint");
  }

  private boolean isUsable() {
    return !Double.isNaN(weight);
  }

  /**
   * Shares in proportion to weights, each usable one with at least {@code floor}; an empty plan
   * where none is usable.
   *
   * @param weights positive and finite
   */
  static Plan plan(TrafficKey key, Map<String, Weighted> weights, double floor) {
    double sum = 0;
    int usable = 0;
    for (Weighted weighted : weights.values()) {
      if (weighted.isUsable()) {
        sum += weighted.weight();
        usable++;
      }
    }
    if (usable == 0) {
      return new Plan(key, List.of());
    }
    // Who is below the floor is lifted by what the others have above it, in proportion.
    double lowest = Math.min(floor, 0.5 / usable);
    double below = 0;
    double above = 0;
    for (Weighted weighted : weights.values()) {
      if (weighted.isUsable()) {
        double excess = weighted.weight() / sum - lowest;
        below += Math.max(0, -excess);
        above += Math.max(0, excess);
      }
    }
    double kept = (above - below) / above;
    List<Plan.Share> shares = new ArrayList<>();
    for (Map.Entry<String, Weighted> entry : weights.entrySet()) {
      Weighted weighted = entry.getValue();
      double share = 0;
      if (weighted.isUsable()) {
        share = lowest + kept * Math.max(0, weighted.weight() / sum - lowest);
      }
      shares.add(new Plan.Share(entry.getKey(), share, weighted.weight(), weighted.reason()));
    }
    return new Plan(key, shares);
  }
}

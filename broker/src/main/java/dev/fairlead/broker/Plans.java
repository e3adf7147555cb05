package dev.fairlead.broker;

import dev.fairlead.broker.message.Enforced;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans that came from elsewhere, checked before anything goes by them. */
final class Plans {
  private static final double ROUNDING = 1e-6;
  // Each of a thousand shares was rounded to single precision.
  private static final double SINGLE_PRECISION = 1e-4;

  private Plans() {}

  /** What is wrong with its shares, in words; null where nothing is. */
  static @Nullable String fault(Plan plan) {
    Set<String> names = new HashSet<>();
    double sum = 0;
    if (!(plan.shed() >= 0 && plan.shed() <= 1)) {
      return "a part of " + plan.shed() + " to turn away";
    }
    for (Plan.Share share : plan.shares()) {
      if (!(share.share() >= 0 && share.share() <= 1 + ROUNDING)) {
        return "a share of " + share.share() + " for " + share.destination();
      }
      if (!names.add(share.destination())) {
        return "two shares for " + share.destination();
      }
      sum += share.share();
    }
    return Math.abs(sum - 1) <= ROUNDING ? null : "shares that sum to " + sum;
  }

  /** The plan that a cluster has in force, as the start for who leads next; empty where unsound. */
  static Optional<Plan> of(Enforced enforced) {
    double sum = 0;
    for (double share : enforced.shares().values()) {
      if (!(share >= 0 && share <= 1 + SINGLE_PRECISION)) {
        return Optional.empty();
      }
      sum += share;
    }
    if (Math.abs(sum - 1) > SINGLE_PRECISION) {
      return Optional.empty();
    }
    List<Plan.Share> shares = new ArrayList<>();
    for (Map.Entry<String, Double> entry : enforced.shares().entrySet()) {
      shares.add(
          new Plan.Share(entry.getKey(), entry.getValue() / sum, Double.NaN, "in force there"));
    }
    return Optional.of(new Plan(enforced.key(), shares));
  }

  /** Equal shares for some. */
  static Plan even(TrafficKey key, List<String> destinations, String reason) {
    double share = 1.0 / destinations.size();
    return new Plan(
        key,
        destinations.stream()
            .map(each -> new Plan.Share(each, share, Double.NaN, reason))
            .toList());
  }

  /**
   * The plan with a part of each share replaced by that of another, and a reason for it.
   *
   * @param part in [0, 1]
   */
  static Plan mixed(Plan plan, double part, Plan other, String reason) {
    Map<String, Double> others = shares(other);
    List<Plan.Share> mixed = new ArrayList<>();
    for (Plan.Share share : plan.shares()) {
      Double added = others.remove(share.destination());
      mixed.add(
          new Plan.Share(
              share.destination(),
              (1 - part) * share.share() + (added == null ? 0 : part * added),
              share.weight(),
              share.reason() + "; " + reason));
    }
    others.forEach(
        (name, share) -> mixed.add(new Plan.Share(name, part * share, Double.NaN, reason)));
    return new Plan(plan.key(), mixed, plan.shed(), List.of());
  }

  /** The same plan, by which nothing is turned away. */
  static Plan withoutShed(Plan plan) {
    return plan.shed() > 0 ? new Plan(plan.key(), plan.shares(), 0, plan.bindings()) : plan;
  }

  /** The largest difference of one share. */
  static double distance(Plan one, Plan other) {
    Map<String, Double> differences = shares(one);
    shares(other).forEach((name, share) -> differences.merge(name, -share, Double::sum));
    return differences.values().stream().mapToDouble(Math::abs).max().orElse(0);
  }

  static Map<String, Double> shares(Plan plan) {
    Map<String, Double> shares = new TreeMap<>();
    plan.shares().forEach(share -> shares.put(share.destination(), share.share()));
    return shares;
  }
}

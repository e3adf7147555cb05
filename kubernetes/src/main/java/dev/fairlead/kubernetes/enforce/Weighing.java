package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.enforce.LedPlan.Entry;
import dev.fairlead.kubernetes.enforce.LedPlan.Stand;
import dev.fairlead.kubernetes.enforce.Split.Backend;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.WholeWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plan's shares as weights of one object's backends: pure. */
final class Weighing {
  /**
   * How far weights may be from the ones wanted and still be the same, of {@link WholeWeights#SUM}:
   * one that the last bit of a share tips from one backend to another, and as much again from
   * reading weights in other sums.
   */
  private static final double ROUNDING = 1.5;

  private Weighing() {}

  /**
   * What the object's weights shall be, and what they were.
   *
   * @param known what was last written down of the object, whether it came to pass or not
   * @return empty where the plan gives no backend of a group anything: then all stays as it is
   */
  static Optional<LedPlan> of(Split split, Optional<LedPlan> known, Plan plan) {
    Map<String, Plan.Share> shares = new HashMap<>();
    plan.shares().forEach(share -> shares.put(share.destination(), share));
    Map<String, WrittenWeight> originals = originals(split, known);
    List<Entry> entries = new ArrayList<>();
    for (List<Backend> group : split.groups()) {
      if (group.size() == 1) {
        continue;
      }
      double[] wanted = wanted(group, shares);
      if (wanted.length == 0) {
        return Optional.empty();
      }
      int[] weights = WholeWeights.of(wanted);
      for (int i = 0; i < weights.length; i++) {
        Backend backend = group.get(i);
        Plan.Share share = shares.get(backend.destination());
        entries.add(
            new Entry(
                backend.key(),
                backend.destination(),
                weights[i],
                backend.weight(),
                originals.getOrDefault(backend.key(), backend.weight()),
                share == null ? "not planned for yet: as its owner has it" : share.reason()));
      }
    }
    LedPlan idle = LedPlan.idle(split);
    return Optional.of(
        new LedPlan(
            idle.apiVersion(),
            idle.kind(),
            idle.name(),
            idle.uid(),
            idle.service(),
            entries,
            true));
  }

  /**
   * What the owner wrote: what was kept, while the weights are still what we made of it. Whoever
   * else writes them writes all of them, and means what he sees.
   */
  private static Map<String, WrittenWeight> originals(Split split, Optional<LedPlan> known) {
    Optional<LedPlan> same = known.filter(plan -> plan.driven() && plan.uid().equals(split.uid()));
    if (same.isEmpty() || same.get().stand(split) == Stand.FOREIGN) {
      return split.weights();
    }
    return same.get().originals();
  }

  /**
   * The group's shares. A backend that the plan does not know yet keeps its proportion; several of
   * one destination have its share by halves.
   *
   * @return empty where the plan gives none of them anything
   */
  private static double[] wanted(List<Backend> group, Map<String, Plan.Share> shares) {
    Map<String, Integer> times = new HashMap<>();
    double there = 0;
    double unknown = 0;
    double planned = 0;
    for (Backend backend : group) {
      double weight = backend.weight().value().orElse(0);
      there += weight;
      Plan.Share share = shares.get(backend.destination());
      if (share == null) {
        unknown += weight;
      } else if (times.merge(backend.destination(), 1, Integer::sum) == 1) {
        planned += share.share();
      }
    }
    if (!(planned > 0)) {
      return new double[0];
    }
    double left = there > 0 ? 1 - unknown / there : 1;
    if (!(left > 0)) {
      // Nobody planned for has any weight: the plan knows better than to leave it so.
      left = (double) times.size() / group.size();
    }
    double[] wanted = new double[group.size()];
    for (int i = 0; i < wanted.length; i++) {
      Backend backend = group.get(i);
      Plan.Share share = shares.get(backend.destination());
      if (share == null) {
        double weight = backend.weight().value().orElse(0);
        wanted[i] = unknown > 0 ? (1 - left) * weight / unknown : 0;
      } else {
        int parts = times.getOrDefault(backend.destination(), 1);
        wanted[i] = left * share.share() / planned / parts;
      }
    }
    return wanted;
  }

  /** Whether the object splits its traffic as is wanted, but for rounding. */
  static boolean isMet(Split split, LedPlan wanted) {
    Map<String, WrittenWeight> weights = wanted.weights();
    for (List<Backend> group : split.groups()) {
      if (group.size() > 1 && !isMet(group, weights)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMet(List<Backend> group, Map<String, WrittenWeight> wanted) {
    double sum = 0;
    double sumWanted = 0;
    for (Backend backend : group) {
      sum += backend.weight().value().orElse(Double.NaN);
      sumWanted += wanted.getOrDefault(backend.key(), WrittenWeight.of(0)).value().orElse(0);
    }
    for (Backend backend : group) {
      double is = backend.weight().value().orElse(Double.NaN) / sum * WholeWeights.SUM;
      double shall =
          wanted.getOrDefault(backend.key(), WrittenWeight.of(0)).value().orElse(0)
              / sumWanted
              * WholeWeights.SUM;
      // A sum of 0 or a weight that is none gives NaN, which is not met.
      if (!(Math.abs(is - shall) <= ROUNDING) || (is > 0) != (shall > 0)) {
        return false;
      }
    }
    return true;
  }
}

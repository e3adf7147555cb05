package dev.fairlead.steering.control;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Change control at work: from the shares in force and the wanted ones, the next ones.
 *
 * <p>First, at once and whatever the limits, traffic leaves destinations that are unusable or over
 * their capacity, of these what they cannot serve; what is freed goes to the other usable ones in
 * proportion to what the policy wants. A share grows by more than the largest step only by what is
 * freed. Then the whole plan moves towards what is wanted:
 *
 * <ul>
 *   <li>not at all while frozen, or before it has been in force for the minimum hold; but the hold
 *       does not keep a recovered destination from getting back, step by step, what it had before
 *       traffic had to leave: that is no new mind but the end of an emergency,
 *   <li>not at all while every share is within the deadband; once one is beyond it all move, so a
 *       drift is held back only until it adds up to the deadband,
 *   <li>else in proportion, so that the largest change is at most the largest step.
 * </ul>
 *
 * <p>In both, a stale destination keeps its share, and one over its capacity gets no more than it
 * has: what a trickle of requests makes it look like is not what it would do with more.
 */
final class ChangeLimiter {
  /** Rounding, not a change. */
  private static final double NOTHING = 1e-9;

  /**
   * The next shares.
   *
   * @param held why the rest of the change was held back; empty where none was
   */
  record Result(Map<String, Double> shares, String held) {}

  private final TreeMap<String, Long> suppressed = new TreeMap<>();
  // The first plan has not been chosen by anything worth holding on to.
  private int periodsHeld = Integer.MAX_VALUE;
  private final Map<String, Double> hadBefore = new HashMap<>();

  Map<String, Long> suppressed() {
    return Map.copyOf(suppressed);
  }

  /**
   * One period.
   *
   * @param inForce sums to 1; may name destinations that are gone
   * @param wanted usable destinations, at least one; sums to 1
   */
  Result next(
      ChangeControl control,
      Map<String, Double> inForce,
      Map<String, Double> wanted,
      Map<String, Double> overCapacity,
      Set<String> stale) {
    periodsHeld = periodsHeld == Integer.MAX_VALUE ? periodsHeld : periodsHeld + 1;
    Map<String, Double> target = target(inForce, wanted, overCapacity, stale);
    Map<String, Double> base = leave(inForce, target, overCapacity, stale);
    double largest = 0;
    for (Map.Entry<String, Double> entry : target.entrySet()) {
      largest = Math.max(largest, Math.abs(entry.getValue() - share(base, entry.getKey())));
    }
    String held = "";
    double part = 0;
    if (largest <= NOTHING) {
      part = 1;
    } else if (control.freeze()) {
      held = "freeze";
    } else if (largest < control.deadband()) {
      held = "deadband";
    } else if (periodsHeld < control.minimumHoldPeriods() && !returns(base, target)) {
      held = "hold";
    } else {
      part = Math.min(1, control.largestStep() / largest);
      held = part < 1 ? "step" : "";
      periodsHeld = 0;
    }
    if (!held.isEmpty()) {
      suppressed.merge(held, 1L, Long::sum);
    }
    remember(inForce, base, overCapacity, largest < control.deadband());
    Map<String, Double> next = new LinkedHashMap<>();
    for (Map.Entry<String, Double> entry : target.entrySet()) {
      double from = share(base, entry.getKey());
      next.put(entry.getKey(), Math.max(0, from + part * (entry.getValue() - from)));
    }
    return new Result(normal(next), held);
  }

  /**
   * The wanted shares, but a stale destination keeps its own and one over its capacity gains
   * nothing; the others share out the rest. Without others, all keep their proportions.
   */
  private Map<String, Double> target(
      Map<String, Double> inForce,
      Map<String, Double> wanted,
      Map<String, Double> overCapacity,
      Set<String> stale) {
    Map<String, Double> pinned = new LinkedHashMap<>();
    double kept = 0;
    double others = 0;
    for (Map.Entry<String, Double> entry : wanted.entrySet()) {
      String name = entry.getKey();
      double now = share(inForce, name);
      boolean old = stale.contains(name);
      boolean gains = entry.getValue() > now + NOTHING;
      if (old || (gains && overCapacity.containsKey(name))) {
        pinned.put(name, now);
        kept += now;
        if (gains || entry.getValue() < now - NOTHING) {
          suppressed.merge(old ? "stale" : "capacity", 1L, Long::sum);
        }
      } else {
        others += entry.getValue();
      }
    }
    if (!(others > 0)) {
      return kept > 0 ? normal(pinned) : wanted;
    }
    double part = Math.max(0, 1 - kept) / others;
    Map<String, Double> target = new LinkedHashMap<>();
    wanted.forEach((name, share) -> target.put(name, pinned.getOrDefault(name, share * part)));
    return target;
  }

  /** Whether the destination that wants most gets back what it had before traffic had to leave. */
  private boolean returns(Map<String, Double> base, Map<String, Double> target) {
    String most = "";
    double largest = 0;
    for (Map.Entry<String, Double> entry : target.entrySet()) {
      double gain = entry.getValue() - share(base, entry.getKey());
      if (gain > largest) {
        largest = gain;
        most = entry.getKey();
      }
    }
    return share(base, most) < share(hadBefore, most);
  }

  /** Keeps what each destination had before traffic had to leave it, until the plan settles. */
  private void remember(
      Map<String, Double> inForce,
      Map<String, Double> base,
      Map<String, Double> overCapacity,
      boolean settled) {
    if (settled) {
      hadBefore
          .keySet()
          .removeIf(name -> base.containsKey(name) && !overCapacity.containsKey(name));
    }
    hadBefore.keySet().retainAll(inForce.keySet());
    inForce.forEach(
        (name, had) -> {
          if (!base.containsKey(name) || overCapacity.containsKey(name)) {
            hadBefore.merge(name, had, Math::max);
          }
        });
  }

  /**
   * The shares in force without what leaves at once. Where nobody can take it, nothing leaves one
   * that is over its capacity: all are.
   */
  private static Map<String, Double> leave(
      Map<String, Double> inForce,
      Map<String, Double> target,
      Map<String, Double> overCapacity,
      Set<String> stale) {
    double receivers = 0;
    for (Map.Entry<String, Double> entry : target.entrySet()) {
      receivers += receives(entry.getKey(), overCapacity, stale) ? entry.getValue() : 0;
    }
    boolean nobody = !(receivers > 0);
    Map<String, Double> base = new HashMap<>();
    double freed = 1;
    for (Map.Entry<String, Double> entry : target.entrySet()) {
      double now = share(inForce, entry.getKey());
      double fits = nobody ? now : overCapacity.getOrDefault(entry.getKey(), now);
      double stays = Math.min(now, Math.max(fits, entry.getValue()));
      base.put(entry.getKey(), stays);
      freed -= stays;
    }
    if (freed <= NOTHING) {
      return base;
    }
    for (Map.Entry<String, Double> entry : target.entrySet()) {
      if (nobody) {
        base.merge(entry.getKey(), freed * entry.getValue(), Double::sum);
      } else if (receives(entry.getKey(), overCapacity, stale)) {
        base.merge(entry.getKey(), freed * entry.getValue() / receivers, Double::sum);
      }
    }
    return base;
  }

  private static boolean receives(
      String name, Map<String, Double> overCapacity, Set<String> stale) {
    return !overCapacity.containsKey(name) && !stale.contains(name);
  }

  private static double share(Map<String, Double> shares, String name) {
    return shares.getOrDefault(name, 0.0);
  }

  private static Map<String, Double> normal(Map<String, Double> shares) {
    double sum = 0;
    for (double share : shares.values()) {
      sum += share;
    }
    Map<String, Double> normal = new LinkedHashMap<>();
    for (Map.Entry<String, Double> entry : shares.entrySet()) {
      normal.put(entry.getKey(), entry.getValue() / sum);
    }
    return normal;
  }
}

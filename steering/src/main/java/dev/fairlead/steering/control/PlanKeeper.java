package dev.fairlead.steering.control;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Describe;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.Wanted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The plan in force of one source place and class: what change control makes of what is wanted. */
final class PlanKeeper {
  /**
   * A destination that is sent requests and never answers one must not keep limits off for ever.
   */
  private static final int MOST_GUESSED_PLANS = 5;

  /** Less of a class does no harm. */
  private static final double LEAST_SHED = 0.01;

  private final TrafficKey key;
  private final Oscillation oscillation = new Oscillation();
  private final ChangeLimiter limiter = new ChangeLimiter();
  private Plan inForce;
  private Map<String, Observation.Destination> atLastChange = Map.of();
  private final Alarms alarms = new Alarms();
  private int guessedPlans;
  private boolean measured;
  private long badSamples;
  private long lastNanos;

  PlanKeeper(TrafficKey key, long now) {
    this.key = key;
    this.inForce = new Plan(key, List.of());
    this.lastNanos = now;
  }

  /** When it last had a period, monotonic. */
  long lastNanos() {
    return lastNanos;
  }

  /**
   * One period.
   *
   * @param unlimited whether each plan takes force whole
   */
  Controller.Step step(
      long now, Observation observation, Wanted wanted, ChangeControl control, boolean unlimited) {
    lastNanos = now;
    badSamples += wanted.badSamples();
    Map<String, Double> over = wanted.overCapacity();
    alarms.planned(over);
    Map<String, Double> before = shares(inForce);
    ChangeLimiter.Result result = decide(wanted, before, observation, control, unlimited);
    Map<String, Double> after = result.shares();
    boolean changed = differ(before, after);
    Map<String, Observation.Destination> seen = new HashMap<>();
    for (Observation.Destination destination : observation.destinations()) {
      seen.putIfAbsent(destination.name(), destination);
    }
    String why =
        changed
            ? new Change(before, after, atLastChange, seen, over.keySet()).why(result.held())
            : kept(result.held());
    inForce = plan(wanted.plan(), after, result.held());
    if (changed) {
      atLastChange = Map.copyOf(seen);
    }
    Plan asked = wanted.plan().shares().isEmpty() ? inForce : wanted.plan();
    double index = oscillation.after(now, before.isEmpty() ? after : before, after);
    return new Controller.Step(
        asked, inForce, changed, why, limiter.suppressed(), index, badSamples);
  }

  /** Goes on from a plan with shares that another one decided; limits hold from now on. */
  void adopt(long now, Plan plan) {
    lastNanos = now;
    Map<String, Double> before = shares(inForce);
    Map<String, Double> after = shares(plan);
    oscillation.after(now, before.isEmpty() ? after : before, after);
    inForce = plan;
    alarms.planned();
    measured = true;
  }

  /** The plan in force, if it rests on measurements: what another may go on from. */
  Optional<Plan> settled() {
    return measured && !inForce.shares().isEmpty() ? Optional.of(inForce) : Optional.empty();
  }

  /** Whether traffic must leave a destination that the plan in force gives a share. */
  boolean mustLeave(Wanted wanted) {
    Map<String, Double> shares = shares(inForce);
    Set<String> leave = alarms.urgent(wanted.overCapacity(), shares);
    for (Plan.Share share : wanted.plan().shares()) {
      if (Double.isNaN(share.weight())) {
        leave.add(share.destination());
      }
    }
    return leave.stream().anyMatch(name -> shares.getOrDefault(name, 0.0) > 0);
  }

  private ChangeLimiter.Result decide(
      Wanted asked,
      Map<String, Double> before,
      Observation observation,
      ChangeControl control,
      boolean unlimited) {
    boolean settling = isSettling(asked, control);
    Map<String, Double> wanted = usable(asked.plan());
    if (wanted.isEmpty()) {
      return new ChangeLimiter.Result(
          before.isEmpty() ? even(observation) : before, "no destination is usable");
    }
    boolean together = asked.together() && asked.stale().isEmpty() && !control.freeze();
    if (before.isEmpty() || (unlimited && !control.freeze()) || settling) {
      return new ChangeLimiter.Result(wanted, "");
    }
    if (together) {
      return new ChangeLimiter.Result(halfway(before, wanted), "");
    }
    return limiter.next(control, before, wanted, asked.overCapacity(), asked.stale());
  }

  /**
   * All sources by the same part of their way, so that loads stay between those before and after.
   */
  private static Map<String, Double> halfway(
      Map<String, Double> before, Map<String, Double> wanted) {
    Map<String, Double> half = new LinkedHashMap<>();
    double sum = 0;
    for (Map.Entry<String, Double> entry : wanted.entrySet()) {
      double share = (before.getOrDefault(entry.getKey(), 0.0) + entry.getValue()) / 2;
      half.put(entry.getKey(), share);
      sum += share;
    }
    double all = sum;
    half.replaceAll((name, share) -> share / all);
    return half;
  }

  private boolean isSettling(Wanted asked, ChangeControl control) {
    boolean settling = !measured && guessedPlans++ < MOST_GUESSED_PLANS;
    measured |= asked.guessed().isEmpty();
    return settling && !control.freeze();
  }

  private static Map<String, Double> even(Observation observation) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Observation.Destination seen : observation.destinations()) {
      shares.put(seen.name(), 1.0);
    }
    shares.replaceAll((name, share) -> share / shares.size());
    return shares;
  }

  /** The plan in force: the decision's weights and reasons, and what change control did. */
  private Plan plan(Plan decided, Map<String, Double> shares, String held) {
    List<Plan.Share> rows = new ArrayList<>();
    if (decided.shares().isEmpty()) {
      shares.forEach(
          (name, share) -> rows.add(new Plan.Share(name, share, Double.NaN, "kept: " + held)));
      return new Plan(key, rows);
    }
    for (Plan.Share row : decided.shares()) {
      double share = shares.getOrDefault(row.destination(), 0.0);
      String reason =
          Double.isNaN(row.weight())
              ? row.reason()
              : "weight " + Describe.number(row.weight()) + ": " + row.reason();
      if (Math.abs(share - row.share()) > 1e-6) {
        reason += "; wants " + Describe.percent(row.share());
        reason += held.isEmpty() ? "" : ", " + Change.limit(held);
      }
      rows.add(row.with(share, reason));
    }
    return new Plan(key, rows, shed(decided.shed()), decided.bindings());
  }

  /**
   * More is turned away at once, less by halves: what would come back is as much as was too much,
   * and until it did nobody knows whether it still is.
   */
  private double shed(double wanted) {
    double half = inForce.shed() / 2;
    return half >= LEAST_SHED ? Math.max(wanted, half) : wanted;
  }

  private static Map<String, Double> shares(Plan plan) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Plan.Share share : plan.shares()) {
      shares.put(share.destination(), share.share());
    }
    return shares;
  }

  private static Map<String, Double> usable(Plan plan) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Plan.Share share : plan.shares()) {
      if (!Double.isNaN(share.weight())) {
        shares.put(share.destination(), share.share());
      }
    }
    return shares;
  }

  private static boolean differ(Map<String, Double> before, Map<String, Double> after) {
    if (before.isEmpty()) {
      return !after.isEmpty();
    }
    for (Map.Entry<String, Double> entry : after.entrySet()) {
      if (Math.abs(entry.getValue() - before.getOrDefault(entry.getKey(), 0.0)) > 1e-9) {
        return true;
      }
    }
    return false;
  }

  private static String kept(String held) {
    return held.isEmpty() ? "kept: as wanted" : "kept: " + Change.limit(held);
  }
}

package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The slow loop of one plan: a policy, its memory and change control. One writer.
 *
 * <p>Before the first {@link #step} there is no plan and the service's locality order decides.
 * Plans take force whole until one rests on measurements of all destinations: before that there is
 * nothing that limits could keep steady. The first is even under {@code l3}, since failover has
 * sampled one destination and the others are unknown, which is neither slow nor idle; from the next
 * period on all are sampled.
 *
 * <p>Nothing throws on an observation, whatever its numbers. Where no destination is usable the
 * plan in force stays, and before the first plan all destinations get even shares. Only an
 * observation without any destination before the first plan leaves a plan without shares.
 */
public final class Controller {
  /** How often to ask {@link #isUrgent} in a period: an overload must be seen at two looks. */
  public static final int CHECKS_PER_PERIOD = 8;

  /**
   * A destination that is sent requests and never answers one must not keep limits off for ever.
   */
  private static final int MOST_GUESSED_PLANS = 5;

  private final TrafficKey key;
  private final Oscillation oscillation = new Oscillation();
  private final ChangeLimiter limiter = new ChangeLimiter();
  private Objective objective;
  private Loop<?> loop;
  private Plan inForce;
  private Map<String, Observation.Destination> atLastChange = Map.of();
  private Set<String> overCapacity = Set.of();
  private int guessedPlans;
  private boolean measured;
  private long badSamples;

  public Controller(TrafficKey key, Objective objective) {
    this.key = key;
    this.objective = objective;
    this.loop = Loop.of(objective.policy());
    this.inForce = new Plan(key, List.of());
  }

  /** One control period. */
  public Step step(Observation observation) {
    Decision<?> decision = loop.decide(observation);
    badSamples += decision.badSamples();
    overCapacity = decision.overCapacity();
    Map<String, Double> before = shares(inForce);
    ChangeLimiter.Result result = decide(decision, before, observation);
    Map<String, Double> after = result.shares();
    boolean changed = differ(before, after);
    Map<String, Observation.Destination> seen = new HashMap<>();
    for (Observation.Destination destination : observation.destinations()) {
      seen.putIfAbsent(destination.name(), destination);
    }
    String why =
        changed
            ? new Change(before, after, atLastChange, seen, decision.overCapacity())
                .why(result.held())
            : kept(result.held());
    inForce = plan(decision.plan(), after, result.held());
    if (changed) {
      atLastChange = Map.copyOf(seen);
    }
    Plan wanted = decision.plan().shares().isEmpty() ? inForce : decision.plan();
    double index = oscillation.after(observation.nanos(), before.isEmpty() ? after : before, after);
    return new Step(wanted, inForce, changed, why, limiter.suppressed(), index, badSamples);
  }

  /**
   * Whether this observation of a part of a period is reason to end the period now and {@link
   * #step} with it: traffic must leave a destination that the plan in force gives a share, since it
   * is unusable or newly over its capacity. Remembers only who looks overloaded: it is, if it still
   * does at the next look.
   *
   * <p>Half a second of a cluster's overload is more than the slowest hundredth of a minute's
   * requests. So whoever runs the loop asks {@link #CHECKS_PER_PERIOD} times a period, each time
   * with all that was seen since the last step.
   */
  public boolean isUrgent(Observation soFar) {
    if (objective.policy() == Objective.Kind.L3_REFERENCE) {
      // The repository polls at its interval and never else.
      return false;
    }
    Decision<?> decision = loop.look(soFar);
    Set<String> leave = new HashSet<>(decision.overCapacity());
    leave.removeAll(overCapacity);
    for (Plan.Share share : decision.plan().shares()) {
      if (Double.isNaN(share.weight())) {
        leave.add(share.destination());
      }
    }
    for (Plan.Share share : inForce.shares()) {
      if (share.share() > 0 && leave.contains(share.destination())) {
        return true;
      }
    }
    return false;
  }

  /** Keeps the plan in force and, where the policy stays the same, its memory. */
  public void update(Objective objective) {
    if (objective.policy() != this.objective.policy()) {
      loop = Loop.of(objective.policy());
    }
    this.objective = objective;
  }

  private ChangeLimiter.Result decide(
      Decision<?> decision, Map<String, Double> before, Observation observation) {
    Map<String, Double> wanted = usable(decision.plan());
    if (wanted.isEmpty()) {
      return new ChangeLimiter.Result(
          before.isEmpty() ? even(observation) : before, "no destination is usable");
    }
    if (takesForceWhole(decision, before)) {
      return new ChangeLimiter.Result(wanted, "");
    }
    return limiter.next(
        objective.changeControl(), before, wanted, decision.overCapacity(), decision.stale());
  }

  private boolean takesForceWhole(Decision<?> decision, Map<String, Double> before) {
    boolean settling = !measured && guessedPlans++ < MOST_GUESSED_PLANS;
    measured |= decision.guessed().isEmpty();
    boolean free = settling && !objective.changeControl().freeze();
    return before.isEmpty() || free || objective.policy() == Objective.Kind.L3_REFERENCE;
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
      rows.add(new Plan.Share(row.destination(), share, row.weight(), reason));
    }
    return new Plan(key, rows);
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

  /** A policy with its memory: the one place where the memory's type is known. */
  private static final class Loop<S> {
    private final SteeringPolicy<S> policy;
    private S state;

    Loop(SteeringPolicy<S> policy) {
      this.policy = policy;
      this.state = policy.initial();
    }

    static Loop<?> of(Objective.Kind kind) {
      return switch (kind) {
        case EVEN -> new Loop<>(new Even());
        case L3 -> new Loop<>(new L3());
        case L3_REFERENCE -> new Loop<>(new L3Reference());
      };
    }

    Decision<S> look(Observation soFar) {
      Decision<S> decision = policy.decide(soFar, state);
      state = policy.looked(soFar, state);
      return decision;
    }

    Decision<S> decide(Observation observation) {
      Decision<S> decision = policy.decide(observation, state);
      state = decision.next();
      return decision;
    }
  }

  /**
   * A period's result.
   *
   * @param wanted what the policy asked for; the plan in force where it could ask for nothing
   * @param plan what change control made of it: what {@link Mode#DRIVE} enforces
   * @param why what changed and what limited it, or why nothing did; for a person
   * @param suppressed changes held back so far, by reason ({@code deadband}, {@code step}, {@code
   *     hold}, {@code freeze}, {@code stale}, {@code capacity}: no more for one that is over its
   *     capacity); cumulative
   * @param oscillation Σ|Δshare| beyond the net change, over the last hour
   * @param badSamples dropped so far
   */
  public record Step(
      Plan wanted,
      Plan plan,
      boolean changed,
      String why,
      Map<String, Long> suppressed,
      double oscillation,
      long badSamples) {}
}

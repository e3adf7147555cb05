package dev.fairlead.steering.control;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.Capacities;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.Decision;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import dev.fairlead.steering.plan.Solution;
import dev.fairlead.steering.plan.SteeringPolicy;
import dev.fairlead.steering.plan.Wanted;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The slow loop of what is steered together: a policy, its memory, and change control for the plan
 * of each source place and class. Alone in a cluster it sees that cluster's sources and the last
 * word of the others; at the broker it sees all. One writer.
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

  /** As long as a plan holds while nobody renews it. */
  private static final long FORGET_NANOS = 24 * 3600 * 1_000_000_000L;

  private final Map<TrafficKey, PlanKeeper> keepers = new HashMap<>();
  private final Intake intake = new Intake();
  private Set<TrafficKey> seenLast = Set.of();
  private Topology topology = Topology.UNKNOWN;
  private Objective objective;
  private Loop<?> loop;

  public Controller(Objective objective) {
    this.objective = objective;
    this.loop = new Loop<>(SteeringPolicy.of(objective.policy(), objective.valuation()));
    tell();
  }

  /** Hands the policy what it minimises now. */
  private void tell() {
    loop.with(objective.valuation(), objective.callGraph(), objective.turnaround());
  }

  /** One control period: a result for each key that was observed, in their order. */
  public Map<TrafficKey, Step> step(Observations seen) {
    return step(seen, Set.of());
  }

  /**
   * A control period in which somebody else decides for some keys: their observations teach the
   * policy, so that it is no beginner when it has to decide, but their plans stay as {@link #adopt
   * adopted} and the result does not name them.
   */
  public Map<TrafficKey, Step> step(Observations seen, Set<TrafficKey> led) {
    // A policy that decides for each source alone knows by itself what to make of its numbers.
    Observations taken = isJoint() ? intake.period(seen) : seen;
    topology = taken.topology();
    Map<TrafficKey, Wanted> wanted = loop.decide(taken);
    beginClasses(seen, led);
    Map<TrafficKey, Step> steps = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      TrafficKey key = observation.key();
      Wanted asked = wanted.get(key);
      if (asked != null && !steps.containsKey(key) && !led.contains(key)) {
        PlanKeeper keeper = keeper(key, seen.nanos());
        steps.put(
            key,
            keeper.step(
                seen.nanos(), observation, asked, objective.changeControl(), isToTheLetter()));
      }
    }
    keepers.values().removeIf(keeper -> seen.nanos() - keeper.lastNanos() > FORGET_NANOS);
    return Collections.unmodifiableMap(steps);
  }

  /**
   * A class that comes up was led as all together until now, so that is what its own plan goes on
   * from: no jolt because it is looked at more closely.
   */
  private void beginClasses(Observations seen, Set<TrafficKey> led) {
    Set<TrafficKey> now = new HashSet<>();
    for (Observation observation : seen.all()) {
      TrafficKey key = observation.key();
      PlanKeeper whole = keepers.get(key.whole());
      boolean begins = !key.isWhole() && !led.contains(key) && !seenLast.contains(key);
      if (now.add(key) && begins && whole != null) {
        whole
            .settled()
            .ifPresent(plan -> keeper(key, seen.nanos()).adopt(seen.nanos(), plan.of(key)));
      }
    }
    seenLast = now;
  }

  /**
   * Takes over a plan that another one decided and that is in force: the next {@link #step} goes on
   * from it within the limits on change. A plan without shares changes nothing.
   */
  public void adopt(long now, Plan inForce) {
    if (!inForce.shares().isEmpty()) {
      keeper(inForce.key(), now).adopt(now, inForce);
    }
  }

  private PlanKeeper keeper(TrafficKey key, long now) {
    return keepers.computeIfAbsent(key, fresh -> new PlanKeeper(fresh, now));
  }

  /**
   * Whether these observations of a part of a period are reason to end the period now and {@link
   * #step} with them: traffic must leave a destination that the plan in force gives a share, since
   * it is unusable or newly over its capacity. Remembers only who looks overloaded: it is, if it
   * still does at the next look.
   *
   * <p>Half a second of a cluster's overload is more than the slowest hundredth of a minute's
   * requests. So whoever runs the loop asks {@link #CHECKS_PER_PERIOD} times a period, each time
   * with all that was seen since the last step.
   */
  public boolean isUrgent(Observations soFar) {
    if (isToTheLetter()) {
      // The repository polls at its interval and never else.
      return false;
    }
    boolean urgent = false;
    for (Map.Entry<TrafficKey, Wanted> entry :
        loop.look(isJoint() ? intake.look(soFar) : soFar).entrySet()) {
      PlanKeeper keeper = keepers.get(entry.getKey());
      urgent |= keeper != null && keeper.mustLeave(entry.getValue());
    }
    return urgent;
  }

  /** Whether one source's plan depends on what others saw; else it need not be told of them. */
  public boolean isJoint() {
    return loop.isJoint();
  }

  /** Reporters whose numbers are not heard now, and why; in words. */
  public Map<String, String> quarantined() {
    return intake.quarantined();
  }

  /** What was believed to lie between the places in the last period. */
  public Topology topology() {
    return topology;
  }

  /** How the last period's plan was found; empty where nothing was optimised. */
  public Optional<Solution> solution() {
    return loop.solution;
  }

  /** What is believed of a service's destinations; nothing under policies that do not ask. */
  public Capacities capacities(ServiceName service) {
    return loop.capacities(service);
  }

  /** Keeps the plans in force and, where the policy stays the same, its memory. */
  public void update(Objective objective) {
    if (objective.policy() != this.objective.policy()) {
      loop = new Loop<>(SteeringPolicy.of(objective.policy(), objective.valuation()));
    }
    this.objective = objective;
    tell();
  }

  private boolean isToTheLetter() {
    return objective.policy() == PolicyKind.L3_REFERENCE || objective.policy() == PolicyKind.C3;
  }

  /** A policy with its memory: the one place where the memory's type is known. */
  private static final class Loop<S> {
    private SteeringPolicy<S> policy;
    private S state;
    private Optional<Solution> solution = Optional.empty();

    Loop(SteeringPolicy<S> policy) {
      this.policy = policy;
      this.state = policy.initial();
    }

    void with(Valuation valuation, Optional<CallGraph> graph, double turnaround) {
      policy = policy.with(valuation).with(graph, turnaround);
    }

    boolean isJoint() {
      return policy.isJoint();
    }

    Capacities capacities(ServiceName service) {
      return policy.capacities(service, state);
    }

    Map<TrafficKey, Wanted> look(Observations soFar) {
      Map<TrafficKey, Wanted> shown = policy.glance(soFar, state);
      state = policy.looked(soFar, state);
      return shown;
    }

    Map<TrafficKey, Wanted> decide(Observations seen) {
      Decision<S> decision = policy.decide(seen, state);
      state = decision.next();
      solution = decision.solution();
      return decision.wanted();
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
      long badSamples) {
    /** The same of another plan that is in force. */
    public Step with(Plan inForce) {
      return new Step(wanted, inForce, changed, why, suppressed, oscillation, badSamples);
    }
  }
}

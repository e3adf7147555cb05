package dev.fairlead.app.control;

import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who carries a service's traffic: says what was seen of it, and takes the plan. Used by the
 * steering thread only.
 */
interface Carrier {
  /** Fixes what is known by now; what follows is of this moment. */
  void look(long nowNanos);

  /** A period is over: another class may be worth looking at. */
  void learnClasses(PolicyKind policy);

  /** What came since the last period: of all classes together, and of each that is told apart. */
  List<Observation> seen(TrafficKey key, double endpointRps);

  /** Whether anybody ever measured any of it: a plan of before rests on nothing. */
  boolean isMeasured();

  /**
   * Takes a period's results, not yet in force. The next period begins with the last look.
   *
   * @param steps of the service's own keys, all classes together among them
   * @param why of the last change, by the policy or by order
   */
  void plan(
      TrafficKey key, Map<TrafficKey, Controller.Step> steps, Objective objective, String why);

  /** The part of each class that the plan turns away at the source. */
  Map<Integer, Double> shed();

  /**
   * What is in force by another's word than our last; empty where ours holds, or nobody can say.
   */
  Optional<Plan> found(TrafficKey key);

  /** Whether what was put in force last has not come to pass yet. */
  boolean isUnmet();

  /** Puts the last plan in force, for the first time or again. */
  void enforce();

  /** Gives the choice between destinations back to whoever had it. */
  void release();

  /** The name of whoever enforces, for the plan's status. */
  String enforcer();
}

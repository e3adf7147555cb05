package dev.fairlead.app.control;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.Map;
import java.util.Optional;

/**
 * A service whose traffic others carry, and whose weights they take from an object that this
 * process may write, as a TrafficSplit. Two are equal if they are of the same object and service,
 * whatever its destinations are by now. None of the calls waits for anybody.
 */
public interface Led {
  /** Of the object: {@code TrafficSplit/shop/cart}. */
  String name();

  ServiceName service();

  /** The weights that the object has now, by destination; of any sum. */
  Map<String, Double> weights();

  /** The parts of the traffic by those weights; empty where they are not of one choice. */
  Map<String, Double> shares();

  /** What somebody measured of it, each destination's numbers with their age. */
  Observation seen(TrafficKey key, long nowNanos);

  /**
   * Takes a period's plan.
   *
   * @param mode {@link Mode#ADVISE} to publish it, {@link Mode#DRIVE} to have the weights follow it
   */
  void order(Mode mode, Plan plan, String why);

  /** Has the object itself be there, if it is one that is made only when it is driven. */
  void make();

  /** Has the weights be what they were before the first plan, and nothing published. */
  void release();

  /** Of the object itself; empty where a document has to name one. */
  Optional<Objective> objective();

  /** The name of the enforcer, as in the status of a plan. */
  String enforcer();
}

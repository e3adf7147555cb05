package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.Capacities;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import java.util.Map;
import java.util.Optional;

/**
 * What to do next, from what was seen of all sources. Pure: the policy's memory is {@code S}, an
 * immutable value that can be saved and restored.
 */
public interface SteeringPolicy<S> {
  S initial();

  /** The same policy, with the same memory, for another valuation. */
  default SteeringPolicy<S> with(Valuation valuation) {
    return this;
  }

  /**
   * The same policy, with the same memory, over another call graph; those that plan no calls do not
   * ask.
   *
   * @param graph a ratio that is not given is estimated; empty: each service is planned alone
   * @param turnaround dollars for a second of a whole tree's time, in [0, 10³]
   */
  default SteeringPolicy<S> with(Optional<CallGraph> graph, double turnaround) {
    return this;
  }

  /** Wants something for each key that is observed; the first where a key is there twice. */
  Decision<S> decide(Observations seen, S state);

  /** Whether what it wants for one source depends on what others saw. */
  default boolean isJoint() {
    return true;
  }

  /**
   * What it believes of the destinations of a service that it plans for; nothing where it need not.
   */
  default Capacities capacities(ServiceName service, S state) {
    return Capacities.NONE;
  }

  /** The memory after a look within a period, which decides nothing. */
  default S looked(Observations soFar, S state) {
    return state;
  }

  /**
   * What a look within a period shows: of what is wanted only who is unusable and who is over its
   * capacity counts. Asked often, so it must be cheap.
   */
  default Map<TrafficKey, Wanted> glance(Observations soFar, S state) {
    return decide(soFar, state).wanted();
  }

  /**
   * The policy of that kind.
   *
   * @param valuation what is minimised, by those that minimise
   */
  static SteeringPolicy<?> of(PolicyKind kind, Valuation valuation) {
    return switch (kind) {
      case EVEN -> new EachSource<>(new Even());
      case INVERSE_COST -> new InverseCost(valuation);
      case L3 -> new EachSource<>(new L3());
      case L3_REFERENCE -> new EachSource<>(new L3Reference(L3Reference.Formula.L3));
      case C3 -> new EachSource<>(new L3Reference(L3Reference.Formula.C3));
      case OPTIMIZED -> new Optimized(valuation);
      case MULTI_HOP -> new MultiHop(Optional.empty(), valuation, 0);
    };
  }
}

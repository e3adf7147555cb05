package dev.fairlead.simulator.scenario;

import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.steering.control.Objective;
import java.util.Optional;

/**
 * One of those that are compared, each with the same arrivals and the same work.
 *
 * @param objective of the slow loop; empty: there is none, and locality decides. It takes force in
 *     mode {@code drive}
 * @param balancer in place of each service's own
 * @param central whether the broker plans for all clusters together; else each cluster plans alone
 * @param oracle each request goes where it will be answered first, by one who knows the state of
 *     every pod and how long the request will take; then there is neither objective nor balancer
 */
public record Contender(
    String name,
    Optional<Objective> objective,
    Optional<BalancerPolicy> balancer,
    boolean central,
    boolean oracle) {
  public Contender {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a contender needs a name");
    }
    if (oracle && (objective.isPresent() || balancer.isPresent())) {
      throw new IllegalArgumentException("an oracle has neither steering nor balancer");
    }
    if (central && objective.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to plan centrally without steering");
    }
  }

  /** One that does not plan centrally. */
  public Contender(
      String name,
      Optional<Objective> objective,
      Optional<BalancerPolicy> balancer,
      boolean oracle) {
    this(name, objective, balancer, false, oracle);
  }

  public static Contender steered(String name, Objective objective) {
    return new Contender(name, Optional.of(objective), Optional.empty(), false);
  }

  public static Contender balanced(String name, BalancerPolicy balancer) {
    return new Contender(name, Optional.empty(), Optional.of(balancer), false);
  }

  /** Locality failover: no plan. */
  public static Contender locality(String name) {
    return new Contender(name, Optional.empty(), Optional.empty(), false);
  }

  public static Contender oracle(String name) {
    return new Contender(name, Optional.empty(), Optional.empty(), true);
  }
}

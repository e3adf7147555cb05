package dev.fairlead.balancer.pick;

import java.util.List;

/**
 * How endpoints are narrowed by where they are, when no plan is in force.
 *
 * @param preference scopes in order of importance; empty: all endpoints are equally near
 */
public record LocalityPolicy(Mode mode, List<Scope> preference) {
  public static final LocalityPolicy DEFAULT =
      new LocalityPolicy(Mode.FAILOVER, List.of(Scope.REGION, Scope.ZONE));

  public LocalityPolicy {
    preference = List.copyOf(preference);
  }

  public enum Mode {
    /** The nearest priority that has usable endpoints. */
    FAILOVER,
    /** The nearest priority only. */
    STRICT
  }

  public enum Scope {
    REGION,
    ZONE,
    SUBZONE,
    NODE,
    CLUSTER,
    NETWORK
  }
}

package dev.fairlead.balancer.pick;

/** How one service is balanced. */
public record BalancerPolicy(Algorithm algorithm, LocalityPolicy locality) {
  public static final BalancerPolicy DEFAULT =
      new BalancerPolicy(Algorithm.DEFAULT, LocalityPolicy.DEFAULT);
}

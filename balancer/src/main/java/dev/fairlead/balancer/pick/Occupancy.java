package dev.fairlead.balancer.pick;

/** What bounded loads compare one candidate with: the pool as a whole, as it is now. */
@FunctionalInterface
interface Occupancy {
  /** This balancer's requests in flight on all candidates of the pool: Σa. */
  int inFlight();

  /**
   * Weight of the candidates that can be used: Σw. While some cannot be reached, the others must be
   * allowed to take their share, or all of them would soon be full.
   *
   * @param all weight of all candidates
   * @return above 0, at most {@code all}
   */
  default double usableWeight(double all) {
    return all;
  }
}

package dev.fairlead.steering.capacity;

/**
 * Latency of a destination, without the way there, as a function of its load. It never falls, and
 * load times latency is convex: more load makes each further request dearer.
 */
public interface LatencyCurve {
  /** How long a queue grows before a plan can end it, in seconds: the default control period. */
  double PLAN_SECONDS = 5;

  /**
   * Mean latency in nanoseconds.
   *
   * @param rps the load from all sources together, finite and at least 0
   */
  double nanos(double rps);
}

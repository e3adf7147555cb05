package dev.fairlead.steering.capacity;

/**
 * A destination's ready endpoints.
 *
 * @param endpoints at least 1; 1 where nobody counts them
 * @param hintedRps what they can serve together, as the operator says; NaN where he says nothing
 * @param doubt relative deviation of what they serve, since some came or went: cold ones are slow,
 *     and a rollout's serve as much as its version does
 */
record Fleet(double endpoints, double hintedRps, double doubt) {
  static final Fleet UNKNOWN = new Fleet(1, Double.NaN, 0);

  private static final double MOST_DOUBT = 0.5;
  private static final double TAU_SECONDS = 60;

  Fleet after(Served seen, double seconds) {
    double ready = seen.readyEndpoints();
    double next = ready >= 1 ? ready : endpoints;
    double changed = Math.abs(next - endpoints) / Math.max(next, endpoints);
    double left = doubt * StrictMath.exp(-seconds / TAU_SECONDS);
    return new Fleet(next, seen.hintedRps(), Math.min(MOST_DOUBT, left + MOST_DOUBT * changed));
  }
}

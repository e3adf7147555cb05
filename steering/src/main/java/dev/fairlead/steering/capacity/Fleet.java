package dev.fairlead.steering.capacity;

/**
 * A destination's ready endpoints.
 *
 * @param ready 0 where nobody counted them yet
 * @param hintedRps what they can serve together, as the operator says; NaN where he says nothing
 * @param doubt relative deviation of what they serve, since some came or went: cold ones are slow,
 *     and a rollout's serve as much as its version does
 */
record Fleet(double ready, double hintedRps, double doubt) {
  static final Fleet UNKNOWN = new Fleet(0, Double.NaN, 0);

  private static final double MOST_DOUBT = 0.5;
  private static final double TAU_SECONDS = 60;

  Fleet after(Served seen, double seconds) {
    double next = seen.readyEndpoints() >= 1 ? seen.readyEndpoints() : ready;
    double changed = ready == 0 ? 0 : Math.abs(next - ready) / Math.max(next, ready);
    double left = doubt * StrictMath.exp(-seconds / TAU_SECONDS);
    return new Fleet(next, seen.hintedRps(), Math.min(MOST_DOUBT, left + MOST_DOUBT * changed));
  }

  /** How many share the load; one where nobody counts them. */
  double endpoints() {
    return Math.max(1, ready);
  }
}

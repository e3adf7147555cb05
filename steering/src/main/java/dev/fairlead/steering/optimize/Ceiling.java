package dev.fairlead.steering.optimize;

import dev.fairlead.steering.transport.FlowSolution;

/**
 * The latency ceiling where it depends on who else comes: a destination may be near enough for a
 * source until nearer sources have loaded it. Then either the load is limited to what leaves the
 * farther source below the ceiling, if that has room for all that the nearer ones bring, or the
 * farther one must go elsewhere. Each narrows the problem, so it ends.
 */
final class Ceiling {
  private static final double ROUNDING_SECONDS = 1e-9;

  private Ceiling() {}

  /** Whether something had to be narrowed. */
  static boolean narrow(Model model, FlowSolution solution) {
    if (model.valuation.ceilingNanos() == Double.POSITIVE_INFINITY) {
      return false;
    }
    boolean narrowed = false;
    for (int t = 0; t < model.destinations(); t++) {
      narrowed |= narrow(model, solution, t);
    }
    return narrowed;
  }

  private static boolean narrow(Model model, FlowSolution solution, int t) {
    long load = model.load(solution, t);
    double left = model.valuation.ceilingNanos() / 1e9 - model.waits[t].seconds(load);
    int farthest = -1;
    double longest = left;
    long nearer = 0;
    for (int s = 0; s < model.sources(); s++) {
      long flow = model.flow(solution, s, t);
      double way = model.situation.way(s, t).nanos() / 1e9;
      if (flow > 0 && way > longest + ROUNDING_SECONDS) {
        nearer = 0;
        longest = way;
        farthest = s;
      }
    }
    if (farthest < 0) {
      return false;
    }
    for (int s = 0; s < model.sources(); s++) {
      boolean isNearer = model.situation.way(s, t).nanos() / 1e9 < longest;
      nearer += isNearer ? model.flow(solution, s, t) : 0;
    }
    double ceiling = model.valuation.ceilingNanos() / 1e9;
    long limit = model.waits[t].reaching(ceiling - longest, model.room[t]);
    if (nearer + model.flow(solution, farthest, t) / 2 <= limit && limit < load) {
      model.limit(t, limit);
    } else {
      model.permits.crowdOut(farthest, t);
    }
    return true;
  }
}

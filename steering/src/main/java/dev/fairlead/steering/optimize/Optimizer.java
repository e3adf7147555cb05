package dev.fairlead.steering.optimize;

import dev.fairlead.steering.transport.FlowNetwork;
import dev.fairlead.steering.transport.FlowSolution;
import dev.fairlead.steering.transport.NetworkSimplex;
import java.util.Map;

/**
 * Finds the flow of least cost from sources to destinations: Σ n(s,t)·[latency + price] with
 * latencies that grow with the destinations' loads, so that what each request adds to the latency
 * of all others counts too (semantics §4).
 *
 * <p>Costs are convex in each destination's load, so they are taken as piecewise linear on a {@link
 * Grid} and solved exactly as a min-cost flow; then the grid is made finer around the optimum,
 * eight times a round, and solved again from the last basis, until the load of each destination is
 * found to 1/130 000 of its range. The optimum of a convex function whose surroundings are finely
 * resolved is the global one, whatever the grid is like elsewhere.
 *
 * <p>Where classes weigh differently at a destination, flow and load are in units of work. What a
 * unit of work adds to everybody's latency depends on how many requests a unit holds there, which
 * is taken from the round before; the rounds go on until that settles.
 */
public final class Optimizer {
  /**
   * Each round makes a grid eight times finer, moves it or narrows what a ceiling allows; from cold
   * six are usual.
   */
  private static final int MOST_ROUNDS = 48;

  private Optimizer() {}

  public static Allocation solve(Situation situation, Valuation valuation) {
    return solve(situation, valuation, Map.of());
  }

  /**
   * Never fails for want of a feasible answer: what cannot be served is reported as shed, and a
   * source that may use no destination gets the greedy answer, with the binding constraint named.
   *
   * @param near load of destinations in rps without the background, where the optimum is expected:
   *     {@link Allocation#loads} of a similar situation; it saves rounds
   */
  public static Allocation solve(
      Situation situation, Valuation valuation, Map<String, Double> near) {
    Model model = new Model(situation, valuation, near);
    NetworkSimplex simplex = new NetworkSimplex();
    FlowNetwork network = model.network();
    FlowSolution solution = simplex.solve(network);
    int rounds = 1;
    while (model.improve(solution) && rounds < MOST_ROUNDS) {
      network = model.changed(network);
      solution = simplex.resolve(network);
      rounds++;
    }
    return new Reading(model, solution, rounds).allocation();
  }
}

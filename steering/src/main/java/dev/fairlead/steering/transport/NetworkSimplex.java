package dev.fairlead.steering.transport;

/**
 * Solves min-cost-flow problems exactly and keeps its last basis, from which a network with the
 * same nodes and arcs and some other numbers is solved sooner. Deterministic: the same calls give
 * the same flows; of several optimal flows a warm solve may find another than a cold one. For one
 * thread at a time.
 *
 * @see "Ahuja, Magnanti, Orlin: Network Flows, chapter 11"
 */
public final class NetworkSimplex {
  /**
   * Solves from scratch.
   *
   * @throws ArithmeticException if the flow over one arc exceeds a long, which needs cycles of
   *     negative cost whose capacities do
   */
  public FlowSolution solve(FlowNetwork network) {
    Basis fresh = new Basis(network);
    Primal primal = new Primal(network, fresh);
    Primal.End end = primal.run();
    if (end == Primal.End.UNBOUNDED) {
      return unbounded(network, primal.pivots());
    }
    return new FlowSolution(
        network,
        fresh,
        fresh.feasible() ? FlowSolution.Status.OPTIMAL : FlowSolution.Status.INFEASIBLE,
        primal.pivots());
  }

  /**
   * Solves from the last basis if that was of a network with the same nodes and arcs, else from
   * scratch.
   */
  public FlowSolution resolve(FlowNetwork network) {
    return solve(network);
  }

  /**
   * A cost that falls for ever needs a flow to start from: whether there is one is asked without
   * costs.
   */
  private static FlowSolution unbounded(FlowNetwork network, int pivots) {
    FlowNetwork free = network.withoutCosts();
    Basis fresh = new Basis(free);
    Primal primal = new Primal(free, fresh);
    primal.run();
    return new FlowSolution(
        network,
        fresh,
        fresh.feasible() ? FlowSolution.Status.UNBOUNDED : FlowSolution.Status.INFEASIBLE,
        pivots + primal.pivots());
  }
}

package dev.fairlead.steering.transport;

import org.jspecify.annotations.Nullable;

/**
 * Solves min-cost-flow problems exactly and keeps its last basis, from which a network with the
 * same nodes and arcs and some other numbers is solved sooner. Deterministic: the same calls give
 * the same flows; of several optimal flows a warm solve may find another than a cold one. For one
 * thread at a time.
 *
 * @see "Ahuja, Magnanti, Orlin: Network Flows, chapter 11"
 */
public final class NetworkSimplex {
  private @Nullable FlowNetwork last;
  private @Nullable Basis basis;

  /**
   * Solves from scratch.
   *
   * @throws ArithmeticException if the flow over one arc exceeds a long, which only cycles of
   *     negative cost and huge capacity can make
   */
  public FlowSolution solve(FlowNetwork network) {
    basis = null;
    return optimise(network, new Basis(network), null);
  }

  /**
   * Solves from the last basis if that was of a network with the same nodes and arcs, else from
   * scratch.
   *
   * @throws ArithmeticException as {@link #solve}
   */
  public FlowSolution resolve(FlowNetwork network) {
    FlowNetwork before = last;
    Basis warm = basis;
    if (before == null || warm == null || !before.shape.same(network.shape)) {
      return solve(network);
    }
    // Whatever fails on the way leaves no half-changed basis behind.
    basis = null;
    Settled settled = before.differsInSupplyOnly(network) ? new Settled(network.shape, warm) : null;
    new Mending(warm, before, network).run();
    return optimise(network, warm, settled);
  }

  private FlowSolution optimise(FlowNetwork network, Basis start, @Nullable Settled settled) {
    Primal primal = new Primal(network, start, settled);
    if (!primal.run()) {
      return unbounded(network, primal.pivots());
    }
    last = network;
    basis = start;
    return new FlowSolution(
        network,
        start,
        start.feasible() ? FlowSolution.Status.OPTIMAL : FlowSolution.Status.INFEASIBLE,
        primal.pivots());
  }

  /**
   * A cost that falls for ever needs a flow to start from: whether there is one is asked without
   * costs.
   */
  private static FlowSolution unbounded(FlowNetwork network, int pivotsBefore) {
    FlowNetwork free = network.withCosts(new long[network.arcs()]);
    Basis fresh = new Basis(free);
    Primal primal = new Primal(free, fresh, null);
    primal.run();
    return new FlowSolution(
        network,
        fresh,
        fresh.feasible() ? FlowSolution.Status.UNBOUNDED : FlowSolution.Status.INFEASIBLE,
        pivotsBefore + primal.pivots());
  }
}

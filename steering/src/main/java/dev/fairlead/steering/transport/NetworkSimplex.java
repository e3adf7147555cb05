package dev.fairlead.steering.transport;

import java.util.Arrays;
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
    return cold(network, 0);
  }

  private FlowSolution cold(FlowNetwork network, int pivotsBefore) {
    last = null;
    basis = null;
    Basis fresh = new Basis(network);
    Primal primal = new Primal(network, fresh);
    Primal.End end = primal.run();
    int pivots = pivotsBefore + primal.pivots();
    if (end == Primal.End.UNBOUNDED) {
      return unbounded(network, pivots);
    }
    last = network;
    basis = fresh;
    return new FlowSolution(
        network,
        fresh,
        fresh.feasible() ? FlowSolution.Status.OPTIMAL : FlowSolution.Status.INFEASIBLE,
        pivots);
  }

  /**
   * A cost that falls for ever needs a flow to start from: whether there is one is asked without
   * costs.
   */
  private static FlowSolution unbounded(FlowNetwork network, int pivotsBefore) {
    FlowNetwork free = network.withCosts(new long[network.arcs()]);
    Basis fresh = new Basis(free);
    Primal primal = new Primal(free, fresh);
    primal.run();
    return new FlowSolution(
        network,
        fresh,
        fresh.feasible() ? FlowSolution.Status.UNBOUNDED : FlowSolution.Status.INFEASIBLE,
        pivotsBefore + primal.pivots());
  }

  /**
   * Solves from the last basis if that was of a network with the same nodes and arcs, else from
   * scratch: first other costs by primal pivots from the last flow, then other supplies and bounds
   * by dual ones.
   *
   * @throws ArithmeticException as {@link #solve}
   */
  public FlowSolution resolve(FlowNetwork network) {
    FlowNetwork before = last;
    Basis warm = basis;
    if (before == null || warm == null || !before.shape.same(network.shape)) {
      return cold(network, 0);
    }
    // Whatever fails on the way leaves no half-changed basis behind.
    basis = null;
    int pivots = 0;
    if (!Arrays.equals(before.cost, network.cost)) {
      FlowNetwork repriced = before.withCosts(network.cost);
      warm.strengthen(repriced);
      Primal primal = new Primal(repriced, warm);
      Primal.End end = primal.run();
      pivots = primal.pivots();
      if (end == Primal.End.UNBOUNDED) {
        return cold(network, pivots);
      }
    }
    if (!warm.rebind(before, network)) {
      return cold(network, pivots);
    }
    Dual dual = new Dual(network, warm);
    Dual.End end = dual.run();
    pivots += dual.pivots();
    if (end != Dual.End.OPTIMAL) {
      return cold(network, pivots);
    }
    warm.reopen();
    last = network;
    basis = warm;
    return new FlowSolution(network, warm, FlowSolution.Status.OPTIMAL, pivots);
  }
}

package dev.fairlead.steering.transport;

import java.util.BitSet;

/**
 * Why a network is infeasible: units of supply that cannot reach any demand, with the sets of nodes
 * that show it. Each arc out of the stuck set is full and each into it carries no more than its
 * lower bound; likewise, the other way round, for the starved set. Whoever wants it feasible mends
 * one of those arcs or a supply within.
 */
public final class Shortage {
  private final FlowSolution solution;
  private final BitSet stuck = new BitSet();
  private final BitSet starved = new BitSet();
  private final long stuckUnits;
  private final long starvedUnits;

  Shortage(FlowSolution solution, Basis basis) {
    this.solution = solution;
    long over = 0;
    long under = 0;
    for (int node = 0; node < basis.nodes; node++) {
      if (basis.via[node] == Basis.ARTIFICIAL) {
        long up = basis.artificialFlow(node);
        if (up > 0) {
          stuck.set(node);
          over += up;
        } else if (up < 0) {
          starved.set(node);
          under -= up;
        }
      }
    }
    stuckUnits = over;
    starvedUnits = under;
    Residual residual = new Residual(solution);
    residual.spread(stuck, true);
    residual.spread(starved, false);
  }

  /** Units of supply that reach no demand; 0 if demand exceeds supply and all supply is used. */
  public long stuckUnits() {
    return stuckUnits;
  }

  /** Units of demand that no supply reaches. */
  public long starvedUnits() {
    return starvedUnits;
  }

  /** Whether supply cannot leave the set of nodes that {@code node} belongs to. */
  public boolean stuck(int node) {
    return stuck.get(node);
  }

  /** Whether supply cannot get into the set of nodes that {@code node} belongs to. */
  public boolean starved(int node) {
    return starved.get(node);
  }

  /**
   * Whether a larger capacity of {@code arc} could help: it leaves the stuck set or enters the
   * starved one.
   */
  public boolean full(int arc) {
    int from = solution.network().from(arc);
    int to = solution.network().to(arc);
    return (stuck.get(from) && !stuck.get(to)) || (starved.get(to) && !starved.get(from));
  }

  /**
   * Whether a smaller lower bound of {@code arc} could help: it forces units into the stuck set or
   * out of the starved.
   */
  public boolean forced(int arc) {
    int from = solution.network().from(arc);
    int to = solution.network().to(arc);
    return solution.network().lower(arc) > 0
        && ((stuck.get(to) && !stuck.get(from)) || (starved.get(from) && !starved.get(to)));
  }
}

package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks a solution by what proves it: bounds and conservation to the unit, complementary
 * slackness, a violated cut.
 */
final class Certificate {
  private Certificate() {}

  static void check(FlowSolution solution, String which) {
    switch (solution.status()) {
      case OPTIMAL -> optimal(solution, which);
      case INFEASIBLE -> infeasible(solution, which);
      case UNBOUNDED -> {}
    }
  }

  private static void optimal(FlowSolution solution, String which) {
    FlowNetwork network = solution.network();
    long[] out = new long[network.nodes()];
    for (int arc = 0; arc < network.arcs(); arc++) {
      long flow = solution.flow(arc);
      out[network.from(arc)] += flow;
      out[network.to(arc)] -= flow;
      long reduced = solution.reducedCost(arc);
      if (flow < network.lower(arc)
          || flow > network.capacity(arc)
          || (reduced > 0 && flow != network.lower(arc))
          || (reduced < 0 && flow != network.capacity(arc))) {
        throw new AssertionError(
            "%s: arc %d carries %d of %d to %d at reduced cost %d"
                .formatted(which, arc, flow, network.lower(arc), network.capacity(arc), reduced));
      }
    }
    for (int node = 0; node < network.nodes(); node++) {
      assertThat(out[node]).as("%s: node %d sends", which, node).isEqualTo(network.supply(node));
    }
  }

  /**
   * The supply of the stuck set exceeds what may leave it, by the units that are stuck; likewise
   * the starved set.
   */
  private static void infeasible(FlowSolution solution, String which) {
    FlowNetwork network = solution.network();
    Shortage shortage = solution.shortage();
    long over = 0;
    long under = 0;
    for (int node = 0; node < network.nodes(); node++) {
      over += shortage.stuck(node) ? network.supply(node) : 0;
      under -= shortage.starved(node) ? network.supply(node) : 0;
    }
    for (int arc = 0; arc < network.arcs(); arc++) {
      boolean stuckFrom = shortage.stuck(network.from(arc));
      boolean stuckTo = shortage.stuck(network.to(arc));
      boolean starvedFrom = shortage.starved(network.from(arc));
      boolean starvedTo = shortage.starved(network.to(arc));
      over -= stuckFrom && !stuckTo ? network.capacity(arc) : 0;
      over += stuckTo && !stuckFrom ? network.lower(arc) : 0;
      under -= starvedTo && !starvedFrom ? network.capacity(arc) : 0;
      under += starvedFrom && !starvedTo ? network.lower(arc) : 0;
    }
    assertThat(over).as("%s: stuck", which).isEqualTo(shortage.stuckUnits());
    assertThat(under).as("%s: starved", which).isEqualTo(shortage.starvedUnits());
    assertThat(over + under).as("%s: either", which).isPositive();
  }
}

package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.ortools.Loader;
import com.google.ortools.graph.MinCostFlow;
import com.google.ortools.graph.MinCostFlowBase;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** OR-Tools' min-cost flow as an oracle. It knows no lower bounds and no open capacities. */
public final class OrTools {
  private OrTools() {}

  /** Skips the test, and says so, where OR-Tools' native library does not load. */
  public static void assumeLoaded() {
    try {
      Loader.loadNativeLibraries();
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      Assumptions.abort("skipped: OR-Tools has no native library for this machine: " + e);
    }
  }

  /** The least cost; empty if the network is infeasible. */
  public static Optional<BigInteger> leastCost(FlowNetwork network) {
    MinCostFlow solver = new MinCostFlow(network.nodes(), network.arcs());
    long[] supply = new long[network.nodes()];
    long most = 1;
    for (int node = 0; node < supply.length; node++) {
      supply[node] = network.supply(node);
      most += Math.abs(supply[node]);
    }
    for (int arc = 0; arc < network.arcs(); arc++) {
      supply[network.from(arc)] -= network.lower(arc);
      supply[network.to(arc)] += network.lower(arc);
      most += network.cost(arc) < 0 ? network.capacity(arc) : network.lower(arc);
    }
    for (int arc = 0; arc < network.arcs(); arc++) {
      long room = Math.min(most, network.capacity(arc) - network.lower(arc));
      solver.addArcWithCapacityAndUnitCost(
          network.from(arc), network.to(arc), room, network.cost(arc));
    }
    for (int node = 0; node < supply.length; node++) {
      solver.setNodeSupply(node, supply[node]);
    }
    MinCostFlowBase.Status status = solver.solve();
    if (status == MinCostFlowBase.Status.INFEASIBLE
        || status == MinCostFlowBase.Status.UNBALANCED) {
      return Optional.empty();
    }
    assertThat(status).isEqualTo(MinCostFlowBase.Status.OPTIMAL);
    // Its own sum may not fit a long.
    BigInteger sum = BigInteger.ZERO;
    for (int arc = 0; arc < network.arcs(); arc++) {
      BigInteger flow = BigInteger.valueOf(solver.getFlow(arc) + network.lower(arc));
      sum = sum.add(flow.multiply(BigInteger.valueOf(network.cost(arc))));
    }
    return Optional.of(sum);
  }
}

package dev.fairlead.steering.benchmark;

import com.google.ortools.graph.MinCostFlow;
import com.google.ortools.graph.MinCostFlowBase;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import dev.fairlead.steering.transport.FlowNetwork;
import java.util.function.Supplier;

/** The same problem for other solvers, ready to be solved: what building it costs is not theirs. */
final class Peers {
  private Peers() {}

  /** OR-Tools' min-cost flow, by cost scaling; it gives the least cost. */
  static Supplier<Double> minCostFlow(FlowNetwork network) {
    MinCostFlow solver = new MinCostFlow(network.nodes(), network.arcs());
    long most = 0;
    for (int node = 0; node < network.nodes(); node++) {
      solver.setNodeSupply(node, network.supply(node));
      most += Math.max(0, network.supply(node));
    }
    for (int arc = 0; arc < network.arcs(); arc++) {
      solver.addArcWithCapacityAndUnitCost(
          network.from(arc), network.to(arc), Math.min(most, network.capacity(arc)), network.cost(arc));
    }
    return () -> {
      MinCostFlowBase.Status status = solver.solve();
      if (status != MinCostFlowBase.Status.OPTIMAL) {
        throw new IllegalStateException("min-cost flow: " + status);
      }
      return (double) solver.getOptimalCost();
    };
  }

  /** A linear program for {@code kind}, one variable an arc and one constraint a node. */
  static Supplier<Double> linearProgram(String kind, FlowNetwork network) {
    MPSolver solver = MPSolver.createSolver(kind);
    MPConstraint[] balances = new MPConstraint[network.nodes()];
    for (int node = 0; node < balances.length; node++) {
      balances[node] = solver.makeConstraint(network.supply(node), network.supply(node));
    }
    MPObjective objective = solver.objective();
    for (int arc = 0; arc < network.arcs(); arc++) {
      boolean open = network.capacity(arc) == FlowNetwork.UNBOUNDED;
      MPVariable flow = solver.makeNumVar(0, open ? MPSolver.infinity() : network.capacity(arc), "");
      balances[network.from(arc)].setCoefficient(flow, 1);
      balances[network.to(arc)].setCoefficient(flow, -1);
      objective.setCoefficient(flow, network.cost(arc));
    }
    objective.setMinimization();
    return () -> {
      MPSolver.ResultStatus status = solver.solve();
      double cost = objective.value();
      solver.delete();
      if (status != MPSolver.ResultStatus.OPTIMAL) {
        throw new IllegalStateException(kind + ": " + status);
      }
      return cost;
    };
  }
}

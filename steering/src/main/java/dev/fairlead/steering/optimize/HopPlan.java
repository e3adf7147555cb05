package dev.fairlead.steering.optimize;

import java.util.Arrays;

/**
 * The part of what each place asks that goes to each cluster, and what follows from it: callers
 * before callees, so that what comes to a place is known when its turn comes.
 *
 * @param shares by service and class, {@code from × clusters + to}
 * @param shedShares by service and class, by the callers' cluster; with the shares they sum to 1
 * @param asks requests per second at each place, by service and class
 * @param loads work per second at each pool
 */
@SuppressWarnings("ArrayRecordComponent") // inside the package only, never compared, never changed
record HopPlan(double[][][] shares, double[][][] shedShares, double[][][] asks, double[] loads) {
  // What an interior point leaves everywhere.
  private static final double DUST = 1e-11;
  // Of all that is asked of a service: where so little is asked, all of it is what an interior
  // point
  // leaves, and its shares are chance.
  private static final double NOTHING = 1e-5;

  /** The plan of these flows, without their dust. */
  static HopPlan of(HopModel model, HopFlows flows, HopPrices cheapest) {
    int clusters = model.clusters;
    double[][][] shares = new double[model.services][model.classes][clusters * clusters];
    double[][][] shed = new double[model.services][model.classes][clusters];
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        for (int from = 0; from < clusters; from++) {
          double[] row = shares[service][k];
          double none = flows.shed()[service][k][from];
          double sum = none;
          for (int to = 0; to < clusters; to++) {
            sum += flows.flows()[service][k][from * clusters + to];
          }
          double kept = none > DUST * sum ? none : 0;
          for (int to = 0; to < clusters; to++) {
            double flow = flows.flows()[service][k][from * clusters + to];
            row[from * clusters + to] = flow > DUST * sum ? flow : 0;
            kept += row[from * clusters + to];
          }
          for (int to = 0; kept > 0 && to < clusters; to++) {
            row[from * clusters + to] /= kept;
          }
          shed[service][k][from] = none > DUST * sum ? none / kept : 0;
          if (!(kept > 0)) {
            int best = cheapest.choice(service, k, from);
            if (best >= 0) {
              row[from * clusters + best] = 1;
            } else {
              shed[service][k][from] = 1;
            }
          }
        }
      }
    }
    return followed(model, shares, shed);
  }

  /**
   * The same plan, but where nothing to speak of is asked, whoever asks all the same is sent where
   * that costs least.
   */
  HopPlan settled(HopModel model, HopPrices cheapest) {
    int clusters = model.clusters;
    double[][][] settled = new double[model.services][model.classes][];
    double[][][] shed = new double[model.services][model.classes][];
    for (int service = 0; service < model.services; service++) {
      double nothing = NOTHING * Arrays.stream(asks[service]).flatMapToDouble(Arrays::stream).sum();
      for (int k = 0; k < model.classes; k++) {
        settled[service][k] = shares[service][k].clone();
        shed[service][k] = shedShares[service][k].clone();
        for (int from = 0; from < clusters; from++) {
          int best = cheapest.choice(service, k, from);
          if (best >= 0 && asks[service][k][from] <= nothing) {
            Arrays.fill(settled[service][k], from * clusters, (from + 1) * clusters, 0);
            settled[service][k][from * clusters + best] = 1;
            shed[service][k][from] = 0;
          }
        }
      }
    }
    return followed(model, settled, shed);
  }

  /** The part from one cluster to another; to −1 for what is shed. */
  double share(int service, int k, int from, int to) {
    return to < 0
        ? shedShares[service][k][from]
        : shares[service][k][from * shedShares[service][k].length + to];
  }

  /** What follows from these shares. */
  static HopPlan followed(HopModel model, double[][][] shares, double[][][] shedShares) {
    int clusters = model.clusters;
    double[][][] asks = new double[model.services][model.classes][clusters];
    double[] loads = new double[model.services * clusters];
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        for (int from = 0; from < clusters; from++) {
          asks[service][k][from] += model.demand[service][k][from];
        }
        for (int to = 0; to < clusters; to++) {
          double arrives = 0;
          for (int from = 0; from < clusters; from++) {
            arrives += asks[service][k][from] * shares[service][k][from * clusters + to];
          }
          loads[service * clusters + to] += arrives * model.work[service][k];
          for (int c = 0; c < model.callees[service].length; c++) {
            asks[model.callees[service][c]][k][to] += arrives * model.ratios[service][c][k];
          }
        }
      }
    }
    return new HopPlan(shares, shedShares, asks, loads);
  }

  /** Money per second in the network's costs, with the pools' by their curves. */
  double cost(HopNetwork net) {
    int clusters = net.clusters();
    double cost = 0;
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        for (int way = 0; way < clusters * clusters; way++) {
          double share = shares[service][k][way];
          if (share > 0) {
            cost += asks[service][k][way / clusters] * share * net.ways()[service][k][way];
          }
        }
        for (int from = 0; from < clusters; from++) {
          cost += asks[service][k][from] * shedShares[service][k][from] * net.shedPrices()[k];
        }
      }
    }
    for (int pool = 0; pool < loads.length; pool++) {
      HopPool one = net.pools()[pool];
      cost += one == null ? 0 : one.exactCost(loads[pool]);
    }
    return cost;
  }

  /** The part of {@link #cost} that is for what is shed. */
  double shedCost(HopNetwork net) {
    double cost = 0;
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        for (int from = 0; from < net.clusters(); from++) {
          cost += asks[service][k][from] * shedShares[service][k][from] * net.shedPrices()[k];
        }
      }
    }
    return cost;
  }
}

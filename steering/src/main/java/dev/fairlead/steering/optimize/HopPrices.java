package dev.fairlead.steering.optimize;

/**
 * The cheapest way to serve each request when the pools have fixed prices: one pass over the call
 * graph from the leaves up, since what a callee costs in a cluster does not depend on who calls.
 */
final class HopPrices {
  private final HopNetwork net;

  /** Money for one request at a place, with all its calls; by service and class, then cluster. */
  private final double[][][] value;

  /** As {@code value}, once the request has arrived in the cluster that serves it. */
  private final double[][][] within;

  private final int[][][] choice;

  HopPrices(HopNetwork net) {
    this.net = net;
    value = new double[net.services()][net.classes()][net.clusters()];
    within = new double[net.services()][net.classes()][net.clusters()];
    choice = new int[net.services()][net.classes()][net.clusters()];
  }

  /** Finds them anew for these prices of work, by pool. */
  void find(double[] prices) {
    for (int service = net.services() - 1; service >= 0; service--) {
      for (int k = 0; k < net.classes(); k++) {
        arrive(service, k, prices);
        choose(service, k);
      }
    }
  }

  private void arrive(int service, int k, double[] prices) {
    int[] callees = net.callees()[service];
    double[] to = within[service][k];
    for (int cluster = 0; cluster < net.clusters(); cluster++) {
      int pool = service * net.clusters() + cluster;
      double cost = Double.POSITIVE_INFINITY;
      if (net.pools()[pool] != null) {
        cost = net.work()[service][k] * prices[pool];
        for (int i = 0; i < callees.length; i++) {
          cost += net.ratios()[service][i][k] * value[callees[i]][k][cluster];
        }
      }
      to[cluster] = cost;
    }
  }

  private void choose(int service, int k) {
    double[] ways = net.ways()[service][k];
    double[] to = within[service][k];
    int clusters = net.clusters();
    for (int from = 0; from < clusters; from++) {
      double best = net.shedPrices()[k];
      int where = -1;
      for (int cluster = 0; cluster < clusters; cluster++) {
        double cost = ways[from * clusters + cluster] + to[cluster];
        if (cost < best) {
          best = cost;
          where = cluster;
        }
      }
      value[service][k][from] = best;
      choice[service][k][from] = where;
    }
  }

  /** What no plan can be cheaper than, by these prices (Lagrange), in money per second. */
  double bound(double[] prices) {
    double least = served();
    for (int pool = 0; pool < prices.length; pool++) {
      HopPool one = net.pools()[pool];
      least += one == null ? 0 : one.leastAt(prices[pool]);
    }
    return least;
  }

  /** As {@link #bound}, with the pools' costs by their curves. */
  double exactBound(double[] prices) {
    double least = served();
    for (int pool = 0; pool < prices.length; pool++) {
      HopPool one = net.pools()[pool];
      least += one == null ? 0 : one.exactLeastAt(prices[pool]);
    }
    return least;
  }

  private double served() {
    double sum = 0;
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        for (int cluster = 0; cluster < net.clusters(); cluster++) {
          sum += net.demand()[service][k][cluster] * value[service][k][cluster];
        }
      }
    }
    return sum;
  }

  /** Money for one request of a class at a place, wherever it is served best. */
  double value(int service, int k, int cluster) {
    return value[service][k][cluster];
  }

  /** Of a request that is served in the cluster; +∞ where there is no pool. */
  double within(int service, int k, int cluster) {
    return within[service][k][cluster];
  }

  /** Where a request at a place is served best; −1 where it is shed. */
  int choice(int service, int k, int cluster) {
    return choice[service][k][cluster];
  }
}

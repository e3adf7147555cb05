package dev.fairlead.steering.optimize;

import java.util.Arrays;

/**
 * The cheapest way to serve each request when the pools have fixed prices: one pass over the call
 * graph from the leaves up, since what a callee costs in a cluster does not depend on who calls.
 */
final class HopPrices {
  private final HopNetwork net;

  /** Money for one request at a place, with all its calls; by service and class, then cluster. */
  private final double[][][] value;

  private final int[][][] choice;

  /** As {@code value}, once the request has arrived in the cluster that serves it. */
  private final double[][][] within;

  // Of one tree while it is grown.
  private final double[] visits;
  private final double[] loads;

  HopPrices(HopNetwork net) {
    this.net = net;
    value = new double[net.services()][net.classes()][net.clusters()];
    within = new double[net.services()][net.classes()][net.clusters()];
    choice = new int[net.services()][net.classes()][net.clusters()];
    visits = new double[net.services() * net.clusters()];
    loads = new double[net.services() * net.clusters()];
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

  /** The cheapest way to serve a request from outside. */
  HopTree tree(int root, int k, int cluster) {
    int clusters = net.clusters();
    int places = net.services() * clusters;
    int[] at = new int[places];
    int[] to = new int[places];
    double[] calls = new double[places];
    int n = 0;
    double cost = 0;
    visits[root * clusters + cluster] = 1;
    for (int place = root * clusters; place < places; place++) {
      double visited = visits[place];
      if (visited > 0) {
        visits[place] = 0;
        int service = place / clusters;
        int served = choice[service][k][place % clusters];
        at[n] = place;
        to[n] = served;
        calls[n++] = visited;
        cost += visited * price(service, k, place % clusters, served);
        if (served >= 0) {
          serve(service, k, served, visited);
        }
      }
    }
    return grown(Arrays.copyOf(at, n), Arrays.copyOf(to, n), Arrays.copyOf(calls, n), cost);
  }

  private double price(int service, int k, int from, int served) {
    return served < 0
        ? net.shedPrices()[k]
        : net.ways()[service][k][from * net.clusters() + served];
  }

  private void serve(int service, int k, int cluster, double calls) {
    int clusters = net.clusters();
    loads[service * clusters + cluster] += calls * net.work()[service][k];
    int[] callees = net.callees()[service];
    for (int i = 0; i < callees.length; i++) {
      visits[callees[i] * clusters + cluster] += calls * net.ratios()[service][i][k];
    }
  }

  private HopTree grown(int[] at, int[] to, double[] calls, double cost) {
    int[] pools = new int[loads.length];
    double[] load = new double[loads.length];
    int n = 0;
    for (int pool = 0; pool < loads.length; pool++) {
      if (loads[pool] > 0) {
        pools[n] = pool;
        load[n++] = loads[pool];
        loads[pool] = 0;
      }
    }
    return new HopTree(at, to, calls, Arrays.copyOf(pools, n), Arrays.copyOf(load, n), cost);
  }

  /** Nothing of it is served: shed where it comes in. */
  HopTree shed(int root, int k, int cluster) {
    return new HopTree(
        new int[] {root * net.clusters() + cluster},
        new int[] {-1},
        new double[] {1},
        new int[] {},
        new double[] {},
        net.shedPrices()[k]);
  }
}

package dev.fairlead.steering.optimize;

/**
 * A number for each place, (class, service, cluster), and each pool, in blocks of one number a
 * cluster: what one request more costs at a place, what one unit of work more costs at a pool.
 *
 * <p>In the system's order: the classes' places first, callees before callers; then the pools. A
 * class knows others only through the pools, and a service only those that it calls, is called by
 * or called beside: most of the system stays zero while it is solved from the leaves up.
 */
final class HopDuals {
  private final HopNetwork net;
  final double[] values;
  private final double[] through;

  HopDuals(HopNetwork net) {
    this.net = net;
    values = new double[(net.classes() + 1) * net.services() * net.clusters()];
    through = new double[net.clusters()];
  }

  /** The block of a group's places. */
  int block(int group) {
    int service = group / net.classes();
    int k = group % net.classes();
    return k * net.services() + net.services() - 1 - service;
  }

  /** Where the numbers of a group's places begin. */
  int placeOf(int group) {
    return block(group) * net.clusters();
  }

  /** The block of a service's pools. */
  private int poolBlock(int service) {
    return net.classes() * net.services() + service;
  }

  /** Where the pools' numbers begin. */
  int pools() {
    return net.classes() * net.services() * net.clusters();
  }

  double at(int i) {
    return values[i];
  }

  /** The blocks that a call of the group concerns where it is served: callees, and the pool. */
  int[] downstream(int group) {
    int service = group / net.classes();
    int[] callees = net.callees()[service];
    int[] rows = new int[callees.length + 1];
    for (int c = 0; c < callees.length; c++) {
      rows[c] = block(callees[c] * net.classes() + group % net.classes());
    }
    rows[callees.length] = poolBlock(service);
    return rows;
  }

  /** By how much, as {@link #downstream}. */
  double[] factors(int group) {
    int service = group / net.classes();
    int k = group % net.classes();
    int callees = net.callees()[service].length;
    double[] factors = new double[callees + 1];
    for (int c = 0; c < callees; c++) {
      factors[c] = net.ratios()[service][c][k];
    }
    factors[callees] = net.work()[service][k];
    return factors;
  }

  /** The sum over all that a call of the group concerns, by the cluster that serves it. */
  double[] through(int group) {
    int[] rows = downstream(group);
    double[] factors = factors(group);
    for (int cluster = 0; cluster < net.clusters(); cluster++) {
      double sum = 0;
      for (int row = 0; row < rows.length; row++) {
        sum += factors[row] * values[rows[row] * net.clusters() + cluster];
      }
      through[cluster] = sum;
    }
    return through;
  }

  /** Which blocks of the system are not zero. */
  boolean[][] pattern() {
    int blocks = (net.classes() + 1) * net.services();
    boolean[][] filled = new boolean[blocks][blocks];
    for (int group = 0; group < net.services() * net.classes(); group++) {
      int[] rows = downstream(group);
      for (int row : rows) {
        fill(filled, row, block(group));
        for (int other : rows) {
          fill(filled, row, other);
        }
      }
    }
    return filled;
  }

  private static void fill(boolean[][] filled, int one, int other) {
    filled[Math.max(one, other)][Math.min(one, other)] = true;
  }
}

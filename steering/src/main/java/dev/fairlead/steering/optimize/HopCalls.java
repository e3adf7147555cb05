package dev.fairlead.steering.optimize;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The calls between clusters in the interior point: how many there are of each, and the multiplier
 * of there being no fewer than none. Grouped by service and class; within a group by the caller's
 * cluster, the last of which is what is shed there.
 */
final class HopCalls {
  // Of what comes to a place, at most, what starts on a way that the shares leave out.
  private static final double LEAST = 0.1;

  private final HopNetwork net;

  /** First call of each group, service × classes + class, and one beyond the last. */
  private final int[] first;

  /** Cluster of the caller, and the one that serves; −1: shed. */
  private final int[] from;

  private final int[] to;
  private final double[] cost;
  private final double[] rps;
  private final double[] slack;
  private final double[] rpsStep;
  private final double[] slackStep;
  // Of one direction, until the duals' steps are known.
  private final double[] target;
  private final double[] off;

  HopCalls(HopNetwork net) {
    this.net = net;
    int clusters = net.clusters();
    int most = net.services() * net.classes() * clusters * (clusters + 1);
    int[] at = new int[most];
    int[] where = new int[most];
    double[] money = new double[most];
    first = new int[net.services() * net.classes() + 1];
    int n = 0;
    boolean[][][] reached = reached();
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        for (int i = 0; i < clusters; i++) {
          for (int j = 0; j < clusters && reached[service][k][i]; j++) {
            double way = net.ways()[service][k][i * clusters + j];
            if (net.pools()[service * clusters + j] != null && way < net.shedPrices()[k]) {
              at[n] = i;
              where[n] = j;
              money[n++] = way;
            }
          }
          if (reached[service][k][i]) {
            at[n] = i;
            where[n] = -1;
            money[n++] = net.shedPrices()[k];
          }
        }
        first[service * net.classes() + k + 1] = n;
      }
    }
    from = Arrays.copyOf(at, n);
    to = Arrays.copyOf(where, n);
    cost = Arrays.copyOf(money, n);
    rps = new double[n];
    slack = new double[n];
    rpsStep = new double[n];
    slackStep = new double[n];
    target = new double[n];
    off = new double[n];
  }

  /** Places where requests can be at all: what never is has no interior. */
  private boolean[][][] reached() {
    int clusters = net.clusters();
    boolean[][][] reached = new boolean[net.services()][net.classes()][clusters];
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        for (int i = 0; i < clusters; i++) {
          reached[service][k][i] |= net.demand()[service][k][i] > 0;
        }
        for (int j = 0; j < clusters; j++) {
          boolean served = false;
          for (int i = 0; i < clusters; i++) {
            double way = net.ways()[service][k][i * clusters + j];
            served |= reached[service][k][i] && way < net.shedPrices()[k];
          }
          if (served && net.pools()[service * clusters + j] != null) {
            for (int c = 0; c < net.callees()[service].length; c++) {
              int callee = net.callees()[service][c];
              reached[callee][k][j] |= net.ratios()[service][c][k] > 0;
            }
          }
        }
      }
    }
    return reached;
  }

  int count() {
    return rps.length;
  }

  /**
   * Starts with flows that fit and are near the central path: all that comes to a place goes by
   * these shares, or evenly, but with something of it everywhere.
   */
  void start(@Nullable HopPlan near, HopDuals duals, double product) {
    int clusters = net.clusters();
    double[][][] comes = new double[net.services()][net.classes()][];
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        comes[service][k] = net.demand()[service][k].clone();
      }
    }
    for (int group = 0; group + 1 < first.length; group++) {
      int service = group / net.classes();
      int k = group % net.classes();
      double[] through = duals.through(group);
      int base = duals.placeOf(group);
      double[] sums = new double[clusters];
      for (int i = first[group]; i < first[group + 1]; i++) {
        double reduced = cost[i] + (to[i] < 0 ? 0 : through[to[i]]) - duals.at(base + from[i]);
        double here = comes[service][k][from[i]];
        double share = near == null ? 1 : near.share(service, k, from[i], to[i]);
        rps[i] = Math.max(share * here, Math.min(LEAST * here, product / reduced));
        slack[i] = Math.max(reduced, product / rps[i]);
        sums[from[i]] += rps[i];
      }
      for (int i = first[group]; i < first[group + 1]; i++) {
        rps[i] *= comes[service][k][from[i]] / sums[from[i]];
        for (int c = 0; to[i] >= 0 && c < net.callees()[service].length; c++) {
          comes[net.callees()[service][c]][k][to[i]] += rps[i] * net.ratios()[service][c][k];
        }
      }
    }
  }

  double complementarity(double primal, double dual) {
    double sum = 0;
    for (int i = 0; i < rps.length; i++) {
      sum += (rps[i] + primal * rpsStep[i]) * (slack[i] + dual * slackStep[i]);
    }
    return sum;
  }

  /** Σ cost × rps, without the pools. */
  double cost() {
    double sum = 0;
    for (int i = 0; i < rps.length; i++) {
      sum += cost[i] * rps[i];
    }
    return sum;
  }

  /** The part of {@link #cost} for what is shed. */
  double shedCost() {
    double sum = 0;
    for (int i = 0; i < rps.length; i++) {
      sum += to[i] < 0 ? cost[i] * rps[i] : 0;
    }
    return sum;
  }

  /** Adds the work that the calls bring to each pool. */
  void load(double[] loads) {
    for (int group = 0; group + 1 < first.length; group++) {
      int service = group / net.classes();
      double work = net.work()[service][group % net.classes()];
      for (int i = first[group]; i < first[group + 1]; i++) {
        if (to[i] >= 0) {
          loads[service * net.clusters() + to[i]] += work * rps[i];
        }
      }
    }
  }

  /** Adds the curvature of all calls to the system. */
  void addTo(BlockCholesky system, HopDuals duals) {
    double[] arriving = new double[net.clusters()];
    for (int group = 0; group + 1 < first.length; group++) {
      int block = duals.block(group);
      int[] rows = duals.downstream(group);
      double[] factors = duals.factors(group);
      Arrays.fill(arriving, 0);
      for (int i = first[group]; i < first[group + 1]; i++) {
        double softness = rps[i] / slack[i];
        system.add(block, from[i], block, from[i], softness);
        if (to[i] >= 0) {
          arriving[to[i]] += softness;
          for (int row = 0; row < rows.length; row++) {
            system.add(rows[row], to[i], block, from[i], -factors[row] * softness);
          }
        }
      }
      for (int row = 0; row < rows.length; row++) {
        for (int other = 0; other <= row; other++) {
          double factor = factors[row] * factors[other];
          for (int cluster = 0; cluster < arriving.length; cluster++) {
            system.add(rows[row], cluster, rows[other], cluster, factor * arriving[cluster]);
          }
        }
      }
    }
  }

  /**
   * Adds what is out of balance: at places what comes and does not leave, at pools what arrives.
   */
  void addImbalance(HopDuals duals, double[] right) {
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        int base = duals.placeOf(service * net.classes() + k);
        for (int cluster = 0; cluster < net.clusters(); cluster++) {
          right[base + cluster] += net.demand()[service][k][cluster];
        }
      }
    }
    addAlong(duals, rps, right);
  }

  /** Adds numbers of calls to what they concern: their place, less; what is downstream, more. */
  private void addAlong(HopDuals duals, double[] numbers, double[] right) {
    for (int group = 0; group + 1 < first.length; group++) {
      int base = duals.placeOf(group);
      int[] rows = duals.downstream(group);
      double[] factors = duals.factors(group);
      for (int i = first[group]; i < first[group + 1]; i++) {
        right[base + from[i]] -= numbers[i];
        for (int row = 0; to[i] >= 0 && row < rows.length; row++) {
          right[rows[row] * net.clusters() + to[i]] += factors[row] * numbers[i];
        }
      }
    }
  }

  /** Prepares a direction towards products of {@code product}, as {@link HopPieces#aim}. */
  void aim(HopDuals duals, double product, boolean corrected, double[] right) {
    for (int group = 0; group + 1 < first.length; group++) {
      double[] through = duals.through(group);
      int base = duals.placeOf(group);
      for (int i = first[group]; i < first[group + 1]; i++) {
        double reduced = cost[i] + (to[i] < 0 ? 0 : through[to[i]]) - duals.at(base + from[i]);
        off[i] = reduced - slack[i];
        double wanted = product - rps[i] * slack[i];
        if (corrected) {
          wanted -= rpsStep[i] * slackStep[i];
        }
        target[i] = (wanted - rps[i] * off[i]) / slack[i];
      }
    }
    addAlong(duals, target, right);
  }

  /** Steps that follow those of the duals. */
  void follow(HopDuals steps) {
    for (int group = 0; group + 1 < first.length; group++) {
      double[] through = steps.through(group);
      int base = steps.placeOf(group);
      for (int i = first[group]; i < first[group + 1]; i++) {
        double dearer = (to[i] < 0 ? 0 : through[to[i]]) - steps.at(base + from[i]);
        rpsStep[i] = target[i] - rps[i] / slack[i] * dearer;
        slackStep[i] = off[i] + dearer;
      }
    }
  }

  double longestPrimal() {
    return longest(rps, rpsStep);
  }

  double longestDual() {
    return longest(slack, slackStep);
  }

  private static double longest(double[] values, double[] steps) {
    double longest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      if (steps[i] < 0) {
        longest = Math.min(longest, -values[i] / steps[i]);
      }
    }
    return longest;
  }

  void step(double primal, double dual) {
    for (int i = 0; i < rps.length; i++) {
      rps[i] += primal * rpsStep[i];
      slack[i] += dual * slackStep[i];
    }
  }

  /** Adds the calls to {@code flows} and what is shed to {@code shed}, as in {@link HopFlows}. */
  void copyTo(double[][][] flows, double[][][] shed) {
    for (int group = 0; group + 1 < first.length; group++) {
      int service = group / net.classes();
      int k = group % net.classes();
      for (int i = first[group]; i < first[group + 1]; i++) {
        if (to[i] >= 0) {
          flows[service][k][from[i] * net.clusters() + to[i]] += rps[i];
        } else {
          shed[service][k][from[i]] += rps[i];
        }
      }
    }
  }
}

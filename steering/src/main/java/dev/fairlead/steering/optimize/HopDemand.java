package dev.fairlead.steering.optimize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What comes from outside at one place, with the trees that serve it. */
final class HopDemand {
  final int root;
  final int k;
  final int cluster;
  final double rps;
  final List<HopTree> trees = new ArrayList<>();

  /** Dual: what one request more of this demand costs. */
  double worth;

  double worthStep;

  // Of one direction. The key tree is the one with most to give; the others are seen as what they
  // load beyond it: sums of what is nearly equal and huge never get subtracted.
  private HopTree key;
  private double sum;
  private double missing;
  private double[] beyond = {};

  HopDemand(int root, int k, int cluster, double rps, HopTree first) {
    this.root = root;
    this.k = k;
    this.cluster = cluster;
    this.rps = rps;
    key = first;
    trees.add(first);
  }

  /** Whether such a tree is here already. */
  boolean has(HopTree tree) {
    for (HopTree one : trees) {
      if (Arrays.equals(one.places, tree.places)
          && Arrays.equals(one.served, tree.served)
          && Arrays.equals(one.calls, tree.calls)) {
        return true;
      }
    }
    return false;
  }

  double cost() {
    double cost = 0;
    for (HopTree tree : trees) {
      cost += tree.cost * tree.flow;
    }
    return cost;
  }

  /** Adds to the system what the trees have in common, and prepares {@link #aim}. */
  void addTo(double[][] rows, double[] scratch) {
    HopTree most = trees.getFirst();
    for (HopTree tree : trees) {
      if (tree.flow * most.slack > most.flow * tree.slack) {
        most = tree;
      }
    }
    key = most;
    if (beyond.length != scratch.length) {
      beyond = new double[scratch.length];
    }
    Arrays.fill(beyond, 0);
    sum = 0;
    for (HopTree tree : trees) {
      tree.compare(most);
      double share = tree.flow / tree.slack;
      sum += share;
      for (int i = 0; i < tree.beyond; i++) {
        int pool = tree.beyondPools[i];
        double load = share * tree.beyondLoads[i];
        beyond[pool] += load;
        double[] row = rows[pool];
        for (int j = 0; j <= i; j++) {
          row[tree.beyondPools[j]] += load * tree.beyondLoads[j];
        }
      }
    }
    subtractMean(rows);
  }

  private void subtractMean(double[][] rows) {
    int[] touched = new int[beyond.length];
    int n = 0;
    for (int pool = 0; pool < beyond.length; pool++) {
      if (beyond[pool] != 0) {
        touched[n++] = pool;
        double[] row = rows[pool];
        double factor = beyond[pool] / sum;
        for (int j = 0; j < n; j++) {
          row[touched[j]] -= factor * beyond[touched[j]];
        }
      }
    }
  }

  /** Prepares a direction towards products of {@code product}, as {@link HopPieces#aim}. */
  void aim(double[] prices, double product, boolean corrected, double[] right) {
    double given = 0;
    double flows = 0;
    for (HopTree tree : trees) {
      double off = tree.costAt(prices) - worth - tree.slack;
      double wanted = product - tree.flow * tree.slack;
      if (corrected) {
        wanted -= tree.flowStep * tree.slackStep;
      }
      // flowStep = flowTarget − flow/slack × (price step of the tree − worthStep)
      tree.flowTarget = (wanted - tree.flow * off) / tree.slack;
      tree.slackTarget = off;
      given += tree.flowTarget;
      flows += tree.flow;
      for (int i = 0; i < tree.beyond; i++) {
        right[tree.beyondPools[i]] += tree.beyondLoads[i] * tree.flowTarget;
      }
    }
    double short_ = rps - flows;
    missing = short_ - given;
    for (int i = 0; i < key.pools.length; i++) {
      right[key.pools[i]] += key.loads[i] * short_;
    }
    for (int pool = 0; pool < beyond.length; pool++) {
      right[pool] += beyond[pool] * missing / sum;
    }
  }

  void follow(double[] priceSteps) {
    double mean = missing;
    for (int pool = 0; pool < beyond.length; pool++) {
      mean += beyond[pool] * priceSteps[pool];
    }
    mean /= sum;
    worthStep = mean;
    for (int i = 0; i < key.pools.length; i++) {
      worthStep += key.loads[i] * priceSteps[key.pools[i]];
    }
    for (HopTree tree : trees) {
      double dearer = -mean;
      for (int i = 0; i < tree.beyond; i++) {
        dearer += tree.beyondLoads[i] * priceSteps[tree.beyondPools[i]];
      }
      tree.flowStep = tree.flowTarget - tree.flow / tree.slack * dearer;
      tree.slackStep = tree.slackTarget + dearer;
    }
  }
}

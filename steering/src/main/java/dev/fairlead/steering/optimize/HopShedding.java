package dev.fairlead.steering.optimize;

import java.util.TreeSet;

/**
 * Prices of what finds no room, in the model's money: by the order of the operator's prices, each
 * so much dearer than the one before that the lower is chosen first, and the lowest dearer than any
 * way to serve a request.
 */
final class HopShedding {
  // The lowest beside the dearest way to serve a request; each beside the one before.
  private static final double DEARER = 2;
  // The highest beside the lowest: more would drown all else in rounding.
  private static final double LARGEST_SPREAD = 1e4;

  /** By class. */
  final double[] shed;

  /** Of a unit of work beyond a capacity. */
  final double over;

  /**
   * @param fullSlopes of each pool at its capacity, in money for a unit of work
   */
  HopShedding(HopModel model, double[] fullSlopes) {
    TreeSet<Double> distinct = new TreeSet<>();
    distinct.add(model.valuation.overloadDollars());
    double[] own = new double[model.classes];
    for (int k = 0; k < model.classes; k++) {
      own[k] = model.valuation.shedDollars(model.situation.classes().get(k));
      distinct.add(own[k]);
    }
    double lowest = DEARER * dearest(model, fullSlopes);
    double largest = StrictMath.pow(LARGEST_SPREAD, 1.0 / Math.max(1, distinct.size() - 1));
    double factor = Math.min(largest, DEARER * unlike(model));
    shed = new double[model.classes];
    for (int k = 0; k < model.classes; k++) {
      int rank = distinct.headSet(own[k]).size();
      shed[k] = lowest * StrictMath.pow(factor, rank);
    }
    int rank = distinct.headSet(model.valuation.overloadDollars()).size();
    over = lowest * StrictMath.pow(factor, rank);
  }

  /** What the dearest tree of calls costs, wherever each is served. */
  private static double dearest(HopModel model, double[] fullSlopes) {
    double[][] dearest = new double[model.services][model.classes];
    double most = 0;
    for (int service = model.services - 1; service >= 0; service--) {
      double slope = 0;
      for (int cluster = 0; cluster < model.clusters; cluster++) {
        slope = Math.max(slope, fullSlopes[service * model.clusters + cluster]);
      }
      for (int k = 0; k < model.classes; k++) {
        double cost = 0;
        for (int way = 0; way < model.clusters * model.clusters; way++) {
          double one = model.wayCost(service, k, way);
          cost = Math.max(cost, one < Double.POSITIVE_INFINITY ? one : 0);
        }
        cost += model.work[service][k] * slope;
        for (int c = 0; c < model.callees[service].length; c++) {
          cost += model.ratios[service][c][k] * dearest[model.callees[service][c]][k];
        }
        dearest[service][k] = cost;
        most = Math.max(most, cost);
      }
    }
    return most > 0 ? most : 1;
  }

  /** How many times as much work as the lightest class's request the heaviest's makes anywhere. */
  private static double unlike(HopModel model) {
    double most = 1;
    for (int root = 0; root < model.services; root++) {
      double[][] calls = new double[model.services][model.classes];
      for (int k = 0; k < model.classes; k++) {
        calls[root][k] = 1;
      }
      for (int service = root; service < model.services; service++) {
        double lightest = Double.POSITIVE_INFINITY;
        double heaviest = 0;
        for (int k = 0; k < model.classes; k++) {
          double work = calls[service][k] * model.work[service][k];
          heaviest = Math.max(heaviest, work);
          lightest = work > 0 ? Math.min(lightest, work) : lightest;
          for (int c = 0; c < model.callees[service].length; c++) {
            calls[model.callees[service][c]][k] += calls[service][k] * model.ratios[service][c][k];
          }
        }
        most = heaviest > 0 ? Math.max(most, heaviest / lightest) : most;
      }
    }
    return most;
  }
}

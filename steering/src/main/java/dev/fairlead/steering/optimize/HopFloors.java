package dev.fairlead.steering.optimize;

/**
 * What each place sends to each cluster at least, so that all stay known: {@link Floors} for a call
 * graph, laid over a plan. How much comes to a place is known only with the plan, so what exploring
 * takes from it is not minimised; it is little.
 */
final class HopFloors {
  private static final double LARGEST_PART = 0.5;

  private final HopModel model;
  private final HopPlan plan;

  /** Requests per second that a place should send at least, by service and class, then place. */
  private final double[][][] wanted;

  private HopFloors(HopModel model, HopPlan plan) {
    this.model = model;
    this.plan = plan;
    wanted = new double[model.services][model.classes][model.clusters];
  }

  /** The plan with its floors; they fill no pool beyond its capacity. */
  static HopPlan explored(HopModel model, HopPlan plan) {
    return model.valuation.floorRps() > 0 && model.valuation.floorShare() > 0
        ? new HopFloors(model, plan).explored()
        : plan;
  }

  private HopPlan explored() {
    double[] more = new double[plan.loads().length];
    double[][][] shares = new double[model.services][model.classes][];
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        for (int from = 0; from < model.clusters; from++) {
          wanted[service][k][from] = wanted(service, k, from);
          for (int to = 0; to < model.clusters; to++) {
            more[service * model.clusters + to] +=
                missing(service, k, from, to) * model.work[service][k];
          }
        }
      }
    }
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        shares[service][k] = plan.shares()[service][k].clone();
        for (int from = 0; from < model.clusters; from++) {
          lift(service, k, from, more, shares[service][k]);
        }
      }
    }
    return HopPlan.followed(model, shares, plan.shedShares());
  }

  private double wanted(int service, int k, int from) {
    int open = 0;
    for (int to = 0; to < model.clusters; to++) {
      open += model.ways[service][k][from * model.clusters + to] == null ? 0 : 1;
    }
    double part = Math.min(model.valuation.floorShare(), LARGEST_PART / Math.max(1, open));
    return Math.min(model.valuation.floorRps(), part * plan.asks()[service][k][from]);
  }

  private double missing(int service, int k, int from, int to) {
    int way = from * model.clusters + to;
    double flow = plan.asks()[service][k][from] * plan.shares()[service][k][way];
    return model.ways[service][k][way] == null ? 0 : Math.max(0, wanted[service][k][from] - flow);
  }

  /** Lifts who is below the floor by what the others have above it, in proportion. */
  private void lift(int service, int k, int from, double[] more, double[] shares) {
    double asks = plan.asks()[service][k][from];
    double served = 1 - plan.shedShares()[service][k][from];
    if (!(wanted[service][k][from] > 0 && served > LARGEST_PART)) {
      return;
    }
    double floor = wanted[service][k][from] / asks;
    double lifted = 0;
    double above = 0;
    double[] lift = new double[model.clusters];
    for (int to = 0; to < model.clusters; to++) {
      int pool = service * model.clusters + to;
      double missing = missing(service, k, from, to);
      if (missing > 0) {
        double left = Math.max(0, model.room[pool] - plan.loads()[pool]);
        lift[to] = missing / asks * Math.min(1, left / more[pool]);
        lifted += lift[to];
      } else {
        above += Math.max(0, shares[from * model.clusters + to] - floor);
      }
    }
    for (int to = 0; to < model.clusters && lifted <= above; to++) {
      int way = from * model.clusters + to;
      double excess = lift[to] > 0 ? 0 : Math.max(0, shares[way] - floor);
      shares[way] += lift[to] - (above > 0 ? lifted * excess / above : 0);
    }
  }
}

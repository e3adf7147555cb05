package dev.fairlead.steering.plan;

import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.optimize.Situation;
import dev.fairlead.steering.optimize.Valuation;

/**
 * An allocation in which the classes of one place that cost the same everywhere go the same ways.
 *
 * <p>Which of them goes where makes no difference to what the whole costs, so a solver may give one
 * class all to one destination and the next one all to another, and the other way round a period
 * later. Sharing what they have together costs the same, and a class moves only when all move; each
 * keeps what is shed of it. Classes whose bytes make their ways dearer or cheaper keep their own.
 */
final class Alike {
  // What a difference in price must be worth for anyone to be sent elsewhere for it.
  private static final double NOTABLE_SECONDS = 0.001;

  private final double[][] rps;

  Alike(Allocation allocation, Valuation valuation) {
    Situation situation = allocation.situation();
    int n = situation.sources().size();
    int m = situation.destinations().size();
    double notable = NOTABLE_SECONDS * valuation.dollarsPerRequestSecond();
    rps = new double[n][m];
    for (int s = 0; s < n; s++) {
      for (int other = 0; other < n; other++) {
        if (isAlike(situation, s, other, notable)) {
          for (int t = 0; t < m; t++) {
            rps[s][t] += allocation.rps(other, t);
          }
        }
      }
    }
  }

  private static boolean isAlike(Situation situation, int s, int other, double notable) {
    if (!situation.sources().get(s).place().equals(situation.sources().get(other).place())) {
      return false;
    }
    for (int t = 0; t < situation.destinations().size(); t++) {
      Situation.Way one = situation.way(s, t);
      Situation.Way two = situation.way(other, t);
      boolean alike =
          one.forbidden() == two.forbidden() && Math.abs(one.dollars() - two.dollars()) <= notable;
      if (!alike) {
        return false;
      }
    }
    return true;
  }

  /** Requests per second that a source and those like it send to a destination. */
  double rps(int source, int destination) {
    return rps[source][destination];
  }
}

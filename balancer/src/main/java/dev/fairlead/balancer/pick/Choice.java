package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.weight.WeightedSequence;

/**
 * Chooses among one pool's candidates. Made for one snapshot's pool; what it remembers is its own,
 * such as its place in a sequence.
 */
@FunctionalInterface
interface Choice {
  /**
   * @return index of an admitted candidate, {@link WeightedDraw#NONE} if there is none
   */
  int choose(Request request, Admission admission, long now, RandomSource random);

  /**
   * @param candidates at least one, each with a weight above 0
   */
  static Choice of(
      Algorithm algorithm, Candidate[] candidates, Estimation estimation, RandomSource random) {
    WeightedDraw draw = new WeightedDraw(candidates);
    return switch (algorithm) {
      case Algorithm.Random ignored -> draw::draw;
      case Algorithm.RoundRobin ignored -> inTurn(candidates, draw, random);
      case Algorithm.P2c p2c -> leastOf(p2c.draws(), Load.OCCUPIED, candidates, draw);
      case Algorithm.PeakEwma peak ->
          leastOf(peak.draws(), Load.cost(estimation), candidates, draw);
    };
  }

  /** The next in a smooth weighted sequence; from a random place, so that callers do not align. */
  private static Choice inTurn(Candidate[] candidates, WeightedDraw draw, RandomSource random) {
    double[] weights = new double[candidates.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = candidates[i].weight();
    }
    WeightedSequence sequence = WeightedSequence.of(weights, random.nextLong() >>> 33);
    return (request, admission, now, source) -> {
      for (int attempt = 0; attempt < WeightedDraw.REDRAWS; attempt++) {
        int index = sequence.next();
        if (admission.admits(candidates[index], request, now)) {
          return index;
        }
      }
      return draw.draw(request, admission, now, source);
    };
  }

  /**
   * The least loaded of a few distinct draws. They are drawn by weight, and a tie goes to the first
   * drawn, so that at no load the shares are the weights: uniform draws would starve light
   * endpoints.
   */
  private static Choice leastOf(int draws, Load load, Candidate[] candidates, WeightedDraw draw) {
    return (request, admission, now, random) -> {
      int first = draw.draw(request, admission, now, random);
      if (first == WeightedDraw.NONE || candidates.length == 1) {
        return first;
      }
      int best = first;
      double lowest = load.of(candidates[first], now);
      long others = 0;
      for (int drawn = 1; drawn < draws; drawn++) {
        int next = draw.draw(request, admission, now, random, first, others);
        if (next == WeightedDraw.NONE) {
          break;
        }
        others |= 1L << next;
        double nextLoad = load.of(candidates[next], now);
        if (nextLoad < lowest) {
          best = next;
          lowest = nextLoad;
        }
      }
      return best;
    };
  }
}

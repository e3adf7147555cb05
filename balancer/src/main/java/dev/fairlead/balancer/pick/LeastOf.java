package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * The least loaded of a few distinct draws. They are drawn by weight, and a tie goes to the first
 * drawn, so that at no load the shares are the weights: uniform draws would starve light endpoints.
 *
 * <p>What warm-up leaves of a weight counts where the weight does: in the draws, and in a load that
 * is per weight. Where load is none per weight, one that was not drawn first wins with that chance
 * only; a higher cost instead would leave it without any request while others are idle.
 */
final class LeastOf implements Choice {
  private final int draws;
  private final Load load;
  private final Candidate[] candidates;
  private final WeightedDraw draw;
  private final @Nullable Warming warming;
  private final String rule;

  /**
   * @param warming null where all are warm
   */
  LeastOf(
      int draws, Load load, Candidate[] candidates, WeightedDraw draw, @Nullable Warming warming) {
    this.draws = draws;
    this.load = load;
    this.candidates = candidates;
    this.draw = draw;
    this.warming = warming;
    this.rule = "least loaded of " + draws + " drawn by weight, the first drawn of equals";
  }

  @Override
  public int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    int first = draw.draw(request, admission, now, random);
    if (trace != null) {
      trace.rule(rule);
    }
    if (first == WeightedDraw.NONE || candidates.length == 1) {
      return first;
    }
    int best = first;
    double lowest = loadOf(first, now, trace);
    long others = 0;
    for (int drawn = 1; drawn < draws; drawn++) {
      int next = draw.draw(request, admission, now, random, first, others);
      if (next == WeightedDraw.NONE) {
        break;
      }
      others |= 1L << next;
      double nextLoad = loadOf(next, now, trace);
      if (nextLoad < lowest && mayWin(next, random)) {
        best = next;
        lowest = nextLoad;
      }
    }
    return best;
  }

  private boolean mayWin(int index, RandomSource random) {
    return warming == null || load.perWeight() || warming.accepts(index, random);
  }

  private double loadOf(int index, long now, @Nullable Trace trace) {
    double found = load.of(candidates[index], now);
    if (warming != null && load.perWeight()) {
      found /= warming.factor(index);
    }
    if (trace != null && trace.compares()) {
      trace.compared(candidates[index], found, load.terms(candidates[index], now));
    }
    return found;
  }
}

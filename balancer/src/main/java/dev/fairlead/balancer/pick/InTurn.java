package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.weight.WeightedSequence;
import org.jspecify.annotations.Nullable;

/** The next in a smooth weighted sequence; from a random place, so that callers do not align. */
final class InTurn implements Choice {
  private final WeightedDraw draw;
  private final @Nullable Warming warming;
  private final WeightedSequence sequence;

  /**
   * @param warming null where all are warm
   */
  InTurn(
      Candidate[] candidates, WeightedDraw draw, @Nullable Warming warming, RandomSource random) {
    this.draw = draw;
    this.warming = warming;
    double[] weights = new double[candidates.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = candidates[i].weight();
    }
    sequence = WeightedSequence.of(weights, random.nextLong() >>> 33);
  }

  @Override
  public int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    if (trace != null) {
      trace.rule("next in the weighted sequence");
    }
    for (int attempt = 0; attempt < WeightedDraw.REDRAWS; attempt++) {
      int index = sequence.next();
      if (admission.admits(index, request, now)
          && (warming == null || warming.accepts(index, random))) {
        return index;
      }
    }
    return draw.draw(request, admission, now, random);
  }
}

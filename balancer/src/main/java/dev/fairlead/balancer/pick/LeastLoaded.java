package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * The least loaded of all admitted candidates, found by looking at each; among equally loaded ones
 * drawn by weight, in the same pass.
 */
final class LeastLoaded implements Choice {
  private final Candidate[] candidates;
  private final Load load;
  private final @Nullable Warming warming;

  /** In terms of the largest, since a sum of the weights themselves might overflow. */
  private final double[] weights;

  /**
   * @param candidates at least one, each with a weight above 0
   * @param load of which the lowest is chosen: {@link Load#OCCUPIED} for least-request
   * @param warming null where all are warm
   */
  LeastLoaded(Candidate[] candidates, Load load, @Nullable Warming warming) {
    this.candidates = candidates;
    this.load = load;
    this.warming = warming;
    double largest = 0;
    for (Candidate candidate : candidates) {
      largest = Math.max(largest, candidate.weight());
    }
    weights = new double[candidates.length];
    for (int index = 0; index < weights.length; index++) {
      weights[index] = candidates[index].weight() / largest;
    }
  }

  /**
   * Where the weights of the ties seen so far sum to S, the next tie takes over with probability
   * w/(S+w): the sum at which this comes about first exceeds s with probability S/s, so one random
   * number tells it, however many ties there are until then (Efraimidis and Spirakis, "Weighted
   * random sampling with a reservoir", 2006: exponential jumps).
   */
  @Override
  public int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    if (trace != null) {
      trace.rule("least loaded of all, by weight among equals");
    }
    int chosen = WeightedDraw.NONE;
    double lowest = Double.POSITIVE_INFINITY;
    double tied = 0;
    double takenOverAt = 0;
    for (int index = 0; index < candidates.length; index++) {
      Candidate candidate = candidates[index];
      if (!admission.admits(index, request, now)) {
        continue;
      }
      double factor = warming == null ? 1 : warming.factor(index);
      double its = load.of(candidate, now) / factor;
      if (trace != null && trace.compares()) {
        trace.compared(candidate, its, load.terms(candidate, now));
      }
      if (its < lowest) {
        lowest = its;
        tied = 0;
        takenOverAt = 0;
      } else if (its > lowest) {
        continue;
      }
      tied += weights[index] * factor;
      if (tied >= takenOverAt) {
        chosen = index;
        takenOverAt = tied / (1 - random.nextDouble());
      }
    }
    return chosen;
  }
}

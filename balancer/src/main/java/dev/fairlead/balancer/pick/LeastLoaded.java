package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;

/**
 * The least loaded of all admitted candidates, found by looking at each; among equally loaded ones
 * drawn by weight, in the same pass.
 */
final class LeastLoaded implements Choice {
  private final Candidate[] candidates;
  private final Load load;

  /**
   * @param candidates at least one, each with a weight above 0
   * @param load of which the lowest is chosen: {@link Load#OCCUPIED} for least-request
   */
  LeastLoaded(Candidate[] candidates, Load load) {
    this.candidates = candidates;
    this.load = load;
  }

  /**
   * Where the weights of the ties seen so far sum to S, the next tie takes over with probability
   * w/(S+w): the sum at which this comes about first exceeds s with probability S/s, so one random
   * number tells it, however many ties there are until then (Efraimidis and Spirakis, "Weighted
   * random sampling with a reservoir", 2006: exponential jumps).
   */
  @Override
  public int choose(Request request, Admission admission, long now, RandomSource random) {
    int chosen = WeightedDraw.NONE;
    double lowest = Double.POSITIVE_INFINITY;
    double tied = 0;
    double takenOverAt = 0;
    for (int index = 0; index < candidates.length; index++) {
      Candidate candidate = candidates[index];
      if (!admission.admits(candidate, request, now)) {
        continue;
      }
      double its = load.of(candidate, now);
      if (its < lowest) {
        lowest = its;
        tied = 0;
        takenOverAt = 0;
      } else if (its > lowest) {
        continue;
      }
      tied += candidate.weight();
      if (tied >= takenOverAt) {
        chosen = index;
        takenOverAt = tied / (1 - random.nextDouble());
      }
    }
    return chosen;
  }
}

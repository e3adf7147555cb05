package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * Candidates among which one choice is made: those of a cluster that a plan names, or those of one
 * locality priority.
 */
final class Pool {
  private final int ordinal;
  private final double share;
  private final Candidate[] candidates;
  private final Choice choice;

  /**
   * @param ordinal position in the snapshot
   * @param share of its tier's traffic, above 0; only the ratio to the other pools' counts
   * @param candidates at least one, each with a weight above 0
   * @param choice among these candidates
   */
  Pool(int ordinal, double share, Candidate[] candidates, Choice choice) {
    this.ordinal = ordinal;
    this.share = share;
    this.candidates = candidates;
    this.choice = choice;
  }

  int ordinal() {
    return ordinal;
  }

  double share() {
    return share;
  }

  /** Not to be changed: shared with every pick. */
  Candidate[] candidates() {
    return candidates;
  }

  /** One of the candidates that the request is admitted to; null if there is none. */
  @Nullable Candidate choose(Request request, Admission admission, long now, RandomSource random) {
    int index = choice.choose(request, admission, now, random);
    return index == WeightedDraw.NONE ? null : candidates[index];
  }

  boolean hasAny(Request request, Admission admission, long now) {
    for (Candidate candidate : candidates) {
      if (admission.admits(candidate, request, now)) {
        return true;
      }
    }
    return false;
  }
}

package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.hash.XxHash64;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Candidates among which one choice is made: those of a cluster that a plan names, of one portion
 * of a distribution, or of one locality priority. The next snapshot has the same one as long as its
 * candidates stay.
 */
final class Pool {
  private final String name;
  private final long nameHash;
  private final Candidate[] candidates;
  private final PlaceLoad[] places;
  private final @Nullable Warming warming;
  private final Choice choice;

  /**
   * @param name a cluster id, a locality pattern, or {@code priority 0}: tells it from the other
   *     pools of its snapshot
   * @param candidates at least one, each with a weight above 0
   * @param warming null where all are warm
   * @param before the pool of this name of the last snapshot, under the same algorithm; null for
   *     none
   */
  Pool(
      String name,
      Candidate[] candidates,
      @Nullable Warming warming,
      Choices choices,
      @Nullable Pool before) {
    this.name = name;
    this.nameHash = XxHash64.hash(name, 0);
    this.candidates = candidates;
    this.warming = warming;
    this.places =
        Arrays.stream(candidates)
            .map(Candidate::placeLoad)
            .filter(load -> load != null)
            .distinct()
            .toArray(PlaceLoad[]::new);
    this.choice =
        choices.of(candidates, warming, this::inFlight, before == null ? null : before.choice);
  }

  String name() {
    return name;
  }

  /** Tells it from other pools where a key is hashed. */
  long nameHash() {
    return nameHash;
  }

  /** Not to be changed: shared with every pick. */
  Candidate[] candidates() {
    return candidates;
  }

  /** What its candidates' places say; none where no policy asks for it. */
  PlaceLoad[] places() {
    return places;
  }

  private int inFlight() {
    int sum = 0;
    for (PlaceLoad place : places) {
      sum += place.inFlight();
    }
    return sum;
  }

  /** One of the candidates that the request is admitted to; null if there is none. */
  @Nullable Candidate choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    if (warming != null) {
      warming.advance(now);
    }
    int index = choice.choose(request, admission, now, random, trace);
    return index == WeightedDraw.NONE ? null : candidates[index];
  }

  boolean hasAny(Request request, Admission admission, long now) {
    for (int index = 0; index < candidates.length; index++) {
      if (admission.admits(index, request, now)) {
        return true;
      }
    }
    return false;
  }
}

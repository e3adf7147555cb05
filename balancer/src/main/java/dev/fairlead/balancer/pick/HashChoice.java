package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.hash.HashTable;
import dev.fairlead.balancer.hash.RendezvousTable;
import dev.fairlead.balancer.hash.XxHash64;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The candidate that a request's affinity key belongs to, or the next in the key's order of
 * preference that admits it and has room. Room is bounded loads (Mirrokni, Thorup and
 * Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2018): with one more request a candidate
 * has at most ⌈c·(Σa+1)·w/Σw⌉ in flight. That holds at admission, for the average falls as requests
 * end; concurrent picks may exceed it by one less than there are threads.
 */
final class HashChoice implements Choice {
  /**
   * Positions walked before all candidates are looked at instead. With half of the weight not
   * admitted that is needed in one pick of 2⁵¹²; with 49 of 50 in one of 30 000.
   */
  static final int STEPS = 512;

  /** A step of a rendezvous table looks at all candidates, so the scan is soon cheaper. */
  static final int RENDEZVOUS_STEPS = 4;

  /** Keeps a bound that is whole but for rounding from being rounded up to the next. */
  private static final double EXACT = 1 - 1e-12;

  private final HashTable table;
  private final int steps;
  private final RendezvousTable scores;
  private final Candidate[] candidates;
  private final Choice keyless;
  private final double bound;
  private final IntSupplier inFlight;

  private HashChoice(
      HashTable table, Candidate[] candidates, Choice keyless, double bound, IntSupplier inFlight) {
    this.table = table;
    this.candidates = candidates;
    this.keyless = keyless;
    this.bound = bound;
    this.inFlight = inFlight;
    steps = table instanceof RendezvousTable ? RENDEZVOUS_STEPS : STEPS;
    scores = table.scores();
  }

  HashTable table() {
    return table;
  }

  /**
   * @param table made of {@link #identities} and {@link #weights} of the candidates
   * @param keyless for requests without affinity
   */
  static HashChoice unbounded(HashTable table, Candidate[] candidates, Choice keyless) {
    return new HashChoice(table, candidates, keyless, Double.POSITIVE_INFINITY, () -> 0);
  }

  /**
   * As {@link #unbounded}, with bounded loads.
   *
   * @param bound c: how many times its fair share a candidate may have; above 1, finite
   * @param inFlight this balancer's requests in flight on all candidates of the pool: Σa
   */
  static HashChoice bounded(
      HashTable table, Candidate[] candidates, Choice keyless, double bound, IntSupplier inFlight) {
    if (!(bound > 1) || bound == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("bound " + bound + " is not a number above 1");
    }
    return new HashChoice(table, candidates, keyless, bound, inFlight);
  }

  /** Cluster and address: an endpoint's identity, the same to every client. */
  static List<String> identities(Candidate[] candidates) {
    List<String> identities = new ArrayList<>(candidates.length);
    for (Candidate candidate : candidates) {
      identities.add(candidate.endpoint().cluster() + "/" + candidate.endpoint().address());
    }
    return identities;
  }

  static double[] weights(Candidate[] candidates) {
    double[] weights = new double[candidates.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = candidates[i].weight();
    }
    return weights;
  }

  @Override
  public int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    if (!request.hasAffinity()) {
      return keyless.choose(request, admission, now, random, trace);
    }
    if (trace != null) {
      trace.rule(
          isBounded()
              ? "the key's first with room for one more, by bounded loads"
              : "the key's first that is admitted");
    }
    // What callers call a hash may be a user's number; tables want every bit uniform.
    long key = XxHash64.hash(request.affinity(), 0);
    double perWeight = isBounded() ? roomPerWeight(admission) : Double.POSITIVE_INFINITY;
    int position = table.start(key);
    for (int step = 0; step < steps && position >= 0; step++) {
      int index = table.member(position);
      Candidate candidate = candidates[index];
      if (admission.admits(index, request, now)) {
        if (trace != null && trace.compares()) {
          trace.compared(candidate, step, Load.OCCUPIED.terms(candidate, now));
        }
        if (hasRoom(candidate, perWeight)) {
          return index;
        }
      }
      position = table.after(key, position);
    }
    return scan(key, request, admission, now);
  }

  private boolean isBounded() {
    return bound != Double.POSITIVE_INFINITY;
  }

  /**
   * c·(Σa+1)/Σw. While some cannot be used the others must be allowed to take their share, or all
   * of them would soon be full: so the weight is that of the members.
   */
  private double roomPerWeight(Admission admission) {
    return bound * (inFlight.getAsInt() + 1) / admission.weight();
  }

  private static boolean hasRoom(Candidate candidate, double perWeight) {
    return perWeight == Double.POSITIVE_INFINITY
        || candidate.statistics().inFlight() + 1
            <= Math.ceil(perWeight * candidate.weight() * EXACT);
  }

  /**
   * The admitted candidate with the highest rendezvous score that has room. Room is measured on
   * those that are admitted alone: then one of them has some, unless other picks take it meanwhile,
   * and in that case room is disregarded.
   */
  private int scan(long key, Request request, Admission admission, long now) {
    double perWeight = Double.POSITIVE_INFINITY;
    if (isBounded()) {
      double sum = 0;
      long admitted = 0;
      for (int index = 0; index < candidates.length; index++) {
        if (admission.admits(index, request, now)) {
          sum += candidates[index].weight();
          admitted += candidates[index].statistics().inFlight();
        }
      }
      perWeight = bound * (admitted + 1) / sum;
    }
    int best = WeightedDraw.NONE;
    double highest = -1;
    boolean anyRoom = false;
    for (int index = 0; index < candidates.length; index++) {
      Candidate candidate = candidates[index];
      if (admission.admits(index, request, now)) {
        boolean room = hasRoom(candidate, perWeight);
        double score = scores.score(key, index);
        if (room == anyRoom ? score > highest : room) {
          best = index;
          highest = score;
          anyRoom = room;
        }
      }
    }
    return best;
  }
}

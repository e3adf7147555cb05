package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.hash.HashTable;
import dev.fairlead.balancer.hash.RendezvousTable;
import dev.fairlead.balancer.hash.XxHash64;
import java.util.ArrayList;
import java.util.List;

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
  private final Occupancy occupancy;
  private final double weight;

  private HashChoice(
      HashTable table, Candidate[] candidates, Choice keyless, double bound, Occupancy occupancy) {
    this.table = table;
    this.candidates = candidates;
    this.keyless = keyless;
    this.bound = bound;
    this.occupancy = occupancy;
    if (table instanceof RendezvousTable rendezvous) {
      steps = RENDEZVOUS_STEPS;
      scores = rendezvous;
    } else {
      steps = STEPS;
      scores = HashTable.rendezvous(identities(candidates), weights(candidates));
    }
    double sum = 0;
    for (Candidate candidate : candidates) {
      sum += candidate.weight();
    }
    weight = sum;
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
   */
  static HashChoice bounded(
      HashTable table, Candidate[] candidates, Choice keyless, double bound, Occupancy occupancy) {
    if (!(bound > 1) || bound == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("bound " + bound + " is not a number above 1");
    }
    return new HashChoice(table, candidates, keyless, bound, occupancy);
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
  public int choose(Request request, Admission admission, long now, RandomSource random) {
    if (!request.hasAffinity()) {
      return keyless.choose(request, admission, now, random);
    }
    // What callers call a hash may be a user's number; tables want every bit uniform.
    long key = XxHash64.hash(request.affinity(), 0);
    double perWeight = isBounded() ? roomPerWeight() : Double.POSITIVE_INFINITY;
    int position = table.start(key);
    for (int step = 0; step < steps && position >= 0; step++) {
      int index = table.member(position);
      Candidate candidate = candidates[index];
      if (hasRoom(candidate, perWeight) && admission.admits(candidate, request, now)) {
        return index;
      }
      position = table.after(key, position);
    }
    return scan(key, request, admission, now);
  }

  private boolean isBounded() {
    return bound != Double.POSITIVE_INFINITY;
  }

  /** c·(Σa+1)/Σw. */
  private double roomPerWeight() {
    return bound * (occupancy.inFlight() + 1) / occupancy.usableWeight(weight);
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
      long inFlight = 0;
      for (Candidate candidate : candidates) {
        if (admission.admits(candidate, request, now)) {
          sum += candidate.weight();
          inFlight += candidate.statistics().inFlight();
        }
      }
      perWeight = bound * (inFlight + 1) / sum;
    }
    int best = WeightedDraw.NONE;
    double highest = -1;
    boolean anyRoom = false;
    for (int index = 0; index < candidates.length; index++) {
      Candidate candidate = candidates[index];
      if (admission.admits(candidate, request, now)) {
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

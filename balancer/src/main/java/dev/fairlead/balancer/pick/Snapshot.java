package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All that a pick needs, fixed at an update: the candidates in tiers, nearest or planned first.
 * Panic, spill by health and ejection will have their place where tiers are gone through.
 */
final class Snapshot {
  /**
   * Of so many requests that could be a trial one is. A trial may cost its request a connect's
   * time-out, and when a whole cluster is lost its trials could take every request that a slow
   * caller has. At ten requests a second it delays the return of an endpoint by a second.
   */
  private static final int ONE_TRIAL_IN = 10;

  private final List<Candidate> all;
  private final Tier[] tiers;
  private final int pools;
  private final boolean planned;
  private final AtomicInteger transitions;
  private final RandomSource random;
  private final Ticker clock;
  private volatile Health health;

  /**
   * @param all in the order of the endpoint set, also those that no tier holds
   * @param planned whether a plan is in force
   * @param transitions grows whenever what {@link Health} counts may have changed
   */
  Snapshot(
      List<Candidate> all,
      List<Tier> tiers,
      boolean planned,
      AtomicInteger transitions,
      RandomSource random,
      Ticker clock) {
    this.all = all;
    this.tiers = tiers.toArray(Tier[]::new);
    this.pools = tiers.stream().mapToInt(tier -> tier.pools().length).sum();
    this.planned = planned;
    this.transitions = transitions;
    this.random = random;
    this.clock = clock;
    this.health = new Health(transitions.get(), this.tiers, pools, planned);
  }

  List<Candidate> all() {
    return all;
  }

  Pick pick(Request request) {
    long now = clock.nanos();
    Health current = health();
    if (current.trialIsDue(now) && mayTry(request)) {
      Candidate trial = takeTrial(current.missed(), request, now);
      if (trial != null) {
        return new Lease(trial, clock, now, request, true);
      }
    }
    Candidate chosen = choose(request, now, current);
    if (chosen != null) {
      return new Lease(chosen, clock, now, request, false);
    }
    // No endpoint will do, perhaps for this request's subset alone: a trial costs it nothing.
    Candidate trial = takeTrial(current.unreachable(), request, now);
    return trial == null ? refusal() : new Lease(trial, clock, now, request, true);
  }

  /** Leaving a tried cluster is worth no farther tier; anything else that is untried is. */
  private @Nullable Candidate choose(Request request, long now, Health current) {
    Candidate chosen = null;
    for (int at = 0; at < tiers.length && chosen == null; at++) {
      chosen = tiers[at].choose(request, Admission.ELSEWHERE, now, random, current);
      if (chosen == null) {
        chosen = tiers[at].choose(request, Admission.FRESH, now, random, current);
      }
    }
    for (int at = 0; at < tiers.length && chosen == null; at++) {
      chosen = tiers[at].choose(request, Admission.TRIED, now, random, current);
    }
    for (int at = 0; at < tiers.length && chosen == null; at++) {
      chosen = tiers[at].choose(request, Admission.RESTING, now, random, current);
    }
    return chosen;
  }

  private Health health() {
    int version = transitions.get();
    Health current = health;
    if (current.version() != version) {
      current = new Health(version, tiers, pools, planned);
      health = current;
    }
    return current;
  }

  /** Whether it is this request's turn: a first attempt, whose retry can go to the others. */
  private boolean mayTry(Request request) {
    return random.below(ONE_TRIAL_IN) == 0 && !isRetry(request);
  }

  /** The one that is due for the longest, so that each has its turn, if no one else takes it. */
  private static @Nullable Candidate takeTrial(
      List<Candidate> unreachable, Request request, long now) {
    Candidate longestDue = null;
    long earliest = now;
    for (int at = 0; at < unreachable.size(); at++) {
      Candidate candidate = unreachable.get(at);
      long due = candidate.statistics().trialAt();
      if (due <= earliest
          && (longestDue == null || due < earliest)
          && Admission.inSubset(candidate, request)) {
        longestDue = candidate;
        earliest = due;
      }
    }
    return longestDue != null && longestDue.statistics().takeTrial(now) ? longestDue : null;
  }

  private boolean isRetry(Request request) {
    for (Candidate candidate : all) {
      if (request.tried(candidate.endpoint())) {
        return true;
      }
    }
    return false;
  }

  /** In terms of the whole service: what is out of reach by locality is none that may be used. */
  private Refusal refusal() {
    boolean any = false;
    for (Candidate candidate : all) {
      if (candidate.weight() > 0) {
        any = true;
        if (candidate.statistics().reachable()) {
          return Refusal.NO_ENDPOINT;
        }
      }
    }
    return any ? Refusal.ALL_UNREACHABLE : Refusal.NO_ENDPOINT;
  }
}

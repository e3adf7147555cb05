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
  private final List<Candidate> all;
  private final Tier[] tiers;
  private final int pools;
  private final AtomicInteger transitions;
  private final RandomSource random;
  private final Ticker clock;
  private volatile Health health;

  /**
   * @param all in the order of the endpoint set, also those that no tier holds
   * @param transitions grows whenever what {@link Health} counts may have changed
   */
  Snapshot(
      List<Candidate> all,
      List<Tier> tiers,
      AtomicInteger transitions,
      RandomSource random,
      Ticker clock) {
    this.all = all;
    this.tiers = tiers.toArray(Tier[]::new);
    this.pools = tiers.stream().mapToInt(tier -> tier.pools().length).sum();
    this.transitions = transitions;
    this.random = random;
    this.clock = clock;
    this.health = new Health(transitions.get(), this.tiers, pools);
  }

  List<Candidate> all() {
    return all;
  }

  Pick pick(Request request) {
    long now = clock.nanos();
    Health current = health();
    if (current.trialIsDue(now)) {
      Candidate trial = trial(request, now, current);
      if (trial != null) {
        return new Lease(trial, clock, now, request, true);
      }
    }
    for (int step = 0; step < Admission.count(); step++) {
      for (Tier tier : tiers) {
        Candidate chosen = tier.choose(request, Admission.at(step), now, random, current);
        if (chosen != null) {
          return new Lease(chosen, clock, now, request, false);
        }
      }
    }
    return refusal();
  }

  private Health health() {
    int version = transitions.get();
    Health current = health;
    if (current.version() != version) {
      current = new Health(version, tiers, pools);
      health = current;
    }
    return current;
  }

  /**
   * An unreachable endpoint whose trial is due and that this request should try. While others can
   * be reached, that is a first attempt's job, whose retry can go to them, and only for endpoints
   * that would get traffic if they were back: those up to the first tier that has any reachable.
   */
  private @Nullable Candidate trial(Request request, long now, Health current) {
    boolean anyReachable = current.reachable() > 0;
    if (anyReachable && isRetry(request)) {
      return null;
    }
    for (Tier tier : tiers) {
      for (Pool pool : tier.pools()) {
        for (Candidate candidate : pool.candidates()) {
          if (candidate.statistics().trialAt() <= now
              && Admission.inSubset(candidate, request)
              && candidate.statistics().takeTrial(now)) {
            return candidate;
          }
        }
      }
      if (anyReachable && current.reachable(tier) > 0) {
        return null;
      }
    }
    return null;
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

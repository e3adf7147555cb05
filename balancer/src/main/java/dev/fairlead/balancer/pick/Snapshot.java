package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.hash.XxHash64;
import dev.fairlead.balancer.health.Ejector;
import dev.fairlead.balancer.pick.PoolHealth.Members;
import dev.fairlead.balancer.weight.ClassShares;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All that a pick needs, fixed at an update: the candidates in tiers, nearest or planned first. */
final class Snapshot {
  /**
   * Of so many requests that could be a trial one is. A trial may cost its request a connect's
   * time-out, and when a whole cluster is lost its trials could take every request that a slow
   * caller has. At ten requests a second it delays the return of an endpoint by a second.
   */
  private static final int ONE_TRIAL_IN = 10;

  /** Keeps the hash that decides between tiers apart from the one inside a pool. */
  private static final long TIER_SEED = 1;

  /** What a request is given where nothing healthy is fresh, from the best on. */
  private enum Resort {
    DEGRADED(Members.DEGRADED, Stage.FRESH),
    TRIED(Members.FIT, Stage.TRIED),
    RESTING(Members.FIT, Stage.RESTING),
    DEGRADED_RESTING(Members.DEGRADED, Stage.RESTING);

    private final Members members;
    private final Stage stage;

    Resort(Members members, Stage stage) {
      this.members = members;
      this.stage = stage;
    }
  }

  private final Resort[] resorts = Resort.values();
  private final List<Candidate> all;
  private final Layout layout;
  private final Map<Integer, Layout> byClass;
  private final @Nullable Shedding shedding;
  private final BalancerPolicy policy;
  private final Shared shared;
  private final boolean byKey;
  private final Ejector ejector;
  private final @Nullable LoadSpiller spiller;
  private final AtomicInteger transitions;
  private final RandomSource random;
  private volatile Health health;

  /** Made by the first that asks; an immutable map, so that it may be seen by others unguarded. */
  private @Nullable Map<Long, Candidate> bySession;

  /**
   * @param all in the order of the endpoint set, also those that no tier holds
   * @param byClass of classes that are led otherwise than {@code layout} says
   * @param shedding null where nobody is turned away
   * @param byKey whether a request's key decides where it goes
   * @param spiller null where traffic does not spill by load
   * @param transitions grows whenever what {@link Health} says may have changed
   */
  Snapshot(
      List<Candidate> all,
      Layout layout,
      Map<Integer, Layout> byClass,
      @Nullable Shedding shedding,
      BalancerPolicy policy,
      Shared shared,
      boolean byKey,
      Ejector ejector,
      @Nullable LoadSpiller spiller,
      AtomicInteger transitions,
      RandomSource random) {
    this.all = all;
    this.layout = layout;
    this.byClass = byClass;
    this.shedding = shedding;
    this.policy = policy;
    this.shared = shared;
    this.byKey = byKey;
    this.ejector = ejector;
    this.spiller = spiller;
    this.transitions = transitions;
    this.random = random;
    this.health = examine(transitions.get(), shared.clock().nanos());
  }

  List<Candidate> all() {
    return all;
  }

  Layout layout() {
    return layout;
  }

  BalancerPolicy policy() {
    return policy;
  }

  /**
   * @param trace null for nearly all picks
   */
  Pick pick(Request request, long now, Health current, @Nullable Trace trace) {
    if (shedding != null && shedding.meets(request, now, random) && !isRetry(request)) {
      shedding.count(request);
      return Refusal.SHED;
    }
    ServiceLimits limits = shared.limits();
    if (limits == null) {
      return unlimited(request, now, current, trace);
    }
    if (!limits.tryAcquire(request.trafficClass())) {
      return Refusal.OVER_LIMIT;
    }
    boolean leased = false;
    try {
      Pick pick = unlimited(request, now, current, trace);
      leased = pick instanceof Lease;
      return pick;
    } finally {
      // Also where the request, which is the caller's own code, throws.
      if (!leased) {
        limits.release();
      }
    }
  }

  private Pick unlimited(Request request, long now, Health current, @Nullable Trace trace) {
    Candidate bound = bound(request, now, trace);
    if (bound != null) {
      return new Lease(bound, now, request, false);
    }
    if (current.trialIsDue(now) && mayTry(request)) {
      Candidate trial = takeTrial(current.missed(), request, now, trace);
      if (trial != null) {
        return new Lease(trial, now, request, true);
      }
    }
    Candidate chosen = choose(request, now, current, trace);
    if (chosen != null) {
      return new Lease(chosen, now, request, false);
    }
    // No endpoint will do, perhaps for this request's subset alone: a trial costs it nothing.
    Candidate trial = takeTrial(current.unreachable(), request, now, trace);
    return trial != null ? new Lease(trial, now, request, true) : refusal(request, current);
  }

  /**
   * Chooses as {@link #pick} does, but takes no lease and no trial.
   *
   * @return null where there is a choice; it is in the trace
   */
  @Nullable Refusal explain(Request request, long now, Health current, Trace trace) {
    if (shedding != null && shedding.meets(request, now, random) && !isRetry(request)) {
      return Refusal.SHED;
    }
    ServiceLimits limits = shared.limits();
    if (limits != null) {
      if (!limits.tryAcquire(request.trafficClass())) {
        return Refusal.OVER_LIMIT;
      }
      limits.release();
    }
    boolean chosen =
        bound(request, now, trace) != null || choose(request, now, current, trace) != null;
    return chosen ? null : refusal(request, current);
  }

  /** The endpoint of the request's session, wherever it is, if any pick could choose it. */
  private @Nullable Candidate bound(Request request, long now, @Nullable Trace trace) {
    long session = request.session();
    if (session == 0) {
      return null;
    }
    Map<Long, Candidate> known = bySession;
    if (known == null) {
      known = new HashMap<>();
      for (Candidate candidate : all) {
        known.put(candidate.endpoint().sessionId(), candidate);
      }
      known = Map.copyOf(known);
      bySession = known;
    }
    Candidate bound = known.get(session);
    if (bound == null
        || !bound.usable(now)
        || !Admission.inSubset(bound, request)
        || request.tried(bound.endpoint())
        || !policy.limits().admitsToEndpoint(bound.statistics().inFlight())) {
      return null;
    }
    if (trace != null) {
      trace.rule("the endpoint of the request's session");
      trace.chosen(bound);
    }
    return bound;
  }

  /** Leaving a tried cluster is worth no farther tier; anything else that is untried is. */
  private @Nullable Candidate choose(
      Request request, long now, Health current, @Nullable Trace trace) {
    TierHealth[] tiers = current.tiers();
    if (tiers.length == 0) {
      return null;
    }
    boolean keyed = byKey && request.hasAffinity();
    long key = keyed ? XxHash64.hash(request.affinity(), TIER_SEED) : 0;
    int drawn = current.draw(keyed, key, random);
    Candidate chosen =
        drawn >= 0
            ? untried(tiers[drawn], Members.FIT, request, keyed, now, trace)
            : untried(tiers[-1 - drawn], Members.DEGRADED, request, keyed, now, trace);
    for (int at = 0; at < tiers.length && chosen == null; at++) {
      chosen = untried(tiers[at], Members.FIT, request, keyed, now, trace);
    }
    if (chosen == null) {
      chosen = lastResort(tiers, request, keyed, now, trace);
    }
    if (trace != null && chosen != null) {
      trace.chosen(chosen);
    }
    return chosen;
  }

  private @Nullable Candidate untried(
      TierHealth tier,
      Members members,
      Request request,
      boolean keyed,
      long now,
      @Nullable Trace trace) {
    Candidate chosen = tier.choose(members, Stage.ELSEWHERE, request, keyed, now, random, trace);
    return chosen != null
        ? chosen
        : tier.choose(members, Stage.FRESH, request, keyed, now, random, trace);
  }

  /** What is asked of an endpoint is given up bit by bit. */
  private @Nullable Candidate lastResort(
      TierHealth[] tiers, Request request, boolean keyed, long now, @Nullable Trace trace) {
    Candidate chosen = null;
    for (int at = 0; at < resorts.length && chosen == null; at++) {
      Resort resort = resorts[at];
      chosen = any(tiers, resort.members, resort.stage, request, keyed, now, trace);
    }
    if (chosen == null && policy.locality().spill().panicThreshold() > 0) {
      // As for a subset of which all are ejected: panic looks at whole tiers.
      chosen = any(tiers, Members.REACHABLE, Stage.RESTING, request, keyed, now, trace);
    }
    return chosen;
  }

  private @Nullable Candidate any(
      TierHealth[] tiers,
      Members members,
      Stage stage,
      Request request,
      boolean keyed,
      long now,
      @Nullable Trace trace) {
    Candidate chosen = null;
    for (int at = 0; at < tiers.length && chosen == null; at++) {
      chosen = tiers[at].choose(members, stage, request, keyed, now, random, trace);
    }
    return chosen;
  }

  /** Health as of {@code now}, for a request of its class; takes what steps are due on the way. */
  Health health(Request request, long now) {
    if (shared.watched()) {
      ejector.advance(now);
    }
    Health current = health;
    if (spiller != null && spiller.due(now)) {
      spiller.advance(now, layout, current);
    }
    int version = transitions.get();
    if (current.version() != version || now >= current.expiresAt()) {
      current = examine(version, now);
      health = current;
    }
    return current.of(request);
  }

  private Health examine(int version, long now) {
    @Nullable Health[] others = new Health[byClass.isEmpty() ? 0 : ClassShares.CLASSES];
    Map<Layout, Health> known = new HashMap<>();
    byClass.forEach(
        (trafficClass, own) ->
            others[trafficClass] =
                known.computeIfAbsent(own, layout -> examine(version, layout, new Health[0], now)));
    return examine(version, layout, others, now);
  }

  private Health examine(int version, Layout examined, @Nullable Health[] others, long now) {
    return new Health(
        version,
        examined,
        policy.locality().spill(),
        policy.limits().perEndpoint(),
        ejector.current(),
        spiller,
        others,
        now);
  }

  /** Whether it is this request's turn: a first attempt, whose retry can go to the others. */
  private boolean mayTry(Request request) {
    return random.below(ONE_TRIAL_IN) == 0 && !isRetry(request);
  }

  /** The one that is due for the longest, so that each has its turn, if no one else takes it. */
  private static @Nullable Candidate takeTrial(
      List<Candidate> unreachable, Request request, long now, @Nullable Trace trace) {
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
    if (longestDue == null || !longestDue.statistics().takeTrial(now)) {
      return null;
    }
    if (trace != null) {
      trace.rule("the trial of one that could not be reached");
      trace.chosen(longestDue);
    }
    return longestDue;
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
  private Refusal refusal(Request request, Health current) {
    boolean any = false;
    boolean forbidden = false;
    boolean reachable = false;
    for (Candidate candidate : all) {
      any |= candidate.dropped() == null;
      forbidden |= candidate.dropped() == Drop.FORBIDDEN;
      reachable |= candidate.dropped() == null && candidate.statistics().reachable();
    }
    if (!any) {
      return forbidden ? Refusal.FORBIDDEN : Refusal.NO_ENDPOINT;
    }
    if (!reachable) {
      return Refusal.ALL_UNREACHABLE;
    }
    boolean ejected = false;
    for (TierHealth tier : current.tiers()) {
      for (PoolHealth pool : tier.pools()) {
        for (int index = 0; index < pool.pool().candidates().length; index++) {
          Candidate candidate = pool.pool().candidates()[index];
          if (!candidate.statistics().reachable() || !Admission.inSubset(candidate, request)) {
            continue;
          }
          if (!policy.limits().admitsToEndpoint(candidate.statistics().inFlight())) {
            return Refusal.OVER_LIMIT;
          }
          ejected = true;
        }
      }
    }
    return ejected ? Refusal.ALL_EJECTED : Refusal.NO_ENDPOINT;
  }
}

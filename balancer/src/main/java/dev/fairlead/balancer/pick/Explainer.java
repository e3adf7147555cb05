package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Explanation.Considered;
import dev.fairlead.balancer.pick.Explanation.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the explanation of one pick, right after the choice and before its lease. */
final class Explainer {
  private final Snapshot snapshot;
  private final Request request;
  private final long now;
  private final Trace trace;

  /** Where each candidate is: which pool, and at which index of it. */
  private final Map<Candidate, Member> members = new HashMap<>();

  private record Member(PoolHealth pool, int index) {}

  private Explainer(Snapshot snapshot, Health health, Request request, long now, Trace trace) {
    this.snapshot = snapshot;
    this.request = request;
    this.now = now;
    this.trace = trace;
    for (TierHealth tier : health.tiers()) {
      for (PoolHealth pool : tier.pools()) {
        Candidate[] candidates = pool.pool().candidates();
        for (int index = 0; index < candidates.length; index++) {
          members.put(candidates[index], new Member(pool, index));
        }
      }
    }
  }

  /**
   * @param origin added to {@code now} for the ticker's time
   * @param refusal empty where the trace has a choice
   */
  static Explanation explain(
      ServiceName service,
      long origin,
      Snapshot snapshot,
      Health health,
      Request request,
      long now,
      Trace trace,
      Optional<Refusal> refusal) {
    Explainer explainer = new Explainer(snapshot, health, request, now, trace);
    List<Considered> endpoints = new ArrayList<>();
    for (Candidate candidate : snapshot.all()) {
      endpoints.add(explainer.consider(candidate));
    }
    PoolHealth pool = trace.pool();
    return new Explanation(
        service,
        origin + now,
        Optional.ofNullable(trace.chosen()).map(Candidate::endpoint),
        refusal,
        pool == null ? "" : pool.pool().name(),
        trace.share(),
        pool != null && pool.panics(),
        trace.stage().word(),
        trace.rule(),
        explainer.runnerUp(),
        endpoints);
  }

  private Considered consider(Candidate candidate) {
    Trace.Compared compared = trace.compared().get(candidate);
    return new Considered(
        candidate.endpoint(),
        verdict(candidate, members.get(candidate)),
        compared == null ? Double.NaN : compared.load(),
        compared == null ? Collections.emptySortedMap() : compared.terms());
  }

  private Verdict verdict(Candidate candidate, @Nullable Member member) {
    if (candidate == trace.chosen()) {
      return Verdict.CHOSEN;
    }
    if (trace.compared().containsKey(candidate)) {
      return Verdict.COMPARED;
    }
    Drop dropped = candidate.dropped();
    if (dropped != null) {
      return switch (dropped) {
        case FORBIDDEN -> Verdict.FORBIDDEN;
        case DRAINING -> Verdict.DRAINING;
        case WEIGHT_ZERO -> Verdict.WEIGHT_ZERO;
      };
    }
    if (member == null) {
      return Verdict.OUT_OF_REACH;
    }
    Fitness fitness = member.pool().fitness(member.index());
    if (fitness == Fitness.UNREACHABLE) {
      return Verdict.UNREACHABLE;
    }
    if (fitness == Fitness.EJECTED && !member.pool().panics()) {
      return Verdict.EJECTED;
    }
    if (fitness == Fitness.UNHEALTHY && !member.pool().panics()) {
      return Verdict.UNHEALTHY;
    }
    return byRequest(candidate, member);
  }

  private Verdict byRequest(Candidate candidate, Member member) {
    if (!Admission.inSubset(candidate, request)) {
      return Verdict.OTHER_LABELS;
    }
    if (trace.stage() != Stage.RESTING && candidate.statistics().gated(now)) {
      return Verdict.RESTING;
    }
    Endpoint endpoint = candidate.endpoint();
    boolean tried =
        switch (trace.stage()) {
          case ELSEWHERE -> request.triedIn(endpoint.cluster()) || request.tried(endpoint);
          case FRESH -> request.tried(endpoint);
          case TRIED, RESTING -> false;
        };
    if (tried) {
      return Verdict.TRIED;
    }
    if (!snapshot.policy().limits().admitsToEndpoint(candidate.statistics().inFlight())) {
      return Verdict.FULL;
    }
    boolean meant =
        member.pool() == trace.pool() && member.pool().has(trace.members(), member.index());
    return meant ? Verdict.ADMITTED : Verdict.NOT_DRAWN;
  }

  private Optional<Endpoint> runnerUp() {
    return trace.compared().entrySet().stream()
        .filter(entry -> entry.getKey() != trace.chosen())
        .min(Comparator.comparingDouble(entry -> entry.getValue().load()))
        .map(entry -> entry.getKey().endpoint());
  }
}

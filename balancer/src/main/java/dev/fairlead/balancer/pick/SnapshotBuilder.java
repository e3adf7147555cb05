package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.report.ClusterCounters;
import dev.fairlead.balancer.weight.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Sorts endpoints into tiers and pools: by the plan where there is one, else by locality. */
record SnapshotBuilder(
    BalancerPolicy policy, Place caller, Optional<Shares> shares, RandomSource random) {

  Snapshot build(
      EndpointSet endpoints,
      Map<Endpoint.Identity, EndpointStatistics> statistics,
      Function<String, ClusterCounters> counters,
      AtomicInteger transitions,
      Ticker clock) {
    Estimation estimation = estimation();
    List<Candidate> all = new ArrayList<>();
    for (Endpoint endpoint : endpoints.endpoints()) {
      all.add(
          new Candidate(
              endpoint,
              policy.locality().priority(caller, endpoint.place()),
              Objects.requireNonNull(statistics.get(endpoint.identity())),
              counters.apply(endpoint.cluster()),
              estimation));
    }
    List<Candidate> weighted = all.stream().filter(each -> each.weight() > 0).toList();
    List<Tier> tiers = new ArrayList<>();
    int last = policy.locality().mode() == LocalityPolicy.Mode.STRICT ? 0 : Integer.MAX_VALUE;
    if (shares.isPresent()) {
      addPlanned(tiers, weighted, shares.get(), last);
    } else {
      addByLocality(tiers, weighted, last);
    }
    return new Snapshot(List.copyOf(all), tiers, shares.isPresent(), transitions, random, clock);
  }

  /** Of the averages that are kept whatever the algorithm is, for the reports and for a change. */
  private Estimation estimation() {
    Algorithm.PeakEwma peak =
        policy.algorithm() instanceof Algorithm.PeakEwma own ? own : Algorithm.PeakEwma.DEFAULT;
    return new Estimation(
        (double) peak.decay().toNanos(),
        (double) peak.successDecay().toNanos(),
        (double) peak.prior().toNanos(),
        (double) peak.failurePenalty().toNanos());
  }

  /** Clusters with a share first. The others follow by locality, since health corrects a plan. */
  private void addPlanned(List<Tier> tiers, List<Candidate> candidates, Shares plan, int last) {
    Map<String, List<Candidate>> planned = new TreeMap<>();
    List<Candidate> rest = new ArrayList<>();
    for (Candidate candidate : candidates) {
      String cluster = candidate.endpoint().cluster();
      if (plan.byCluster().getOrDefault(cluster, 0.0) > 0) {
        planned.computeIfAbsent(cluster, unused -> new ArrayList<>()).add(candidate);
      } else {
        rest.add(candidate);
      }
    }
    if (!planned.isEmpty()) {
      List<Pool> pools = new ArrayList<>();
      planned.forEach(
          (cluster, members) ->
              pools.add(
                  pool(
                      pools.size(),
                      Objects.requireNonNull(plan.byCluster().get(cluster)),
                      members)));
      tiers.add(new Tier(pools));
    }
    addByLocality(tiers, rest, last);
  }

  /** A tier of one pool for each priority up to {@code last}. */
  private void addByLocality(List<Tier> tiers, List<Candidate> candidates, int last) {
    int ordinal = tiers.stream().mapToInt(tier -> tier.pools().length).sum();
    Map<Integer, List<Candidate>> byPriority = new TreeMap<>();
    for (Candidate candidate : candidates) {
      if (candidate.priority() <= last) {
        byPriority
            .computeIfAbsent(candidate.priority(), unused -> new ArrayList<>())
            .add(candidate);
      }
    }
    for (List<Candidate> members : byPriority.values()) {
      tiers.add(new Tier(List.of(pool(ordinal++, 1, members))));
    }
  }

  private Pool pool(int ordinal, double share, List<Candidate> members) {
    Candidate[] candidates = members.toArray(Candidate[]::new);
    return new Pool(
        ordinal,
        share,
        candidates,
        Choice.of(policy.algorithm(), candidates, candidates[0].estimation(), random));
  }
}

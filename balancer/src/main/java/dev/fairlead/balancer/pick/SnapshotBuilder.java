package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.hash.HashTable;
import dev.fairlead.balancer.hash.RendezvousTable;
import dev.fairlead.balancer.hash.XxHash64;
import dev.fairlead.balancer.locality.KubernetesHints;
import dev.fairlead.balancer.report.ClusterCounters;
import dev.fairlead.balancer.weight.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sorts endpoints into tiers and pools: by the plan where there is one, else by locality. What has
 * not changed since the last snapshot is taken over as it is: candidates, and pools of the same
 * candidates with all that they remember.
 *
 * @param incarnations of all endpoints
 * @param placeLoads of all places; null where no policy asks for them
 * @param known candidates of the last snapshot, by identity
 * @param pools of the last snapshot, by name
 */
record SnapshotBuilder(
    BalancerPolicy policy,
    Place caller,
    Optional<Shares> shares,
    Shared shared,
    Choices choices,
    Map<Endpoint.Identity, Incarnation> incarnations,
    Function<String, ClusterCounters> counters,
    @Nullable PlaceLoads placeLoads,
    Map<Endpoint.Identity, Candidate> known,
    Map<String, Pool> pools) {

  /** Candidates in the order of the set, also those that no pool holds. */
  List<Candidate> candidates(EndpointSet endpoints) {
    KubernetesHints hints = hints(endpoints);
    List<Candidate> all = new ArrayList<>(endpoints.endpoints().size());
    boolean allDrain = allDrain(endpoints);
    for (Endpoint endpoint : endpoints.endpoints()) {
      all.add(candidate(endpoint, hints, allDrain));
    }
    return all;
  }

  /** As where the only pod of a service is being replaced: then those that drain are used. */
  private boolean allDrain(EndpointSet endpoints) {
    for (Endpoint endpoint : endpoints.endpoints()) {
      if (endpoint.condition() != Endpoint.Condition.DRAINING
          && endpoint.weight() > 0
          && !policy.residency().forbids(endpoint.place())) {
        return false;
      }
    }
    return true;
  }

  /** Hints say for whom an endpoint is meant in its own cluster only. */
  private KubernetesHints hints(EndpointSet endpoints) {
    List<Hints> ready = new ArrayList<>();
    for (Endpoint endpoint : endpoints.endpoints()) {
      if (endpoint.cluster().equals(caller.cluster())
          && endpoint.condition() != Endpoint.Condition.DRAINING) {
        if (endpoint.hints().equals(Hints.NONE)) {
          return KubernetesHints.IGNORED;
        }
        ready.add(endpoint.hints());
      }
    }
    return KubernetesHints.of(ready, caller);
  }

  private Candidate candidate(Endpoint endpoint, KubernetesHints hints, boolean allDrain) {
    Incarnation incarnation = Objects.requireNonNull(incarnations.get(endpoint.identity()));
    int priority = priority(endpoint, hints);
    Drop dropped = dropped(endpoint, allDrain);
    PlaceLoad placeLoad = placeLoads == null ? null : placeLoads.of(endpoint.place(), priority);
    Candidate before = known.get(endpoint.identity());
    if (before != null && before.is(endpoint, priority, dropped, incarnation, placeLoad, shared)) {
      return before;
    }
    return new Candidate(
        endpoint,
        priority,
        dropped,
        incarnation,
        counters.apply(endpoint.cluster()),
        placeLoad,
        shared);
  }

  /** Where hints are heeded, whom they mean comes first and all others follow one behind. */
  private int priority(Endpoint endpoint, KubernetesHints hints) {
    int byPlace = policy.locality().priority(caller, endpoint.place());
    if (hints.mode() == KubernetesHints.Mode.NONE) {
      return byPlace;
    }
    boolean meant = endpoint.cluster().equals(caller.cluster()) && hints.admits(endpoint.hints());
    return meant ? 0 : byPlace + 1;
  }

  private @Nullable Drop dropped(Endpoint endpoint, boolean allDrain) {
    if (policy.residency().forbids(endpoint.place())) {
      return Drop.FORBIDDEN;
    }
    if (endpoint.condition() == Endpoint.Condition.DRAINING && !allDrain) {
      return Drop.DRAINING;
    }
    return endpoint.weight() > 0 ? null : Drop.WEIGHT_ZERO;
  }

  Layout layout(List<Candidate> all) {
    List<Candidate> eligible = all.stream().filter(each -> each.dropped() == null).toList();
    int last = policy.locality().mode() == LocalityPolicy.Mode.STRICT ? 0 : Integer.MAX_VALUE;
    List<Tier> tiers = new ArrayList<>();
    if (shares.isPresent()) {
      Map<String, Double> byCluster = shares.get().byCluster();
      addShared(tiers, eligible, each -> each.endpoint().cluster(), byCluster, last, "");
    } else if (policy.locality().mode() == LocalityPolicy.Mode.WEIGHTED) {
      Map<String, Double> byPattern = new TreeMap<>();
      policy
          .locality()
          .distribution()
          .forEach(portion -> byPattern.putIfAbsent(portion.where().toString(), portion.weight()));
      addShared(tiers, eligible, this::portion, byPattern, last, "");
    } else {
      addByPriority(tiers, eligible, last, "");
      return new Layout(tiers, true);
    }
    return new Layout(tiers, false);
  }

  /**
   * The layout of a class with shares of its own.
   *
   * @param made pools of the snapshot's other layouts, by name
   */
  Layout layout(List<Candidate> all, int trafficClass, Shares own, Map<String, Pool> made) {
    Map<String, Pool> known = new HashMap<>(pools);
    known.putAll(made);
    SnapshotBuilder builder =
        new SnapshotBuilder(
            policy,
            caller,
            Optional.of(own),
            shared,
            choices,
            incarnations,
            counters,
            placeLoads,
            this.known,
            known);
    List<Candidate> eligible = all.stream().filter(each -> each.dropped() == null).toList();
    int last = policy.locality().mode() == LocalityPolicy.Mode.STRICT ? 0 : Integer.MAX_VALUE;
    List<Tier> tiers = new ArrayList<>();
    builder.addShared(
        tiers,
        eligible,
        each -> each.endpoint().cluster(),
        own.byCluster(),
        last,
        // What is left over differs from class to class.
        " of class " + trafficClass);
    return new Layout(tiers, false);
  }

  /** The first portion that matches; empty for none. */
  private String portion(Candidate candidate) {
    for (LocalityPolicy.Portion portion : policy.locality().distribution()) {
      if (portion.where().matches(candidate.endpoint().place().locality())) {
        return portion.where().toString();
      }
    }
    return "";
  }

  /** Groups with a share first. The others follow by locality, since health corrects a plan. */
  private void addShared(
      List<Tier> tiers,
      List<Candidate> candidates,
      Function<Candidate, String> group,
      Map<String, Double> shareOf,
      int last,
      String suffix) {
    Map<String, List<Candidate>> groups = new TreeMap<>();
    List<Candidate> rest = new ArrayList<>();
    for (Candidate candidate : candidates) {
      String name = group.apply(candidate);
      if (shareOf.getOrDefault(name, 0.0) > 0) {
        groups.computeIfAbsent(name, unused -> new ArrayList<>()).add(candidate);
      } else {
        rest.add(candidate);
      }
    }
    if (!groups.isEmpty()) {
      List<Pool> made = new ArrayList<>();
      groups.forEach((name, members) -> made.add(pool(name, members)));
      double[] each =
          groups.keySet().stream()
              .mapToDouble(name -> Objects.requireNonNull(shareOf.get(name)))
              .toArray();
      tiers.add(new Tier(made, each));
    }
    addByPriority(tiers, rest, last, suffix);
  }

  /** A tier of one pool for each priority up to {@code last}. */
  private void addByPriority(
      List<Tier> tiers, List<Candidate> candidates, int last, String suffix) {
    Map<Integer, List<Candidate>> byPriority = new TreeMap<>();
    for (Candidate candidate : candidates) {
      if (candidate.priority() <= last) {
        byPriority
            .computeIfAbsent(candidate.priority(), unused -> new ArrayList<>())
            .add(candidate);
      }
    }
    byPriority.forEach(
        (priority, members) ->
            tiers.add(
                new Tier(
                    List.of(pool("priority " + priority + suffix, members)), new double[] {1})));
  }

  private Pool pool(String name, List<Candidate> members) {
    Candidate[] candidates = subset(members).toArray(Candidate[]::new);
    Pool before = pools.get(name);
    if (before != null && Arrays.equals(before.candidates(), candidates)) {
      return before;
    }
    return new Pool(name, candidates, Warming.of(policy.warmUp(), candidates), choices, before);
  }

  /** Those that rendezvous hashing ranks highest for this client, in their order. */
  private List<Candidate> subset(List<Candidate> members) {
    if (policy.subsetting().isEmpty() || members.size() <= policy.subsetting().get().size()) {
      return members;
    }
    Subsetting subsetting = policy.subsetting().get();
    Candidate[] candidates = members.toArray(Candidate[]::new);
    // Weights are for shares inside a subset; in the ranking all count alike.
    double[] alike = new double[candidates.length];
    Arrays.fill(alike, 1);
    RendezvousTable table = HashTable.rendezvous(HashChoice.identities(candidates), alike);
    long client = XxHash64.hash(subsetting.client(), 0);
    double[] scores = new double[candidates.length];
    Arrays.setAll(scores, index -> table.score(client, index));
    return IntStream.range(0, candidates.length)
        .boxed()
        .sorted(Comparator.comparingDouble(index -> -scores[index]))
        .limit(subsetting.size())
        .sorted()
        .map(members::get)
        .toList();
  }

  static Map<Endpoint.Identity, Candidate> byIdentity(List<Candidate> candidates) {
    Map<Endpoint.Identity, Candidate> byIdentity = HashMap.newHashMap(candidates.size());
    for (Candidate candidate : candidates) {
      byIdentity.put(candidate.endpoint().identity(), candidate);
    }
    return byIdentity;
  }

  static Map<String, Pool> byName(Layout layout) {
    Map<String, Pool> byName = new HashMap<>();
    for (Tier tier : layout.tiers()) {
      for (Pool pool : tier.pools()) {
        byName.put(pool.name(), pool);
      }
    }
    return byName;
  }
}

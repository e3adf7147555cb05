package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.ActiveCheck;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.EndpointMonitor;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.Ramp;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.balancer.weight.Shares;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What snapshots are made from: endpoints, policy, the caller's place, the plan, and what stays
 * from one snapshot to the next. Updates are the caller's to serialise.
 */
final class SnapshotInputs {
  private final ServiceName service;
  private final Ticker clock;
  private final RandomSource random;
  private final Optional<Prober> prober;
  private final Learnt learnt;

  private EndpointSet endpoints = EndpointSet.EMPTY;
  private BalancerPolicy policy;
  private Place caller;
  private Optional<Shares> shares = Optional.empty();
  private Map<Integer, Shares> sharesByClass = Map.of();
  private @Nullable Shedding shedding;
  private Map<String, Crossing> crossings = Map.of();

  private Map<Endpoint.Identity, Incarnation> incarnations = new HashMap<>();
  private Map<Endpoint.Identity, Candidate> candidates = new HashMap<>();
  private Map<String, Pool> pools = new HashMap<>();
  private Shared shared;
  private Choices choices;
  private @Nullable LoadSpiller spiller;

  /** Null where no policy asks for them. */
  private @Nullable PlaceLoads placeLoads;

  /**
   * @param clock time since the balancer was made
   * @throws IllegalArgumentException if the policy is {@code prequal} and there is no prober
   */
  SnapshotInputs(
      ServiceName service,
      BalancerPolicy policy,
      Place caller,
      Ticker clock,
      RandomSource random,
      Optional<Prober> prober,
      Learnt learnt) {
    this.service = service;
    this.clock = clock;
    this.random = random;
    this.prober = prober;
    this.learnt = learnt;
    this.caller = caller;
    check(policy);
    this.policy = policy;
    this.shared = shared(policy, null);
    this.choices = choices(policy);
    this.spiller = spiller(policy);
  }

  BalancerPolicy policy() {
    return policy;
  }

  /** The snapshot of no endpoints. */
  Snapshot empty() {
    return snapshot(List.of(), Layout.EMPTY, Map.of());
  }

  private Snapshot snapshot(List<Candidate> all, Layout layout, Map<Integer, Layout> byClass) {
    return new Snapshot(
        all,
        layout,
        byClass,
        shedding,
        policy,
        shared,
        choices.byKey(),
        learnt.ejector(),
        spiller,
        learnt.transitions(),
        random);
  }

  void set(EndpointSet endpoints) {
    this.endpoints = endpoints;
  }

  void set(Place caller) {
    boolean moved = !caller.equals(this.caller);
    this.caller = caller;
    if (moved) {
      spiller = spiller(policy);
    }
  }

  void set(Optional<Shares> shares) {
    sharesByClass = Map.of();
    shedding = null;
    setAny(shares);
  }

  void set(ClassShares plan) {
    sharesByClass = plan.byClass();
    boolean sheds = plan.shed().values().stream().anyMatch(part -> part > 0);
    shedding = sheds ? new Shedding(plan, clock.nanos(), learnt.shed()) : null;
    setAny(Optional.of(plan.any()));
  }

  private void setAny(Optional<Shares> shares) {
    boolean same = shares.isPresent() == this.shares.isPresent();
    this.shares = shares;
    if (!same) {
      // With a plan it corrects shares of clusters, without one of priorities.
      spiller = spiller(policy);
    }
  }

  void set(Map<String, Crossing> crossings) {
    this.crossings = Map.copyOf(crossings);
    if (spiller != null) {
      spiller.crossings(this.crossings);
    }
  }

  /**
   * @throws IllegalArgumentException if the policy is {@code prequal} and there is no prober
   */
  void set(BalancerPolicy next) {
    check(next);
    if (next.equals(policy)) {
      return;
    }
    BalancerPolicy before = policy;
    policy = next;
    boolean sameLimits =
        next.limits().perService() == before.limits().perService()
            && next.concurrency().equals(before.concurrency());
    shared = shared(next, sameLimits ? shared : null);
    choices = choices(next);
    pools = new HashMap<>();
    if (!next.checks().equals(before.checks())) {
      incarnations.replaceAll((identity, known) -> known.with(check(next.checks())));
    }
    if (!next.locality().equals(before.locality())) {
      spiller = spiller(next);
    }
  }

  /**
   * @param before whose limits go on; null for none
   */
  private Shared shared(BalancerPolicy policy, @Nullable Shared before) {
    Algorithm.PeakEwma peak =
        policy.algorithm() instanceof Algorithm.PeakEwma own ? own : Algorithm.PeakEwma.DEFAULT;
    // Averages are kept whatever the algorithm is, for the reports and for a change.
    Estimation estimation =
        new Estimation(
            (double) peak.decay().toNanos(),
            (double) peak.successDecay().toNanos(),
            (double) peak.prior().toNanos(),
            (double) peak.failurePenalty().toNanos());
    LoadWeighting weighting =
        policy.algorithm() instanceof Algorithm.WrrReported reported
            ? reported.weighting()
            : LoadWeighting.DEFAULT;
    return new Shared(
        clock,
        estimation,
        weighting,
        !policy.outliers().equals(OutlierDetection.OFF),
        before != null
            ? before.limits()
            : ServiceLimits.of(
                policy.limits(), policy.concurrency(), learnt.limited(), random, clock.nanos()));
  }

  private Choices choices(BalancerPolicy policy) {
    return new Choices(policy.algorithm(), prober, learnt.probes(), clock, random);
  }

  private @Nullable LoadSpiller spiller(BalancerPolicy policy) {
    if (!policy.locality().spill().byLoad()
        || policy.locality().mode() != LocalityPolicy.Mode.FAILOVER) {
      return null;
    }
    LoadSpiller made = new LoadSpiller(caller.cluster(), learnt.transitions());
    made.crossings(crossings);
    return made;
  }

  private Optional<ActiveCheck> check(Optional<ActiveCheckPolicy> checks) {
    return checks.map(each -> new ActiveCheck(each, random, clock.nanos()));
  }

  /**
   * Makes the next snapshot.
   *
   * @param publish puts it in force
   */
  void publish(Consumer<Snapshot> publish) {
    keepIncarnations();
    placeLoads = keptPlaceLoads();
    SnapshotBuilder builder =
        new SnapshotBuilder(
            policy,
            caller,
            shares,
            shared,
            choices,
            incarnations,
            learnt::countersOf,
            placeLoads,
            candidates,
            pools);
    List<Candidate> all = builder.candidates(endpoints);
    Layout layout = builder.layout(all);
    Map<String, Pool> made = SnapshotBuilder.byName(layout);
    Map<Integer, Layout> byClass = byClass(builder, all, made);
    if (placeLoads != null) {
      placeLoads.settle(candidates.values(), all, made.values());
    }
    candidates = SnapshotBuilder.byIdentity(all);
    pools = made;
    // Those that no pool holds get no requests, so they are nobody whom the cap counts.
    List<EndpointMonitor> monitors = new ArrayList<>(all.size());
    for (Pool pool : pools.values()) {
      for (Candidate candidate : pool.candidates()) {
        monitors.add(candidate.incarnation().monitor());
      }
    }
    learnt
        .ejector()
        .update(policy.outliers(), monitors, () -> publish.accept(snapshot(all, layout, byClass)));
  }

  /**
   * The layouts of the classes that have shares of their own: one for those whose shares are equal,
   * and none for those that go as all do.
   *
   * @param made all pools so far, and afterwards those of these layouts too: layouts share the
   *     pools of clusters, with all that those remember
   */
  private Map<Integer, Layout> byClass(
      SnapshotBuilder builder, List<Candidate> all, Map<String, Pool> made) {
    Map<Integer, Layout> byClass = new TreeMap<>();
    Map<Shares, Layout> known = new HashMap<>();
    sharesByClass.forEach(
        (trafficClass, own) -> {
          if (shares.isPresent() && own.equals(shares.get())) {
            return;
          }
          Layout layout = known.get(own);
          if (layout == null) {
            layout = builder.layout(all, trafficClass, own, made);
            known.put(own, layout);
            made.putAll(SnapshotBuilder.byName(layout));
          }
          byClass.put(trafficClass, layout);
        });
    return byClass;
  }

  /** One that left is forgotten: should it come back, it is a new incarnation. */
  private void keepIncarnations() {
    long now = clock.nanos();
    Map<Endpoint.Identity, Incarnation> kept = HashMap.newHashMap(endpoints.endpoints().size());
    for (Endpoint endpoint : endpoints.endpoints()) {
      Endpoint.Identity identity = endpoint.identity();
      Incarnation known = incarnations.get(identity);
      kept.put(identity, known != null ? known : born(endpoint, now));
    }
    incarnations = kept;
  }

  private Incarnation born(Endpoint endpoint, long now) {
    return new Incarnation(
        new EndpointStatistics(now, random, learnt.transitions()),
        learnt.ejector().monitor(endpoint.cluster()),
        new Ramp(now),
        check(policy.checks()));
  }

  /** They go on under the next policy, since requests in flight do. */
  private @Nullable PlaceLoads keptPlaceLoads() {
    if (!choices.needsPlaceLoads() && spiller == null) {
      return null;
    }
    return placeLoads != null ? placeLoads : new PlaceLoads();
  }

  private void check(BalancerPolicy policy) {
    if (policy.algorithm() instanceof Algorithm.Prequal && prober.isEmpty()) {
      throw new IllegalArgumentException(
          "prequal needs a Prober: give one to the balancer of " + service);
    }
  }
}

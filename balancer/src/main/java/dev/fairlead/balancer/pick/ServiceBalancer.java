package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.ActiveCheck;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.Ejector;
import dev.fairlead.balancer.health.EndpointMonitor;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.OutlierReason;
import dev.fairlead.balancer.health.Ramp;
import dev.fairlead.balancer.health.RetryBudget;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.balancer.report.ClusterCounters;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.Shares;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The balancer of one service: a share for each cluster from the plan, then the policy inside the
 * cluster. Whatever changes arrives by an update, which takes effect for every pick that begins
 * after it returned.
 */
public final class ServiceBalancer implements Balancer, AutoCloseable {
  private final ServiceName service;
  private final RandomSource random;
  private final Optional<Prober> prober;

  /** When this balancer was made, in the ticker's terms; inside, time counts from there. */
  private final long origin;

  private final Ticker clock;

  /** Grows with each change of an endpoint's fitness, so that snapshots look anew. */
  private final AtomicInteger transitions = new AtomicInteger();

  /** Rows outlive their cluster's endpoints: reports are cumulative. */
  private final Map<String, ClusterCounters> counters = new ConcurrentSkipListMap<>();

  /** Requests in flight that some limit on the service admitted. */
  private final AtomicInteger limited = new AtomicInteger();

  private final ProbeCounters probeCounters = new ProbeCounters();
  private final Ejector ejector;

  /** Serialises updates; a pick never takes it. */
  private final ReentrantLock updating = new ReentrantLock();

  // Guarded by updating.
  private Map<Endpoint.Identity, Incarnation> incarnations = new HashMap<>();
  private Map<Endpoint.Identity, Candidate> candidates = new HashMap<>();
  private Map<String, Pool> pools = new HashMap<>();
  private Map<String, Crossing> crossings = Map.of();
  private EndpointSet endpoints = EndpointSet.EMPTY;
  private BalancerPolicy policy;
  private Place caller;
  private Optional<Shares> shares = Optional.empty();
  private Shared shared;
  private Choices choices;
  private @Nullable LoadSpiller spiller;

  /** Null where no policy asks for them. */
  private @Nullable PlaceLoads placeLoads;

  private volatile RetryBudget retryBudget;
  private volatile Snapshot snapshot;
  private volatile @Nullable Sampling sampling;
  private volatile boolean closed;

  /** Which picks are explained, and to whom. */
  private record Sampling(int oneIn, Consumer<Explanation> listener) {}

  /** A balancer that cannot send probes, so that its policy cannot be {@code prequal}. */
  public ServiceBalancer(
      ServiceName service,
      BalancerPolicy policy,
      Place caller,
      Ticker ticker,
      RandomSource random) {
    this(service, policy, caller, ticker, random, Optional.empty());
  }

  /**
   * @param ticker monotonic nanoseconds from any origin
   * @param random safe for any thread
   * @param prober sends the probes of {@code prequal}
   * @throws IllegalArgumentException if the policy is {@code prequal} and there is no prober
   */
  public ServiceBalancer(
      ServiceName service,
      BalancerPolicy policy,
      Place caller,
      Ticker ticker,
      RandomSource random,
      Optional<Prober> prober) {
    this.service = service;
    this.caller = caller;
    this.random = random;
    this.prober = prober;
    this.origin = ticker.nanos();
    long start = origin;
    this.clock = () -> ticker.nanos() - start;
    this.ejector = new Ejector(policy.outliers(), random, transitions, 0);
    check(policy);
    this.policy = policy;
    this.shared = shared(policy, null);
    this.choices = choices(policy);
    this.spiller = spiller(policy);
    this.retryBudget = new RetryBudget(policy.retries());
    this.snapshot =
        new Snapshot(
            List.of(),
            Layout.EMPTY,
            policy,
            shared,
            choices.byKey(),
            ejector,
            spiller,
            transitions,
            random);
  }

  public ServiceName service() {
    return service;
  }

  @Override
  public Pick pick(Request request) {
    if (closed) {
      return Refusal.CLOSED;
    }
    Snapshot current = snapshot;
    long now = clock.nanos();
    Health health = current.health(now);
    Sampling wanted = sampling;
    if (wanted == null || random.below(wanted.oneIn()) != 0) {
      return current.pick(request, now, health, null);
    }
    Trace trace = new Trace();
    Pick pick = current.pick(request, now, health, trace);
    Optional<Refusal> refusal =
        pick instanceof Refusal refused ? Optional.of(refused) : Optional.empty();
    boolean explained = false;
    try {
      wanted.listener().accept(explanation(current, health, request, now, trace, refusal));
      explained = true;
      return pick;
    } finally {
      if (!explained && pick instanceof Lease lost) {
        lost.end(Outcome.IGNORED);
      }
    }
  }

  /**
   * Explains the pick that this request would get now, and takes no lease. It counts nowhere, but
   * the policy goes on in its sequence as for a pick.
   */
  public Explanation explain(Request request) {
    Snapshot current = snapshot;
    long now = clock.nanos();
    Health health = current.health(now);
    Trace trace = new Trace();
    Refusal refusal = closed ? Refusal.CLOSED : current.explain(request, now, health, trace);
    return explanation(current, health, request, now, trace, Optional.ofNullable(refusal));
  }

  private Explanation explanation(
      Snapshot current,
      Health health,
      Request request,
      long now,
      Trace trace,
      Optional<Refusal> refusal) {
    return Explainer.explain(service, origin, current, health, request, now, trace, refusal);
  }

  /**
   * Explains one of so many picks, drawn at random, to a listener, which runs on the thread that
   * picks and should be quick; what it throws the pick throws, its lease ended as ignored.
   *
   * @param oneIn at least 1
   */
  public void explainSome(int oneIn, Consumer<Explanation> listener) {
    if (oneIn < 1) {
      throw new IllegalArgumentException("oneIn " + oneIn + " is not at least 1");
    }
    sampling = new Sampling(oneIn, listener);
  }

  /** Ends {@link #explainSome}. */
  public void explainNone() {
    sampling = null;
  }

  /** Replaces the endpoints; one that stays keeps its statistics. */
  public void update(EndpointSet endpoints) {
    update(() -> this.endpoints = endpoints);
  }

  /**
   * @throws IllegalArgumentException if the policy is {@code prequal} and there is no prober
   */
  public void update(BalancerPolicy policy) {
    check(policy);
    update(() -> adopt(policy));
  }

  /** Where this caller stands, also when it becomes known late. */
  public void update(Place caller) {
    update(
        () -> {
          boolean moved = !caller.equals(this.caller);
          this.caller = caller;
          if (moved) {
            spiller = spiller(policy);
          }
        });
  }

  /** The plan in force; empty: locality decides between clusters. */
  public void update(Optional<Shares> shares) {
    update(
        () -> {
          boolean same = shares.isPresent() == this.shares.isPresent();
          this.shares = shares;
          if (!same) {
            // With a plan it corrects shares of clusters, without one of priorities.
            spiller = spiller(policy);
          }
        });
  }

  /** What it takes to go to the other clusters, by their id, for spill by load. */
  public void update(Map<String, Crossing> crossings) {
    update(
        () -> {
          this.crossings = Map.copyOf(crossings);
          if (spiller != null) {
            spiller.crossings(this.crossings);
          }
        });
  }

  private void update(Runnable change) {
    updating.lock();
    try {
      change.run();
      publish();
    } finally {
      updating.unlock();
    }
  }

  private void check(BalancerPolicy policy) {
    if (policy.algorithm() instanceof Algorithm.Prequal && prober.isEmpty()) {
      throw new IllegalArgumentException(
          "prequal needs a Prober: give one to the balancer of " + service);
    }
  }

  private void adopt(BalancerPolicy next) {
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
    if (!next.retries().equals(before.retries())) {
      retryBudget = new RetryBudget(next.retries());
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
                policy.limits(), policy.concurrency(), limited, random, clock.nanos()));
  }

  private Choices choices(BalancerPolicy policy) {
    return new Choices(policy.algorithm(), prober, probeCounters, clock, random);
  }

  private @Nullable LoadSpiller spiller(BalancerPolicy policy) {
    if (!policy.locality().spill().byLoad()
        || policy.locality().mode() != LocalityPolicy.Mode.FAILOVER) {
      return null;
    }
    LoadSpiller made = new LoadSpiller(caller.cluster(), transitions);
    made.crossings(crossings);
    return made;
  }

  private Optional<ActiveCheck> check(Optional<ActiveCheckPolicy> checks) {
    return checks.map(each -> new ActiveCheck(each, random, clock.nanos()));
  }

  private void publish() {
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
            this::countersOf,
            placeLoads,
            candidates,
            pools);
    List<Candidate> all = builder.candidates(endpoints);
    Layout layout = builder.layout(all);
    if (placeLoads != null) {
      placeLoads.settle(candidates.values(), all, layout);
    }
    candidates = SnapshotBuilder.byIdentity(all);
    pools = SnapshotBuilder.byName(layout);
    List<EndpointMonitor> monitors = new ArrayList<>(all.size());
    for (Candidate candidate : all) {
      if (candidate.dropped() == null) {
        monitors.add(candidate.incarnation().monitor());
      }
    }
    ejector.update(
        policy.outliers(),
        monitors,
        () ->
            snapshot =
                new Snapshot(
                    all,
                    layout,
                    policy,
                    shared,
                    choices.byKey(),
                    ejector,
                    spiller,
                    transitions,
                    random));
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
        new EndpointStatistics(now, random, transitions),
        ejector.monitor(endpoint.cluster()),
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

  private ClusterCounters countersOf(String cluster) {
    return counters.computeIfAbsent(cluster, unused -> new ClusterCounters());
  }

  /** The active checks of all endpoints; none where the policy has no checks. */
  public List<EndpointCheck> checks() {
    List<EndpointCheck> checks = new ArrayList<>();
    for (Candidate candidate : snapshot.all()) {
      candidate
          .incarnation()
          .check()
          .ifPresent(
              check ->
                  checks.add(new EndpointCheck(candidate.endpoint(), check, clock, transitions)));
    }
    return checks;
  }

  @Override
  public void countRequest() {
    retryBudget.request(clock.nanos());
  }

  @Override
  public boolean tryRetry() {
    return retryBudget.tryRetry(clock.nanos());
  }

  @Override
  public boolean weighsLoadReports() {
    return snapshot.policy().algorithm() instanceof Algorithm.WrrReported;
  }

  /** Retries so far that the budget in force did not grant. */
  public long refusedRetries() {
    return retryBudget.refused();
  }

  /** Ejections for {@code reason} so far. */
  public long ejections(OutlierReason reason) {
    return ejector.enforced(reason);
  }

  /** Outliers that the cap on ejections left in, each time that they were found. */
  public long preventedEjections(OutlierReason reason) {
    return ejector.prevented(reason);
  }

  /** What became of the probes of {@code prequal}. */
  public ProbeCounters probes() {
    return probeCounters;
  }

  /** Cumulative; for the slow loop and the metrics. */
  public Report report() {
    long now = clock.nanos();
    Map<String, Integer> present = new TreeMap<>();
    Map<String, Integer> usable = new TreeMap<>();
    for (Candidate candidate : snapshot.all()) {
      String cluster = candidate.endpoint().cluster();
      present.merge(cluster, 1, Integer::sum);
      if (candidate.usable(now)) {
        usable.merge(cluster, 1, Integer::sum);
      }
    }
    List<DestinationReport> destinations = new ArrayList<>();
    counters.forEach(
        (cluster, rows) ->
            destinations.addAll(
                rows.report(
                    cluster, present.getOrDefault(cluster, 0), usable.getOrDefault(cluster, 0))));
    return new Report(service, origin + now, destinations);
  }

  /** Tiers and pools of the snapshot in force. */
  Layout layout() {
    return snapshot.layout();
  }

  /** What is known of each endpoint now, in the order of the set. */
  public List<EndpointReport> endpoints() {
    long now = clock.nanos();
    return snapshot.all().stream().map(candidate -> candidate.report(now)).toList();
  }

  /** Refuses all later picks. Leases that are out may still be ended. */
  @Override
  public void close() {
    closed = true;
  }
}

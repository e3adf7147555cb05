package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.OutlierReason;
import dev.fairlead.balancer.health.RetryBudget;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.balancer.weight.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  /** When this balancer was made, in the ticker's terms; inside, time counts from there. */
  private final long origin;

  private final Ticker clock;
  private final Learnt learnt;

  /** Serialises updates; a pick never takes it. */
  private final ReentrantLock updating = new ReentrantLock();

  /** Guarded by updating. */
  private final SnapshotInputs inputs;

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
    this.random = random;
    this.origin = ticker.nanos();
    long start = origin;
    this.clock = () -> ticker.nanos() - start;
    this.learnt = new Learnt(policy.outliers(), random);
    this.inputs = new SnapshotInputs(service, policy, caller, clock, random, prober, learnt);
    this.retryBudget = new RetryBudget(policy.retries());
    this.snapshot = inputs.empty();
  }

  public ServiceName service() {
    return service;
  }

  @Override
  public Pick pick(Request request) {
    return noted(request, null);
  }

  @Override
  public Pick pick(Request request, PickReason reason) {
    return noted(request, reason);
  }

  private Pick noted(Request request, @Nullable PickReason reason) {
    if (closed) {
      return Refusal.CLOSED;
    }
    Snapshot current = snapshot;
    long now = clock.nanos();
    Health health = current.health(request, now);
    Sampling wanted = sampling;
    if (wanted != null && random.below(wanted.oneIn()) == 0) {
      Consumer<Explanation> listener = wanted.listener();
      return pick(
          request,
          current,
          now,
          health,
          reason == null ? listener : listener.andThen(reason::take));
    }
    if (reason == null) {
      return current.pick(request, now, health, null);
    }
    try {
      return current.pick(request, now, health, reason.begin());
    } finally {
      reason.end();
    }
  }

  @Override
  public Pick pick(Request request, Consumer<Explanation> listener) {
    Snapshot current = snapshot;
    long now = clock.nanos();
    return closed
        ? Refusal.CLOSED
        : pick(request, current, now, current.health(request, now), listener);
  }

  private Pick pick(
      Request request, Snapshot current, long now, Health health, Consumer<Explanation> listener) {
    Trace trace = Trace.whole();
    Pick pick = current.pick(request, now, health, trace);
    Optional<Refusal> refusal =
        pick instanceof Refusal refused ? Optional.of(refused) : Optional.empty();
    boolean explained = false;
    try {
      listener.accept(explanation(current, health, request, now, trace, refusal));
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
   * the policy goes on in its sequence as for a pick; that an endpoint's trial is due it
   * disregards.
   */
  public Explanation explain(Request request) {
    Snapshot current = snapshot;
    long now = clock.nanos();
    Health health = current.health(request, now);
    Trace trace = Trace.whole();
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
    update(() -> inputs.set(endpoints));
  }

  /**
   * @throws IllegalArgumentException if the policy is {@code prequal} and there is no prober
   */
  public void update(BalancerPolicy policy) {
    update(
        () -> {
          BalancerPolicy before = inputs.policy();
          inputs.set(policy);
          if (!policy.retries().equals(before.retries())) {
            retryBudget = new RetryBudget(policy.retries());
          }
        });
  }

  /** Where this caller stands, also when it becomes known late. */
  public void update(Place caller) {
    update(() -> inputs.set(caller));
  }

  /** The plan in force, for all classes alike; empty: locality decides between clusters. */
  public void update(Optional<Shares> shares) {
    update(() -> inputs.set(shares));
  }

  /** The plan in force, by class. */
  public void update(ClassShares plan) {
    update(() -> inputs.set(plan));
  }

  /** What it takes to go to the other clusters, by their id, for spill by load. */
  public void update(Map<String, Crossing> crossings) {
    update(() -> inputs.set(crossings));
  }

  private void update(Runnable change) {
    updating.lock();
    try {
      if (closed) {
        return;
      }
      change.run();
      inputs.publish(fresh -> snapshot = fresh);
    } finally {
      updating.unlock();
    }
  }

  @Override
  public List<EndpointCheck> checks() {
    List<EndpointCheck> checks = new ArrayList<>();
    for (Candidate candidate : snapshot.all()) {
      candidate
          .incarnation()
          .check()
          .ifPresent(
              check ->
                  checks.add(
                      new EndpointCheck(candidate.endpoint(), check, clock, learnt.transitions())));
    }
    return checks;
  }

  @Override
  public void countRequest() {
    retryBudget.request(clock.nanos());
  }

  @Override
  public boolean tryRetry() {
    boolean granted = retryBudget.tryRetry(clock.nanos());
    if (!granted) {
      learnt.refusedRetries().increment();
    }
    return granted;
  }

  @Override
  public boolean weighsLoadReports() {
    return snapshot.policy().algorithm() instanceof Algorithm.WrrReported;
  }

  /** Retries so far that were not granted. */
  public long refusedRetries() {
    return learnt.refusedRetries().sum();
  }

  /** Ejections for {@code reason} so far. */
  public long ejections(OutlierReason reason) {
    return learnt.ejector().enforced(reason);
  }

  /** Outliers that the cap on ejections left in, each time that they were found. */
  public long preventedEjections(OutlierReason reason) {
    return learnt.ejector().prevented(reason);
  }

  /** What became of the probes of {@code prequal}. */
  public ProbeCounters probes() {
    return learnt.probes();
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
    learnt
        .counters()
        .forEach(
            (cluster, rows) ->
                destinations.addAll(
                    rows.report(
                        cluster,
                        present.getOrDefault(cluster, 0),
                        usable.getOrDefault(cluster, 0))));
    List<Long> shed = new ArrayList<>();
    for (int at = 0; at < ClassShares.CLASSES; at++) {
      shed.add(learnt.shed().get(at));
    }
    return new Report(service, origin + now, destinations, shed);
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

  /**
   * Refuses all later picks, forgets the endpoints and their statistics, and disregards later
   * updates. Leases that are out may still be ended, and are counted in the reports.
   */
  @Override
  public void close() {
    update(
        () -> {
          closed = true;
          sampling = null;
          inputs.set(EndpointSet.EMPTY);
        });
  }
}

package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.outcome.EndpointStatistics;
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

  /** Grows with each change of an endpoint's reachability, so that snapshots count anew. */
  private final AtomicInteger transitions = new AtomicInteger();

  /** Rows outlive their cluster's endpoints: reports are cumulative. */
  private final Map<String, ClusterCounters> counters = new ConcurrentSkipListMap<>();

  /** Serialises updates; a pick never takes it. */
  private final ReentrantLock updating = new ReentrantLock();

  // Guarded by updating.
  private Map<Endpoint.Identity, EndpointStatistics> statistics = new HashMap<>();
  private EndpointSet endpoints = EndpointSet.EMPTY;
  private BalancerPolicy policy;
  private Place caller;
  private Optional<Shares> shares = Optional.empty();

  private volatile Snapshot snapshot;
  private volatile boolean closed;

  public ServiceBalancer(
      ServiceName service,
      BalancerPolicy policy,
      Place caller,
      Ticker ticker,
      RandomSource random) {
    this.service = service;
    this.policy = policy;
    this.caller = caller;
    this.random = random;
    this.origin = ticker.nanos();
    long start = origin;
    this.clock = () -> ticker.nanos() - start;
    this.snapshot = new Snapshot(List.of(), List.of(), false, transitions, random, clock);
  }

  public ServiceName service() {
    return service;
  }

  @Override
  public Pick pick(Request request) {
    return closed ? Refusal.CLOSED : snapshot.pick(request);
  }

  /** Replaces the endpoints; one that stays keeps its statistics. */
  public void update(EndpointSet endpoints) {
    updating.lock();
    try {
      this.endpoints = endpoints;
      keepStatistics();
      publish();
    } finally {
      updating.unlock();
    }
  }

  public void update(BalancerPolicy policy) {
    updating.lock();
    try {
      this.policy = policy;
      publish();
    } finally {
      updating.unlock();
    }
  }

  /** Where this caller stands, also when it becomes known late. */
  public void update(Place caller) {
    updating.lock();
    try {
      this.caller = caller;
      publish();
    } finally {
      updating.unlock();
    }
  }

  /** The plan in force; empty: locality decides between clusters. */
  public void update(Optional<Shares> shares) {
    updating.lock();
    try {
      this.shares = shares;
      publish();
    } finally {
      updating.unlock();
    }
  }

  /** One that left is forgotten: should it come back, it is a new incarnation. */
  private void keepStatistics() {
    long now = clock.nanos();
    Map<Endpoint.Identity, EndpointStatistics> kept =
        HashMap.newHashMap(endpoints.endpoints().size());
    for (Endpoint endpoint : endpoints.endpoints()) {
      EndpointStatistics known = statistics.get(endpoint.identity());
      kept.put(
          endpoint.identity(),
          known != null ? known : new EndpointStatistics(now, random, transitions));
    }
    statistics = kept;
  }

  private void publish() {
    snapshot =
        new SnapshotBuilder(policy, caller, shares, random)
            .build(endpoints, statistics, this::countersOf, transitions, clock);
  }

  private ClusterCounters countersOf(String cluster) {
    return counters.computeIfAbsent(cluster, unused -> new ClusterCounters());
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

package dev.fairlead.app.state;

import dev.fairlead.app.control.Insight;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.Pace;
import dev.fairlead.app.control.PlanVersion;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes a {@link State} each second from the balancers' reports and the plans. */
public final class StateSampler {
  private static final long PERIOD_NANOS = 1_000_000_000;
  private static final double SECONDS_PER_HOUR = 3600.0;

  /** Rates that are older say nothing of this second. */
  private static final long STALE_NANOS = 60_000_000_000L;

  /** How many changes a person can read beside all else. */
  private static final int RECENT_CHANGES = 20;

  private final Sources sources;
  private final History history;
  private final Pace pace;
  private final Map<ServiceName, Watched> watched = new HashMap<>();
  private volatile @Nullable State last;

  private record Watched(ServiceBalancer balancer, ServiceWindow window) {}

  public StateSampler(Sources sources, History history) {
    this.sources = sources;
    this.history = history;
    this.pace = new Pace(sources.ticker().nanos() - PERIOD_NANOS, PERIOD_NANOS);
  }

  /** The last state; made now if there is none yet. */
  public State state() {
    State made = last;
    return made != null ? made : sample();
  }

  /**
   * Samples if a second has passed.
   *
   * @return nanoseconds until the next
   */
  public long tick() {
    long now = sources.ticker().nanos();
    if (pace.take(now)) {
      history.add(Json.MAPPER.writeValueAsBytes(sample()));
    }
    return pace.until(now);
  }

  private synchronized State sample() {
    InForce current = sources.inForce().get();
    Status now = sources.status().get();
    Map<ServiceName, PlanView> views = sources.plans().get();
    List<State.Service> services = new ArrayList<>();
    for (ServiceConfig config : current.configuration().services().values()) {
      ServiceBalancer balancer = current.balancers().get(config.name());
      if (balancer != null) {
        ServiceWindow window = window(config.name(), balancer);
        window.add(balancer.report());
        services.add(service(current, config, balancer, window, views.get(config.name())));
      }
    }
    watched.keySet().retainAll(current.balancers().keySet());
    elsewhere(current, views);
    Set<ServiceName> all = new HashSet<>(current.balancers().keySet());
    all.addAll(sources.steering().get().keySet());
    sources.egress().forget(all);
    sources.ledger().forget(all);
    var caller = current.configuration().caller();
    State made =
        new State(
            sources.clock().millis(),
            sources.version(),
            now.ready(),
            now.draining(),
            new State.Caller(caller.cluster(), caller.locality().toString()),
            now.config(),
            services);
    last = made;
    return made;
  }

  /** Traffic that others carry, at the rates that they last told of. */
  private void elsewhere(InForce current, Map<ServiceName, PlanView> views) {
    views.forEach(
        (name, view) -> {
          Optional<Observation> seen = view.insight().seen();
          if (!current.balancers().containsKey(name) && seen.isPresent()) {
            seen.get().destinations().forEach(each -> elsewhere(current, name, each));
          }
        });
  }

  private void elsewhere(InForce current, ServiceName service, Observation.Destination seen) {
    if (seen.ageNanos() > STALE_NANOS || !(seen.startedRps() >= 0)) {
      return;
    }
    double sent = orNone(seen.startedRps() * seen.bytesSentPerRequest());
    double received = orNone(seen.startedRps() * seen.bytesReceivedPerRequest());
    double dollars =
        sources
            .egress()
            .add(
                current.configuration().prices(),
                service,
                seen.name(),
                current.configuration().caller().locality(),
                current.localityOf(service, seen.name()),
                (long) sent,
                (long) received,
                sources.clock().millis());
    sources.ledger().add(service, seen.name(), TrafficLedger.Sum.ofSecond(seen, dollars));
  }

  private static double orNone(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  private ServiceWindow window(ServiceName name, ServiceBalancer balancer) {
    Watched known = watched.get(name);
    if (known == null || known.balancer() != balancer) {
      known = new Watched(balancer, new ServiceWindow());
      watched.put(name, known);
    }
    return known.window();
  }

  private State.Service service(
      InForce current,
      ServiceConfig config,
      ServiceBalancer balancer,
      ServiceWindow window,
      @Nullable PlanView plan) {
    SortedMap<String, int[]> endpoints = countEndpoints(balancer.endpoints());
    TreeSet<String> names = new TreeSet<>(window.total().keySet());
    names.addAll(endpoints.keySet());
    if (plan != null) {
      plan.inForce().shares().forEach(share -> names.add(share.destination()));
    }
    double seconds = window.seconds();
    long started = 0;
    for (String cluster : names) {
      started += window.lastSecond(cluster).started();
    }
    List<State.Cluster> clusters = new ArrayList<>();
    for (String cluster : names) {
      int[] counts = endpoints.getOrDefault(cluster, new int[2]);
      clusters.add(cluster(current, config.name(), cluster, counts, window, started, plan));
    }
    Objective objective = config.objective().orElse(null);
    Overrides.Board orders = sources.overrides().board();
    return new State.Service(
        config.name().toString(),
        config.policy().algorithm().id(),
        objective == null ? null : objective.policy().id(),
        objective == null ? null : word(orders.modeOf(config.name(), objective.mode())),
        objective == null ? null : objective.period().toMillis(),
        finite(started / seconds),
        clusters,
        plan == null ? null : planState(plan),
        ordered(orders, config.name()));
  }

  private static String word(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  /** What operators ordered over the documents, a line each. */
  private static List<String> ordered(Overrides.Board orders, ServiceName service) {
    Overrides.OfService own = orders.of(service);
    List<String> lines = new ArrayList<>();
    own.mode()
        .ifPresent(
            each -> lines.add("mode " + word(each.mode()) + " by order of " + each.order().by()));
    orders
        .freezeOf(service)
        .ifPresent(
            each ->
                lines.add(
                    "frozen"
                        + each.plan().map(plan -> " at version " + plan.version()).orElse("")
                        + " by order of "
                        + each.order().by()));
    own.applied()
        .ifPresent(
            each ->
                lines.add(
                    "version "
                        + each.plan().version()
                        + " applied by order of "
                        + each.order().by()));
    return lines;
  }

  private State.Cluster cluster(
      InForce current,
      ServiceName service,
      String cluster,
      int[] endpoints,
      ServiceWindow window,
      long startedInAll,
      @Nullable PlanView plan) {
    ClusterTotals second = window.lastSecond(cluster);
    ClusterTotals recent = window.recent(cluster);
    double seconds = window.seconds();
    var caller = current.configuration().caller();
    Locality there = current.localityOf(service, cluster);
    double dollars =
        sources
            .egress()
            .add(
                current.configuration().prices(),
                service,
                cluster,
                caller.locality(),
                there,
                second.bytesSent(),
                second.bytesReceived(),
                sources.clock().millis());
    sources.ledger().add(service, cluster, TrafficLedger.Sum.of(second, dollars));
    return new State.Cluster(
        cluster,
        there.toString(),
        cluster.equals(caller.cluster()),
        endpoints[0],
        endpoints[1],
        plan == null ? null : share(plan.inForce(), cluster),
        finite((double) second.started() / startedInAll),
        finite(second.started() / seconds),
        millis(recent.latency().quantileNanos(0.50)),
        millis(recent.latency().quantileNanos(0.99)),
        finite((double) recent.replied() / (recent.replied() + recent.failed())),
        second.inFlight(),
        finite((second.bytesSent() + second.bytesReceived()) / seconds),
        finite(dollars / seconds * SECONDS_PER_HOUR));
  }

  /** By cluster: all, and those that would be picked. */
  private static SortedMap<String, int[]> countEndpoints(List<EndpointReport> endpoints) {
    SortedMap<String, int[]> counts = new TreeMap<>();
    for (EndpointReport endpoint : endpoints) {
      int[] count = counts.computeIfAbsent(endpoint.endpoint().cluster(), key -> new int[2]);
      count[0]++;
      if (endpoint.state() == EndpointReport.State.READY) {
        count[1]++;
      }
    }
    return counts;
  }

  private static State.PlanState planState(PlanView view) {
    List<State.ClassState> classes = new ArrayList<>();
    view.byClass()
        .forEach(
            (trafficClass, plan) ->
                classes.addFirst(
                    new State.ClassState(
                        trafficClass, finite(plan.shed()), shares(plan.inForce(), plan.wanted()))));
    List<State.Change> recent = new ArrayList<>();
    List<PlanVersion> history = view.history();
    history
        .subList(Math.max(0, history.size() - RECENT_CHANGES), history.size())
        .forEach(version -> recent.add(new State.Change(version.atMillis(), version.why())));
    return new State.PlanState(
        view.version(),
        view.changedAtMillis(),
        view.why(),
        shares(view.inForce(), view.wanted()),
        classes,
        new TreeMap<>(view.suppressed()),
        finite(view.oscillation()),
        recent,
        new TreeMap<>(view.insight().quarantined()),
        solver(view.insight()));
  }

  private static State.Solver solver(Insight insight) {
    Double millis = finite(insight.stepNanos() / 1e6);
    return insight
        .solution()
        .map(
            found ->
                new State.Solver(
                    millis,
                    found.status().name().toLowerCase(Locale.ROOT),
                    hourly(found.terms().wayDollars()),
                    hourly(found.terms().waitDollars()),
                    hourly(found.terms().egressDollars()),
                    hourly(found.terms().overflowDollars())))
        .orElse(new State.Solver(millis, null, null, null, null, null));
  }

  private static @Nullable Double hourly(double dollarsPerSecond) {
    return finite(dollarsPerSecond * SECONDS_PER_HOUR);
  }

  private static List<State.Share> shares(Plan inForce, Plan wanted) {
    List<State.Share> shares = new ArrayList<>();
    for (Plan.Share share : inForce.shares()) {
      shares.add(
          new State.Share(
              share.destination(),
              finite(share.share()),
              share(wanted, share.destination()),
              finite(share.weight()),
              share.reason()));
    }
    return shares;
  }

  private static @Nullable Double share(Plan plan, String destination) {
    for (Plan.Share share : plan.shares()) {
      if (share.destination().equals(destination)) {
        return finite(share.share());
      }
    }
    return null;
  }

  private static @Nullable Double millis(double nanos) {
    return finite(nanos / 1e6);
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

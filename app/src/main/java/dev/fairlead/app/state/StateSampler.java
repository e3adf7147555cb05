package dev.fairlead.app.state;

import dev.fairlead.app.control.Led;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.Pace;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a {@link State} each second from the balancers' reports and the plans. */
public final class StateSampler {
  private static final long PERIOD_NANOS = 1_000_000_000;
  private static final double SECONDS_PER_HOUR = 3600.0;

  private final Sources sources;
  private final History history;
  private final Elsewhere elsewhere;
  private final Pace pace;
  private final Map<ServiceName, Watched> watched = new HashMap<>();
  private volatile @Nullable State last;

  private record Watched(ServiceBalancer balancer, ServiceWindow window) {}

  public StateSampler(Sources sources, History history) {
    this.sources = sources;
    this.history = history;
    this.elsewhere = new Elsewhere(sources);
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
    Map<ServiceName, Led> others = sources.others().get();
    TreeSet<ServiceName> names = new TreeSet<>(current.balancers().keySet());
    names.addAll(others.keySet());
    List<State.Service> services = new ArrayList<>();
    for (ServiceName name : names) {
      services.add(service(current, name, Optional.ofNullable(others.get(name))));
    }
    watched.keySet().retainAll(current.balancers().keySet());
    names.addAll(sources.steering().get().keySet());
    sources.egress().forget(names);
    sources.ledger().forget(names);
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

  private ServiceWindow window(ServiceName name, ServiceBalancer balancer) {
    Watched known = watched.get(name);
    if (known == null || known.balancer() != balancer) {
      known = new Watched(balancer, new ServiceWindow());
      watched.put(name, known);
    }
    return known.window();
  }

  private State.Service service(InForce current, ServiceName name, Optional<Led> led) {
    ServiceConfig config = current.configuration().services().get(name);
    Objective objective =
        Optional.ofNullable(config)
            .flatMap(ServiceConfig::objective)
            .orElse(sources.steering().get().get(name));
    PlanView plan = sources.plans().get().get(name);
    ServiceBalancer balancer = current.balancers().get(name);
    List<State.Cluster> clusters =
        balancer == null ? new ArrayList<>() : own(current, name, balancer, led.isEmpty(), plan);
    led.ifPresent(each -> add(elsewhere.clusters(current, each, plan), clusters));
    Overrides.Board orders = sources.overrides().board();
    return new State.Service(
        name.toString(),
        config == null || balancer == null ? null : config.policy().algorithm().id(),
        objective == null ? null : objective.policy().id(),
        objective == null ? null : word(orders.modeOf(name, objective.mode())),
        objective == null ? null : objective.period().toMillis(),
        plan == null ? led.map(Led::enforcer).orElse(null) : plan.enforcer(),
        rps(clusters),
        clusters,
        plan == null ? null : PlanStates.of(plan),
        ordered(orders, name));
  }

  /** Of what is carried here too only what is sent is news: the rest is the others' to tell. */
  private static void add(List<State.Cluster> others, List<State.Cluster> clusters) {
    Set<String> theirs = others.stream().map(State.Cluster::cluster).collect(Collectors.toSet());
    clusters.removeIf(
        each ->
            theirs.contains(each.cluster()) || !(Objects.requireNonNullElse(each.rps(), 0.0) > 0));
    clusters.addAll(others);
  }

  /** Of those that are known; null: of none. */
  private static @Nullable Double rps(List<State.Cluster> clusters) {
    return clusters.stream()
        .map(State.Cluster::rps)
        .filter(Objects::nonNull)
        .reduce(Double::sum)
        .orElse(null);
  }

  /**
   * What this process's own balancer sends where.
   *
   * @param planned whether the plan is of that
   */
  private List<State.Cluster> own(
      InForce current,
      ServiceName service,
      ServiceBalancer balancer,
      boolean planned,
      @Nullable PlanView view) {
    ServiceWindow window = window(service, balancer);
    window.add(balancer.report());
    Optional<PlanView> plan = planned ? Optional.ofNullable(view) : Optional.empty();
    SortedMap<String, int[]> endpoints = countEndpoints(balancer.endpoints());
    TreeSet<String> names = new TreeSet<>(window.total().keySet());
    names.addAll(endpoints.keySet());
    plan.ifPresent(
        each -> each.inForce().shares().forEach(share -> names.add(share.destination())));
    long started = 0;
    for (String cluster : names) {
      started += window.lastSecond(cluster).started();
    }
    List<State.Cluster> clusters = new ArrayList<>();
    for (String cluster : names) {
      int[] counts = endpoints.getOrDefault(cluster, new int[2]);
      clusters.add(cluster(current, service, cluster, counts, window, started, plan));
    }
    return clusters;
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
      Optional<PlanView> plan) {
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
        plan.map(each -> PlanStates.share(each.inForce(), cluster)).orElse(null),
        plan.flatMap(each -> PlanStates.followed(service, each, sources.overrides().board()))
            .map(each -> PlanStates.share(each, cluster))
            .orElse(null),
        finite((double) second.started() / startedInAll),
        finite(second.started() / seconds),
        millis(recent.latency().quantileNanos(0.50)),
        millis(recent.latency().quantileNanos(0.99)),
        finite((double) recent.replied() / (recent.replied() + recent.failed())),
        second.inFlight(),
        0.0,
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

  private static @Nullable Double millis(double nanos) {
    return finite(nanos / 1e6);
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

package dev.fairlead.app.led;

import dev.fairlead.app.control.Led;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.EnforcerCounts;
import dev.fairlead.kubernetes.enforce.LedSplit;
import dev.fairlead.kubernetes.enforce.SplitEnforcer;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.telemetry.PrometheusTraffic;
import dev.fairlead.telemetry.TrafficStatus;
import dev.fairlead.telemetry.prometheus.PrometheusClient;
import dev.fairlead.telemetry.prometheus.PrometheusException;
import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The objects of a cluster that opted in to have their weights led. */
public final class LedObjects implements AutoCloseable {
  private final Mode mode;
  private final OperatorLog log;
  private final Ticker ticker;
  private final PrometheusClient client;
  private final PrometheusTraffic traffic;
  private final SplitEnforcer enforcer;
  private final Map<ObjectName, LedObject> known = new ConcurrentHashMap<>();
  private volatile Runnable onChange = () -> {};

  /** Generated routes that are to go. */
  private Set<ObjectName> unwanted = Set.of();

  /** Of the one who ticks. */
  private Optional<Reason> told = Optional.empty();

  /**
   * Leads nothing before {@link #start}.
   *
   * @param timer whose tasks may block
   */
  public LedObjects(
      LedSettings settings,
      Cluster cluster,
      Leadership leadership,
      Ticker ticker,
      Clock clock,
      Timer timer,
      OperatorLog log) {
    this.mode = settings.mode();
    this.log = log;
    this.ticker = ticker;
    this.client = new PrometheusClient(settings.server(), settings.traffic().window());
    this.traffic = new PrometheusTraffic(client, settings.set(), settings.traffic(), ticker);
    this.enforcer =
        new SplitEnforcer(cluster, settings.optIn(), leadership, clock, timer, new Told());
  }

  /** Watches from now on; {@code changed} is called, on any thread, when others are led. */
  public void start(Runnable changed) {
    onChange = changed;
    enforcer.start();
  }

  /** Fetches numbers if it is time to; nanoseconds until it is again. One thread at a time. */
  public long tick() {
    long wait = traffic.tick();
    tellOfFailure();
    return wait;
  }

  /** Once for each reason, not once a period. */
  private void tellOfFailure() {
    Optional<PrometheusException> failure = traffic.failure();
    Optional<Reason> reason = failure.map(PrometheusException::reason);
    if (reason.equals(told)) {
      return;
    }
    told = reason;
    failure.ifPresentOrElse(
        why ->
            log.warn("no new numbers, and weights stay", "why", String.valueOf(why.getMessage())),
        () -> log.info("numbers are there again"));
  }

  /** How many opted in. */
  public int count() {
    return enforcer.led().size();
  }

  /**
   * Those that opted in, as they were last seen, first those with a plan in force, and the routes
   * that the documents want generated. One thread at a time: what another one found gone would be
   * made anew, equal to what is steered and not the same.
   */
  public List<Led> led(Configuration documents) {
    Map<ObjectName, LedSplit> now =
        enforcer.led().stream()
            .collect(
                Collectors.toMap(
                    LedSplit::target, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    Map<ObjectName, GeneratedRoute> asked = asked(documents);
    Map<ObjectName, GeneratedRoute> routes = new LinkedHashMap<>(asked);
    Set<ServiceName> others = others(now);
    routes.values().removeIf(route -> others.contains(route.service()));
    removeUnwanted(now, routes.keySet(), asked.keySet());
    routes.forEach((target, route) -> now.computeIfAbsent(target, _ -> draft(target, route)));
    known.forEach(
        (target, object) -> {
          if (!now.containsKey(target)) {
            object.leave(Optional.ofNullable(asked.get(target)));
          }
        });
    known.keySet().retainAll(now.keySet());
    List<Led> led = new ArrayList<>();
    now.forEach(
        (target, split) -> led.add(of(target, split, Optional.ofNullable(routes.get(target)))));
    return List.copyOf(led);
  }

  private static Map<ObjectName, GeneratedRoute> asked(Configuration documents) {
    Map<ObjectName, GeneratedRoute> routes = new LinkedHashMap<>();
    for (ServiceConfig service : documents.services().values()) {
      service.generatedRoute().ifPresent(route -> routes.put(SplitEnforcer.target(route), route));
    }
    return routes;
  }

  /** Services of which somebody's own object opted in: none is generated beside it. */
  private static Set<ServiceName> others(Map<ObjectName, LedSplit> now) {
    return now.values().stream()
        .filter(split -> !split.generated())
        .map(LedSplit::service)
        .collect(Collectors.toSet());
  }

  /** Takes out what was generated and shall be no more; it goes, by one order for each. */
  private void removeUnwanted(
      Map<ObjectName, LedSplit> now, Set<ObjectName> wanted, Set<ObjectName> asked) {
    Set<ObjectName> gone = new HashSet<>();
    for (LedSplit split : now.values()) {
      if (split.generated() && !wanted.contains(split.target())) {
        gone.add(split.target());
      }
    }
    now.keySet().removeAll(gone);
    for (ObjectName target : gone) {
      if (unwanted.contains(target)) {
        continue;
      }
      if (asked.contains(target)) {
        enforcer.release(target);
      } else {
        enforcer.abandon(target);
      }
    }
    unwanted = gone;
  }

  private static LedSplit draft(ObjectName target, GeneratedRoute route) {
    Map<String, Double> weights = new LinkedHashMap<>();
    route.backends().forEach(each -> weights.put(each.name(), (double) each.weight()));
    return new LedSplit(target, route.service(), weights, true, true);
  }

  private LedObject of(ObjectName target, LedSplit split, Optional<GeneratedRoute> route) {
    LedObject object =
        known.compute(
            target,
            (name, old) ->
                old != null && old.service().equals(split.service())
                    ? old
                    : new LedObject(name, split, mode, traffic, enforcer));
    object.update(split, route);
    return object;
  }

  /** Looks at all that is or was led, as this process leads from now on. */
  public void reconcile() {
    enforcer.reconcile();
  }

  public TrafficStatus traffic() {
    return traffic.status(ticker.nanos());
  }

  /** Why there are no new numbers; empty: there are. */
  public String trouble() {
    return traffic.failure().map(why -> String.valueOf(why.getMessage())).orElse("");
  }

  public EnforcerCounts counts() {
    return enforcer.counts();
  }

  /** Writes nothing more; all weights stay as they are, for the next one to go on from. */
  @Override
  public void close() {
    enforcer.close();
    client.close();
  }

  private final class Told implements SplitEnforcer.Listener {
    @Override
    public void ledChanged() {
      onChange.run();
    }

    @Override
    public void wrote(ObjectName target, String what) {
      log.info(what, "object", target);
    }

    @Override
    public void failed(ObjectName target, String why) {
      log.warn("weights were not written", "object", target, "why", why);
    }
  }
}

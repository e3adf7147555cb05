package dev.fairlead.app.control;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.TrafficKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The driver of the slow loop: takes each service with an objective, those of a call graph
 * together, through its control periods. A step that fails is logged and counted; its services keep
 * their last plan and the others go on.
 */
public final class SteeringLoop {
  /** Without anything to steer: a reload wakes the loop, so this is only a net below that. */
  private static final long IDLE_NANOS = 1_000_000_000;

  /** How soon a plan knows that the month's volume has reached a tier: tiers last for days. */
  private static final long PRICING_NANOS = 60_000_000_000L;

  /** As the shortest control period. */
  private static final long MEASURING_NANOS = 1_000_000_000L;

  private final Supplier<InForce> inForce;
  private final LinkHintBoard linkHints;
  private final Overrides overrides;
  private final Supplier<MonthlyVolume> month;
  private final Function<Configuration, List<Led>> led;
  private final Pings pings;
  private final Ticker ticker;
  private final Clock clock;
  private final OperatorLog log;
  private final Map<ServiceName, SteeredService> steered = new HashMap<>();
  private Map<Set<ServiceName>, SteeredGroup> groups = Map.of();
  private final AtomicLong stepFailures = new AtomicLong();
  private Map<Set<ServiceName>, Objective> documented = Map.of();
  private long seenGeneration;
  private long obeyed;
  private List<Led> seenLed = List.of();
  private Set<String> waiting = Set.of();
  private PriceList prices = PriceList.FREE;
  private final Pace pricing;
  private final Pace measuring;
  private Map<Way, RoundTrip> configured = Map.of();
  private Map<String, String> mirrors = Map.of();
  private Topology topology = Topology.UNKNOWN;
  private volatile Map<ServiceName, PlanView> plans = Map.of();
  private volatile Map<ServiceName, Objective> steering = Map.of();
  private volatile Map<ServiceName, Led> others = Map.of();

  /**
   * Steers what is in force.
   *
   * @param overrides what operators order over that
   * @param month what was sent in this month, for prices in tiers
   * @param led services whose traffic others carry, where the documents are these; of two for one
   *     service the first is led
   * @param pings that measure how far other clusters are
   */
  public SteeringLoop(
      Supplier<InForce> inForce,
      LinkHintBoard linkHints,
      Overrides overrides,
      Supplier<MonthlyVolume> month,
      Function<Configuration, List<Led>> led,
      Pings pings,
      Ticker ticker,
      Clock clock,
      OperatorLog log) {
    this.inForce = inForce;
    this.linkHints = linkHints;
    this.overrides = overrides;
    this.month = month;
    this.led = led;
    this.pings = pings;
    this.pricing = new Pace(ticker.nanos(), PRICING_NANOS);
    this.measuring = new Pace(ticker.nanos(), MEASURING_NANOS);
    this.ticker = ticker;
    this.clock = clock;
    this.log = log;
  }

  /** The plans of all steered services that had their first period. */
  public Map<ServiceName, PlanView> plans() {
    return plans;
  }

  /** All services that are steered, as the documents have it. */
  public Map<ServiceName, Objective> steering() {
    return steering;
  }

  /** Services whose traffic others carry, steered or not. */
  public Map<ServiceName, Led> others() {
    return others;
  }

  public long stepFailures() {
    return stepFailures.get();
  }

  /**
   * Does what is due. One thread at a time.
   *
   * @return nanoseconds until something is due again
   */
  public long tick() {
    long now = ticker.nanos();
    Overrides.Board orders = overrides.board();
    InForce current = inForce.get();
    // Before the documents are there nobody knows what they say of an object that opted in.
    List<Led> ledNow = current.generation() == 0 ? List.of() : led.apply(current.configuration());
    boolean changed = follow(current, ledNow, orders, now);
    if (changed || pricing.take(now)) {
      topology = topology.with(prices.marginal(month.get()));
    }
    changed |= obey(orders, now);
    topology = topology.with(linkHints.inForce());
    if (measuring.take(now)) {
      topology = topology.with(roundTrips());
    }
    long wait = IDLE_NANOS;
    for (SteeredGroup group : groups.values()) {
      changed |= step(group, now);
      wait = Math.min(wait, group.until(now));
    }
    if (changed) {
      publish();
    }
    overrides.obeyed(orders.generation());
    return wait;
  }

  private Map<Way, RoundTrip> roundTrips() {
    return Terrain.withMirrors(pings.over(configured), mirrors);
  }

  /** Has the groups follow what operators ordered; whether that is news. */
  private boolean obey(Overrides.Board orders, long now) {
    if (orders.generation() == obeyed) {
      return false;
    }
    obeyed = orders.generation();
    groups.forEach(
        (names, group) ->
            group.update(Objects.requireNonNull(documented.get(names)), orders, now, clock));
    return true;
  }

  /** Whether a step was due. */
  private boolean step(SteeredGroup group, long now) {
    try {
      if (!group.isDue(now, topology)) {
        return false;
      }
      for (SteeredService service : group.step(now, clock.millis(), topology, ticker)) {
        PlanView view = service.view();
        String why = view == null ? "" : view.why();
        log.info("plan changed", "service", service.key().service(), "why", why);
      }
    } catch (RuntimeException | AssertionError e) {
      stepFailures.incrementAndGet();
      for (SteeredService service : group.services()) {
        log.error("steering step failed", "service", service.key().service(), "error", e);
      }
    }
    return true;
  }

  /** Takes on a new configuration; whether there was one. */
  private boolean follow(InForce current, List<Led> ledNow, Overrides.Board orders, long now) {
    if (current.generation() == seenGeneration && ledNow.equals(seenLed)) {
      return false;
    }
    seenGeneration = current.generation();
    seenLed = ledNow;
    prices = current.configuration().prices();
    topology = Terrain.of(current.configuration());
    configured = topology.roundTrips();
    mirrors = Terrain.mirrors(current.configuration());
    topology = topology.with(roundTrips());
    String cluster = current.configuration().caller().cluster();
    Map<Set<ServiceName>, List<SteeredService>> together = new LinkedHashMap<>();
    Map<Set<ServiceName>, Objective> objectives = new HashMap<>();
    Set<ServiceName> wanted = new HashSet<>();
    Map<ServiceName, Objective> steers = new LinkedHashMap<>();
    Map<ServiceName, Carrier> carriers = new HashMap<>();
    Map<ServiceName, Led> elsewhere = new LinkedHashMap<>();
    for (ServiceConfig config : current.configuration().services().values()) {
      ServiceBalancer balancer = current.balancers().get(config.name());
      if (config.objective().isPresent()) {
        steers.put(config.name(), config.objective().get());
        if (balancer != null) {
          carriers.put(config.name(), new OwnTraffic(balancer));
        }
      }
    }
    for (Led each : ledNow) {
      elsewhere.putIfAbsent(each.service(), each);
    }
    for (Led each : elsewhere.values()) {
      // A document's word on the service is the operator's last. Of one service there is one plan:
      // where others take it from an object, they are who was asked for.
      carriers.put(each.service(), new LedTraffic(each));
      each.objective().ifPresent(own -> steers.putIfAbsent(each.service(), own));
    }
    tellWhoWaits(ledNow, elsewhere);
    steers.forEach(
        (name, objective) -> {
          Carrier carrier = carriers.get(name);
          if (carrier != null) {
            wanted.add(name);
            TrafficKey key = new TrafficKey(name, cluster, TrafficKey.ANY_CLASS);
            Set<ServiceName> group = SteeredGroup.with(name, objective);
            together.computeIfAbsent(group, any -> new ArrayList<>()).add(member(key, carrier));
            objectives.put(group, objective);
          }
        });
    steered.entrySet().removeIf(entry -> leaves(entry, wanted));
    Map<Set<ServiceName>, SteeredGroup> next = new LinkedHashMap<>();
    together.forEach(
        (names, services) ->
            next.put(
                names,
                group(
                    groups.get(names),
                    services,
                    Objects.requireNonNull(objectives.get(names)),
                    orders,
                    now)));
    groups = next;
    documented = objectives;
    steers.keySet().retainAll(wanted);
    steering = Map.copyOf(steers);
    others = Map.copyOf(elsewhere);
    forgetApplied(orders);
    return true;
  }

  /** Once for each object: it opted in and its weights stay as they are. */
  private void tellWhoWaits(List<Led> ledNow, Map<ServiceName, Led> leading) {
    Set<String> now = new HashSet<>();
    for (Led each : ledNow) {
      Led leader = Objects.requireNonNull(leading.get(each.service()));
      if (!leader.equals(each) && now.add(each.name()) && !waiting.contains(each.name())) {
        log.warn(
            "an object is not led, as another one of its service is",
            "object",
            each.name(),
            "service",
            each.service(),
            "led",
            leader.name());
      }
    }
    waiting = now;
  }

  /** The same as before where the same carries it, with its plan. */
  private SteeredService member(TrafficKey key, Carrier carrier) {
    SteeredService known = steered.get(key.service());
    if (known != null && known.carrier().equals(carrier) && known.key().equals(key)) {
      return known;
    }
    if (known != null) {
      known.release();
    }
    SteeredService fresh = new SteeredService(key, carrier);
    steered.put(key.service(), fresh);
    return fresh;
  }

  /** The same as before where it is of the same services, with what it has learnt. */
  private SteeredGroup group(
      @Nullable SteeredGroup known,
      List<SteeredService> services,
      Objective objective,
      Overrides.Board orders,
      long now) {
    if (known == null || !known.consistsOf(services)) {
      return new SteeredGroup(services, objective, orders, now, clock);
    }
    known.update(objective, orders, now, clock);
    return known;
  }

  /** Where the documents leave the mode advise, a plan that was applied must not come back. */
  private void forgetApplied(Overrides.Board orders) {
    documented.forEach(
        (names, objective) ->
            names.stream()
                .filter(name -> orders.of(name).applied().isPresent())
                .filter(name -> orders.modeOf(name, objective.mode()) != Mode.ADVISE)
                .forEach(overrides::withdraw));
  }

  private static boolean leaves(
      Map.Entry<ServiceName, SteeredService> entry, Set<ServiceName> wanted) {
    if (wanted.contains(entry.getKey())) {
      return false;
    }
    entry.getValue().release();
    return true;
  }

  private void publish() {
    Map<ServiceName, PlanView> all = new HashMap<>();
    steered.forEach(
        (name, service) -> {
          PlanView view = service.view();
          if (view != null) {
            all.put(name, view);
          }
        });
    plans = Map.copyOf(all);
  }
}

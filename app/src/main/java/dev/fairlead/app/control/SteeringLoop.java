package dev.fairlead.app.control;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
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

  private final Supplier<InForce> inForce;
  private final LinkHintBoard linkHints;
  private final Supplier<MonthlyVolume> month;
  private final Ticker ticker;
  private final Clock clock;
  private final OperatorLog log;
  private final Map<ServiceName, SteeredService> steered = new HashMap<>();
  private Map<Set<ServiceName>, SteeredGroup> groups = Map.of();
  private final AtomicLong stepFailures = new AtomicLong();
  private long seenGeneration;
  private PriceList prices = PriceList.FREE;
  private final Pace pricing;
  private Topology topology = Topology.UNKNOWN;
  private volatile Map<ServiceName, PlanView> plans = Map.of();

  /**
   * Steers what is in force.
   *
   * @param month what was sent in this month, for prices in tiers
   */
  public SteeringLoop(
      Supplier<InForce> inForce,
      LinkHintBoard linkHints,
      Supplier<MonthlyVolume> month,
      Ticker ticker,
      Clock clock,
      OperatorLog log) {
    this.inForce = inForce;
    this.linkHints = linkHints;
    this.month = month;
    this.pricing = new Pace(ticker.nanos(), PRICING_NANOS);
    this.ticker = ticker;
    this.clock = clock;
    this.log = log;
  }

  /** The plans of all steered services that had their first period. */
  public Map<ServiceName, PlanView> plans() {
    return plans;
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
    boolean changed = follow(inForce.get(), now);
    if (changed || pricing.take(now)) {
      topology = topology.with(prices.marginal(month.get()));
    }
    topology = topology.with(linkHints.inForce());
    long wait = IDLE_NANOS;
    for (SteeredGroup group : groups.values()) {
      changed |= step(group, now);
      wait = Math.min(wait, group.until(now));
    }
    if (changed) {
      publish();
    }
    return wait;
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
  private boolean follow(InForce current, long now) {
    if (current.generation() == seenGeneration) {
      return false;
    }
    seenGeneration = current.generation();
    prices = current.configuration().prices();
    topology = Terrain.of(current.configuration());
    String cluster = current.configuration().caller().cluster();
    Map<Set<ServiceName>, List<SteeredService>> together = new LinkedHashMap<>();
    Map<Set<ServiceName>, Objective> objectives = new HashMap<>();
    Set<ServiceName> wanted = new HashSet<>();
    for (ServiceConfig config : current.configuration().services().values()) {
      ServiceBalancer balancer = current.balancers().get(config.name());
      if (balancer == null || config.objective().isEmpty()) {
        continue;
      }
      wanted.add(config.name());
      TrafficKey key = new TrafficKey(config.name(), cluster, TrafficKey.ANY_CLASS);
      Objective objective = config.objective().get();
      Set<ServiceName> group = SteeredGroup.with(config.name(), objective);
      together.computeIfAbsent(group, any -> new ArrayList<>()).add(member(key, balancer));
      objectives.put(group, objective);
    }
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
                    now)));
    groups = next;
    return true;
  }

  /** The same as before where it is of the same balancer, with its plan. */
  private SteeredService member(TrafficKey key, ServiceBalancer balancer) {
    SteeredService known = steered.get(key.service());
    if (known != null && known.balancer() == balancer && known.key().equals(key)) {
      return known;
    }
    if (known != null) {
      known.release();
    }
    SteeredService fresh = new SteeredService(key, balancer);
    steered.put(key.service(), fresh);
    return fresh;
  }

  /** The same as before where it is of the same services, with what it has learnt. */
  private static SteeredGroup group(
      @Nullable SteeredGroup known, List<SteeredService> services, Objective objective, long now) {
    if (known == null || !known.consistsOf(services)) {
      return new SteeredGroup(services, objective, now);
    }
    known.update(objective, now);
    return known;
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

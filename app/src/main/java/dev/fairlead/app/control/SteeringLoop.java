package dev.fairlead.app.control;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.TrafficKey;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The driver of the slow loop: takes each service with an objective through its control periods. A
 * step that fails is logged and counted; the service keeps its last plan and the others go on.
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
    for (SteeredService service : steered.values()) {
      changed |= step(service, now);
      wait = Math.min(wait, service.until(now));
    }
    if (changed) {
      publish();
    }
    return wait;
  }

  /** Whether a step was due. */
  private boolean step(SteeredService service, long now) {
    try {
      if (!service.isDue(now, topology)) {
        return false;
      }
      PlanView before = service.view();
      PlanView after = service.step(now, clock.millis(), topology, ticker);
      if (before == null || before.version() != after.version()) {
        log.info("plan changed", "service", service.key().service(), "why", after.why());
      }
    } catch (RuntimeException | AssertionError e) {
      stepFailures.incrementAndGet();
      log.error("steering step failed", "service", service.key().service(), "error", e);
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
    Set<ServiceName> wanted = new HashSet<>();
    for (ServiceConfig config : current.configuration().services().values()) {
      ServiceBalancer balancer = current.balancers().get(config.name());
      if (balancer == null || config.objective().isEmpty()) {
        continue;
      }
      wanted.add(config.name());
      TrafficKey key = new TrafficKey(config.name(), cluster, TrafficKey.ANY_CLASS);
      SteeredService known = steered.get(config.name());
      if (known != null && known.balancer() == balancer && known.key().equals(key)) {
        known.update(config.objective().get(), now);
      } else {
        if (known != null) {
          known.release();
        }
        steered.put(
            config.name(), new SteeredService(key, balancer, config.objective().get(), now));
      }
    }
    steered.entrySet().removeIf(entry -> leaves(entry, wanted));
    return true;
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

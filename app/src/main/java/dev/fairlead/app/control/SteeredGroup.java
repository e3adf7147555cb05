package dev.fairlead.app.control;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The slow loop of what is steered together: one service, or all services of a call graph. Used by
 * the steering thread only.
 */
final class SteeredGroup {
  private final List<SteeredService> services;
  private final Controller controller;
  private Overrides.Board orders;

  /** With a freeze that is ordered, and the documents' mode. */
  private Objective objective;

  private Pace periods;
  private Pace checks;

  /** Whether a period shall begin whatever the time. */
  private boolean isWanted;

  /** Goes on from the plans that the services have. */
  SteeredGroup(
      List<SteeredService> services,
      Objective documented,
      Overrides.Board orders,
      long nowNanos,
      Clock clock) {
    this.services = List.copyOf(services);
    this.orders = orders;
    this.objective = ordered(documented);
    this.controller = new Controller(objective);
    this.periods = new Pace(nowNanos, objective.period().toNanos());
    this.checks = checks(nowNanos, objective);
    for (SteeredService service : services) {
      PlanView shown = service.view();
      if (shown != null) {
        controller.adopt(nowNanos, shown.inForce());
      }
    }
    obey(nowNanos, clock);
  }

  /** The services that an objective has steered together with one of its targets. */
  static Set<ServiceName> with(ServiceName target, Objective objective) {
    if (objective.policy() != PolicyKind.MULTI_HOP || objective.callGraph().isEmpty()) {
      return Set.of(target);
    }
    Set<ServiceName> all = Set.copyOf(objective.callGraph().get().services());
    return all.contains(target) ? all : Set.of(target);
  }

  /** What is planned together is frozen together: with one of it still, the others cannot move. */
  private Objective ordered(Objective documented) {
    boolean frozen =
        services.stream().anyMatch(each -> orders.freezeOf(each.key().service()).isPresent());
    return frozen ? documented.frozen() : documented;
  }

  /** The objective of one service, with the mode that holds for it. */
  private Objective of(SteeredService service) {
    return objective.in(orders.modeOf(service.key().service(), objective.mode()));
  }

  private void obey(long nowNanos, Clock clock) {
    for (SteeredService service : services) {
      isWanted |= service.obey(orders, of(service), controller, nowNanos, clock);
    }
  }

  boolean consistsOf(List<SteeredService> others) {
    return services.equals(others);
  }

  List<SteeredService> services() {
    return services;
  }

  private static Pace checks(long nowNanos, Objective objective) {
    long period = objective.period().toNanos();
    return new Pace(nowNanos, Math.max(1, period / Controller.CHECKS_PER_PERIOD));
  }

  /** Nanoseconds until {@link #isDue} may say yes. */
  long until(long nowNanos) {
    return isWanted ? 0 : Math.min(periods.until(nowNanos), checks.until(nowNanos));
  }

  /** Whether it is time for a step: the period is over, or something cannot wait for its end. */
  boolean isDue(long nowNanos, Topology topology) {
    if (isWanted) {
      isWanted = false;
      periods.restart(nowNanos);
      return true;
    }
    boolean check = checks.take(nowNanos);
    if (periods.take(nowNanos)) {
      return true;
    }
    if (check && controller.isUrgent(look(nowNanos, topology))) {
      periods.restart(nowNanos);
      return true;
    }
    return false;
  }

  /** Takes on what the documents and the operators want now. */
  void update(Objective documented, Overrides.Board ordersNow, long nowNanos, Clock clock) {
    orders = ordersNow;
    Objective changed = ordered(documented);
    if (!changed.equals(objective)) {
      controller.update(changed);
      if (!changed.period().equals(objective.period())) {
        periods = new Pace(nowNanos, changed.period().toNanos());
        checks = checks(nowNanos, changed);
      }
      objective = changed;
    }
    obey(nowNanos, clock);
  }

  /** One control period; the services whose plan changed. */
  List<SteeredService> step(long nowNanos, long nowMillis, Topology topology, Ticker ticker) {
    services.forEach(service -> service.carrier().look(nowNanos));
    services.forEach(service -> service.carrier().learnClasses(objective.policy()));
    Observations seen = seen(nowNanos, topology);
    Set<TrafficKey> unmet = new HashSet<>();
    for (SteeredService service : services) {
      if (service.isUnmet(of(service), controller, nowNanos)) {
        unmet.add(service.key());
      }
    }
    long began = ticker.nanos();
    Map<TrafficKey, Controller.Step> steps = controller.step(seen, unmet);
    long took = ticker.nanos() - began;
    List<SteeredService> changed = new ArrayList<>();
    for (SteeredService service : services) {
      Insight insight = service.insight(controller, seen, took);
      if (unmet.contains(service.key())) {
        service.waits(insight);
      } else if (service.take(steps, insight, of(service), nowNanos, nowMillis)) {
        changed.add(service);
      }
    }
    return changed;
  }

  private Observations look(long nowNanos, Topology topology) {
    services.forEach(service -> service.carrier().look(nowNanos));
    return seen(nowNanos, topology);
  }

  private Observations seen(long nowNanos, Topology topology) {
    List<Observation> seen = new ArrayList<>();
    services.forEach(service -> seen.addAll(service.seen(objective.endpointRps())));
    return new Observations(nowNanos, seen, topology);
  }
}

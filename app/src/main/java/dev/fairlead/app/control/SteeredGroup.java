package dev.fairlead.app.control;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.ArrayList;
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
  private Objective objective;
  private Pace periods;
  private Pace checks;

  /** Goes on from the plans that the services have. */
  SteeredGroup(List<SteeredService> services, Objective objective, long nowNanos) {
    this.services = List.copyOf(services);
    this.objective = objective;
    this.controller = new Controller(objective);
    this.periods = new Pace(nowNanos, objective.period().toNanos());
    this.checks = checks(nowNanos, objective);
    for (SteeredService service : services) {
      PlanView shown = service.view();
      if (shown != null) {
        controller.adopt(nowNanos, shown.inForce());
        enterIfOther(service, shown.mode(), objective.mode());
      }
    }
  }

  /** The services that an objective has steered together with one of its targets. */
  static Set<ServiceName> with(ServiceName target, Objective objective) {
    if (objective.policy() != PolicyKind.MULTI_HOP || objective.callGraph().isEmpty()) {
      return Set.of(target);
    }
    Set<ServiceName> all = Set.copyOf(objective.callGraph().get().services());
    return all.contains(target) ? all : Set.of(target);
  }

  private static void enterIfOther(SteeredService service, Mode before, Mode mode) {
    if (before != mode) {
      service.enter(mode);
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
    return Math.min(periods.until(nowNanos), checks.until(nowNanos));
  }

  /** Whether it is time for a step: the period is over, or something cannot wait for its end. */
  boolean isDue(long nowNanos, Topology topology) {
    boolean check = checks.take(nowNanos);
    if (periods.take(nowNanos)) {
      return true;
    }
    if (check && controller.isUrgent(seen(nowNanos, reports(), topology))) {
      periods.restart(nowNanos);
      return true;
    }
    return false;
  }

  void update(Objective changed, long nowNanos) {
    if (changed.equals(objective)) {
      return;
    }
    controller.update(changed);
    if (!changed.period().equals(objective.period())) {
      periods = new Pace(nowNanos, changed.period().toNanos());
      checks = checks(nowNanos, changed);
    }
    for (SteeredService service : services) {
      enterIfOther(service, objective.mode(), changed.mode());
    }
    objective = changed;
  }

  /** One control period; the services whose plan changed. */
  List<SteeredService> step(long nowNanos, long nowMillis, Topology topology, Ticker ticker) {
    List<Report> reports = reports();
    for (int at = 0; at < services.size(); at++) {
      services.get(at).learnClasses(objective.policy(), reports.get(at));
    }
    Observations seen = seen(nowNanos, reports, topology);
    long began = ticker.nanos();
    Map<TrafficKey, Controller.Step> steps = controller.step(seen);
    long took = ticker.nanos() - began;
    List<SteeredService> changed = new ArrayList<>();
    for (int at = 0; at < services.size(); at++) {
      SteeredService service = services.get(at);
      Insight insight = service.insight(controller, seen, took);
      if (service.take(steps, insight, reports.get(at), objective, nowNanos, nowMillis)) {
        changed.add(service);
      }
    }
    return changed;
  }

  private List<Report> reports() {
    return services.stream().map(SteeredService::report).toList();
  }

  private Observations seen(long nowNanos, List<Report> now, Topology topology) {
    List<Observation> seen = new ArrayList<>();
    for (int at = 0; at < services.size(); at++) {
      seen.addAll(services.get(at).seen(now.get(at), objective.endpointRps()));
    }
    return new Observations(nowNanos, seen, topology);
  }
}

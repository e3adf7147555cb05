package dev.fairlead.app.control;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.control.Orders;
import dev.fairlead.steering.demand.Classes;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The traffic of this process' own proxy: its balancer reports, and is told the shares. */
final class OwnTraffic implements Carrier {
  private final ServiceBalancer balancer;
  private Report last;
  private Report now;
  private Classes classes = Classes.NONE;
  private Optional<ClassShares> orders = Optional.empty();
  private boolean enforcing;

  OwnTraffic(ServiceBalancer balancer) {
    this.balancer = balancer;
    this.last = balancer.report();
    this.now = last;
  }

  @Override
  public void look(long nowNanos) {
    now = balancer.report();
  }

  @Override
  public void learnClasses(PolicyKind policy) {
    classes = policy.tellsClasses() ? classes.after(last, now) : Classes.NONE;
  }

  @Override
  public List<Observation> seen(TrafficKey key, double endpointRps) {
    return classes.between(key, last, now, endpointRps);
  }

  @Override
  public boolean isMeasured() {
    return true;
  }

  @Override
  public void plan(
      TrafficKey key, Map<TrafficKey, Controller.Step> steps, Objective objective, String why) {
    last = now;
    Map<TrafficKey, Plan> inForce = new HashMap<>();
    steps.forEach((of, step) -> inForce.put(of, step.plan()));
    orders = Orders.of(key, classes, inForce, objective.period(), objective.shedding());
  }

  @Override
  public Map<Integer, Double> shed() {
    return orders.map(ClassShares::shed).orElse(Map.of());
  }

  @Override
  public Optional<Plan> found(TrafficKey key) {
    return Optional.empty();
  }

  @Override
  public boolean isUnmet() {
    return false;
  }

  @Override
  public void enforce() {
    if (orders.isPresent()) {
      balancer.update(orders.get());
      enforcing = true;
    } else {
      // No destination at all: locality decides as soon as there is one.
      release();
    }
  }

  @Override
  public void release() {
    if (enforcing) {
      balancer.update(Optional.empty());
      enforcing = false;
    }
  }

  @Override
  public String enforcer() {
    return "fairlead-proxy";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OwnTraffic own && own.balancer == balancer;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(balancer);
  }
}

package dev.fairlead.app.control;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A split with two backends, of which the east one answers in twice the time. */
public final class Split implements Led {
  private final String name;
  private final ServiceName service;
  private final Optional<Objective> objective;
  private final List<String> writes = new ArrayList<>();
  private final List<Map<String, Double>> orders = new ArrayList<>();
  private long ageNanos;
  private boolean eastIsNew;
  private boolean measured = true;
  private boolean away;
  private Map<String, Double> weights = Map.of("shop-west", 3.0, "shop-east", 1.0);
  private String lastWhy = "";

  public Split(ServiceName service, Optional<Objective> objective) {
    this("TrafficSplit/" + service, service, objective);
  }

  Split(String name, ServiceName service, Optional<Objective> objective) {
    this.name = name;
    this.service = service;
    this.objective = objective;
  }

  /** Has the numbers be so old from now on. */
  public void age(long nanos) {
    ageNanos = nanos;
  }

  /** Whether anybody has measured any. */
  public void measured(boolean is) {
    measured = is;
  }

  /** From now on nobody has measured the east one yet. */
  void renewEast() {
    eastIsNew = true;
  }

  String lastWhy() {
    return lastWhy;
  }

  /** Writes what was ordered last, if it can be. */
  void retry() {
    if (!away) {
      weights = orders.getLast();
    }
  }

  /** The shares of each order to drive. */
  List<Map<String, Double>> orders() {
    return orders;
  }

  List<String> writes() {
    return writes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ServiceName service() {
    return service;
  }

  @Override
  public Map<String, Double> weights() {
    return weights;
  }

  @Override
  public Map<String, Double> shares() {
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> shares = new HashMap<>(weights);
    shares.replaceAll((name, weight) -> weight / sum);
    return shares;
  }

  /** Somebody writes other weights. */
  void write(double west, double east) {
    weights = Map.of("shop-west", west, "shop-east", east);
  }

  /** From now on what is ordered does not come to pass. */
  void away(boolean is) {
    away = is;
  }

  @Override
  public Observation seen(TrafficKey key, long nowNanos) {
    return new Observation(
        key,
        nowNanos,
        List.of(
            measured ? backend("shop-west", 10) : neverMeasured("shop-west"),
            eastIsNew || !measured ? neverMeasured("shop-east") : backend("shop-east", 20)));
  }

  private static Observation.Destination neverMeasured(String name) {
    double none = Double.NaN;
    return new Observation.Destination(
        name, true, Long.MAX_VALUE, none, none, none, none, none, none, none, none, none);
  }

  private Observation.Destination backend(String name, double millis) {
    return new Observation.Destination(
        name, true, ageNanos, 100, 100, 1, 1, millis * 1e6, millis * 1e6, 0, 0, Double.NaN);
  }

  @Override
  public void order(Mode mode, Plan plan, String why) {
    writes.add(mode + " " + plan.shares());
    if (mode == Mode.DRIVE) {
      Map<String, Double> wanted = new HashMap<>();
      plan.shares().forEach(each -> wanted.put(each.destination(), each.share()));
      orders.add(wanted);
      retry();
    }
    lastWhy = why;
  }

  @Override
  public void make() {
    writes.add("made");
  }

  @Override
  public void release() {
    writes.add("released");
  }

  @Override
  public Optional<Objective> objective() {
    return objective;
  }

  @Override
  public String enforcer() {
    return "traffic-split";
  }
}

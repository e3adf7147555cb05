package dev.fairlead.app.led;

import dev.fairlead.app.control.Led;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.LedSplit;
import dev.fairlead.kubernetes.enforce.SplitEnforcer;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import dev.fairlead.telemetry.TrafficSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One object that opted in, or a route that is to be generated. */
final class LedObject implements Led {
  private final ObjectName target;
  private final ServiceName service;
  private final TrafficSource traffic;
  private final SplitEnforcer enforcer;
  private final Objective objective;
  private volatile LedSplit split;
  private volatile Optional<GeneratedRoute> route = Optional.empty();

  /**
   * @param mode where no document says otherwise
   */
  LedObject(
      ObjectName target, LedSplit split, Mode mode, TrafficSource traffic, SplitEnforcer enforcer) {
    this.target = target;
    this.service = split.service();
    this.split = split;
    this.traffic = traffic;
    this.enforcer = enforcer;
    // As L3 leads whatever has its label.
    this.objective =
        new Objective(PolicyKind.L3, mode, Objective.DEFAULT_PERIOD, ChangeControl.DEFAULT);
  }

  /**
   * What there is of it by now.
   *
   * @param asked the route that the documents want there
   */
  void update(LedSplit now, Optional<GeneratedRoute> asked) {
    split = now;
    route = asked;
  }

  /** It is led no more, and this is what the documents want there. */
  void leave(Optional<GeneratedRoute> asked) {
    route = asked;
  }

  @Override
  public String name() {
    return target.toString();
  }

  @Override
  public ServiceName service() {
    return service;
  }

  @Override
  public Map<String, Double> weights() {
    return split.weights();
  }

  @Override
  public Map<String, Double> shares() {
    LedSplit now = split;
    double sum = now.weights().values().stream().mapToDouble(Double::doubleValue).sum();
    if (!now.whole() || !(sum > 0)) {
      return Map.of();
    }
    Map<String, Double> shares = new HashMap<>(now.weights());
    shares.replaceAll((destination, weight) -> weight / sum);
    return shares;
  }

  @Override
  public Observation seen(TrafficKey key, long nowNanos) {
    return traffic.seen(key, List.copyOf(split.weights().keySet()), nowNanos);
  }

  @Override
  public void order(Mode mode, Plan plan, String why) {
    enforcer.enforce(target, mode, plan, why, route);
  }

  @Override
  public void make() {
    route.ifPresent(enforcer::make);
  }

  /** One that the documents do not ask for may be missing there only for the moment. */
  @Override
  public void release() {
    if (route.isPresent()) {
      enforcer.release(target);
    } else {
      enforcer.abandon(target);
    }
  }

  @Override
  public Optional<Objective> objective() {
    return Optional.of(objective);
  }

  @Override
  public String enforcer() {
    return enforcer.enforcer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LedObject object
        && object.target.equals(target)
        && object.service.equals(service);
  }

  @Override
  public int hashCode() {
    return target.hashCode();
  }
}

package dev.fairlead.app.control;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.Capacities;
import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.demand.Observations;
import java.util.HashMap;
import java.util.Map;

/**
 * What the destinations of one service can serve: as the policy believes it, or as it is estimated
 * beside a policy that does not ask, for an operator who may before choosing another.
 */
final class CapacityWatch {
  private final ServiceName service;
  private Capacities beside = Capacities.NONE;

  CapacityWatch(ServiceName service) {
    this.service = service;
  }

  /**
   * By destination, after the controller's step.
   *
   * @param seen in the period, perhaps of other services too
   */
  Map<String, Capacity> after(Controller controller, Observations seen) {
    Capacities planned = controller.capacities(service);
    boolean asked = !planned.estimators().isEmpty();
    beside = asked ? Capacities.NONE : beside.after(own(seen));
    Capacities known = asked ? planned : beside;
    Map<String, Capacity> capacities = new HashMap<>();
    for (String destination : known.estimators().keySet()) {
      capacities.put(destination, known.capacity(destination, seen.nanos()));
    }
    return capacities;
  }

  private Observations own(Observations seen) {
    return new Observations(
        seen.nanos(),
        seen.all().stream().filter(each -> each.key().service().equals(service)).toList(),
        seen.topology());
  }
}

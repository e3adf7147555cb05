package dev.fairlead.app.admin;

import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.state.State;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.demand.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/capacity}: what each destination of a steered service can serve, as it is believed.
 */
record CapacityView(List<Service> services) {
  record Service(String name, List<Destination> destinations) {}

  /**
   * One destination.
   *
   * @param bound how to read {@code rps}: {@code unknown}, {@code at-least}, {@code measured} or
   *     {@code hinted}
   * @param rps requests a second; null where nothing is known, as the next two
   * @param deviation one standard deviation of it
   * @param ageSeconds since the last measurement that it rests on
   * @param loadRps that this process sent there in the last second
   * @param over whether more arrives than it serves
   * @param why where the number comes from
   */
  record Destination(
      String destination,
      String bound,
      @Nullable Double rps,
      @Nullable Double deviation,
      @Nullable Double ageSeconds,
      @Nullable Double loadRps,
      boolean over,
      String why) {}

  static CapacityView of(State state, Map<ServiceName, PlanView> plans) {
    Map<String, PlanView> byName = new TreeMap<>();
    plans.forEach((name, plan) -> byName.put(name.toString(), plan));
    List<Service> services = new ArrayList<>();
    for (State.Service service : state.services()) {
      PlanView plan = byName.get(service.name());
      if (plan != null) {
        Map<String, Capacity> known = plan.insight().capacities();
        services.add(
            new Service(
                service.name(),
                service.clusters().stream()
                    .map(
                        each ->
                            destination(each, known.getOrDefault(each.cluster(), Capacity.UNKNOWN)))
                    .toList()));
      }
    }
    return new CapacityView(services);
  }

  private static Destination destination(State.Cluster cluster, Capacity capacity) {
    Estimate rps = capacity.rps();
    return new Destination(
        cluster.cluster(),
        capacity.bound().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        rps.isKnown() ? rps.value() : null,
        rps.isKnown() ? rps.deviation() : null,
        rps.isKnown() ? rps.ageNanos() / 1e9 : null,
        cluster.rps(),
        capacity.over(),
        capacity.why());
  }
}

package dev.fairlead.app.admin;

import dev.fairlead.app.control.Led;
import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.State;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.EndpointReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/endpoints}: what each balancer knows of each endpoint now; of services whose traffic
 * others carry, what they told of each backend.
 */
record EndpointList(List<Service> services) {
  record Service(String name, List<Item> endpoints) {}

  /**
   * One endpoint, or one backend of others, without an address; of that only the cluster (the
   * backend), the place, the state, the weight and what was measured are known.
   *
   * @param latencyMillis the policy's estimate; null where unknown
   * @param successRatio null where unknown
   */
  record Item(
      @Nullable String address,
      String cluster,
      String locality,
      String state,
      @Nullable Double weight,
      @Nullable Integer priority,
      @Nullable Long inFlight,
      @Nullable Long picks,
      @Nullable Long failed,
      @Nullable Double latencyMillis,
      @Nullable Double successRatio) {}

  /**
   * As they are now.
   *
   * @param state of the same moment, about
   * @param others services whose traffic others carry
   */
  static EndpointList of(InForce inForce, State state, Map<ServiceName, Led> others) {
    List<Service> services = new ArrayList<>();
    for (ServiceBalancer balancer : inForce.balancers().values()) {
      List<Item> items = new ArrayList<>();
      balancer.endpoints().forEach(report -> items.add(item(report)));
      services.add(new Service(balancer.service().toString(), items));
    }
    Map<String, Map<String, Double>> weights = new HashMap<>();
    others.forEach((name, led) -> weights.put(name.toString(), led.weights()));
    for (State.Service service : state.services()) {
      Map<String, Double> own = weights.get(service.name());
      if (own != null) {
        List<Item> items = new ArrayList<>();
        service.clusters().stream()
            .filter(each -> own.containsKey(each.cluster()))
            .forEach(each -> items.add(item(each, own.get(each.cluster()))));
        services.add(new Service(service.name(), items));
      }
    }
    return new EndpointList(services);
  }

  private static Item item(State.Cluster backend, @Nullable Double weight) {
    boolean down = Integer.valueOf(0).equals(backend.usable());
    return new Item(
        null,
        backend.cluster(),
        backend.locality(),
        down ? "down" : backend.ageSeconds() == null ? "unknown" : "ready",
        weight,
        null,
        backend.inFlight(),
        null,
        null,
        backend.p50Millis(),
        backend.successRatio());
  }

  private static Item item(EndpointReport report) {
    Endpoint endpoint = report.endpoint();
    return new Item(
        endpoint.address().toString(),
        endpoint.cluster(),
        endpoint.place().locality().toString(),
        report.state().name().toLowerCase(Locale.ROOT),
        endpoint.weight(),
        report.priority(),
        (long) report.inFlight(),
        report.picks(),
        report.failed(),
        finite(report.latencyNanos() / 1e6),
        finite(report.successRatio()));
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

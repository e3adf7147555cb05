package dev.fairlead.app.admin;

import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.EndpointReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /api/endpoints}: what each balancer knows of each endpoint now. */
record EndpointList(List<Service> services) {
  record Service(String name, List<Item> endpoints) {}

  /**
   * One endpoint.
   *
   * @param latencyMillis the policy's estimate; null where unknown
   * @param successRatio null where unknown
   */
  record Item(
      String address,
      String cluster,
      String locality,
      String state,
      double weight,
      int priority,
      int inFlight,
      long picks,
      long failed,
      @Nullable Double latencyMillis,
      @Nullable Double successRatio) {}

  static EndpointList of(InForce inForce) {
    List<Service> services = new ArrayList<>();
    for (ServiceBalancer balancer : inForce.balancers().values()) {
      List<Item> items = new ArrayList<>();
      balancer.endpoints().forEach(report -> items.add(item(report)));
      services.add(new Service(balancer.service().toString(), items));
    }
    return new EndpointList(services);
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
        report.inFlight(),
        report.picks(),
        report.failed(),
        finite(report.latencyNanos() / 1e6),
        finite(report.successRatio()));
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

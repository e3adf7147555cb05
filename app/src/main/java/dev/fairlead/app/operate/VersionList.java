package dev.fairlead.app.operate;

import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanVersion;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.state.Sources;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code /api/versions}: the plans that each service had, as far as they are remembered, newest
 * first.
 */
final class VersionList {
  private VersionList() {}

  /**
   * One plan.
   *
   * @param atMillis Unix time of its beginning
   * @param inForce whether traffic follows it now
   * @param shares by destination
   */
  record Version(
      long version, long atMillis, String why, boolean inForce, Map<String, Double> shares) {}

  /** All versions of a service. */
  record OfService(String service, String mode, List<Version> versions) {}

  static List<OfService> of(Sources sources, Optional<ServiceName> one) {
    Overrides.Board board = sources.overrides().board();
    List<OfService> services = new ArrayList<>();
    new TreeMap<>(sources.plans().get())
        .forEach(
            (name, view) -> {
              if (one.isEmpty() || one.get().equals(name)) {
                services.add(
                    new OfService(
                        name.toString(),
                        StatusView.word(view.mode()),
                        versions(view, board, name)));
              }
            });
    return services;
  }

  private static List<Version> versions(PlanView view, Overrides.Board board, ServiceName service) {
    long inForce = inForce(view, board.of(service)).orElse(-1L);
    List<Version> versions = new ArrayList<>();
    for (PlanVersion each : view.history().reversed()) {
      versions.add(
          new Version(
              each.version(),
              each.atMillis(),
              each.why(),
              each.version() == inForce,
              shares(each.plan())));
    }
    return versions;
  }

  /** The version that traffic follows; empty where locality decides. */
  static Optional<Long> inForce(PlanView view, Overrides.OfService orders) {
    return view.mode() == Mode.DRIVE
        ? Optional.of(view.version())
        : orders.applied().map(each -> each.plan().version());
  }

  static Map<String, Double> shares(Plan plan) {
    Map<String, Double> shares = new LinkedHashMap<>();
    plan.shares().forEach(each -> shares.put(each.destination(), each.share()));
    return shares;
  }
}

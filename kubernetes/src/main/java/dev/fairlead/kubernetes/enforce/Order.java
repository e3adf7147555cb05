package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What shall become of one object's weights, and why.
 *
 * @param plan without shares: nothing is planned yet, and only the route shall be there
 * @param route what shall be there in {@link Mode#DRIVE} where nothing is
 */
record Order(Mode mode, Plan plan, String why, Optional<GeneratedRoute> route) {
  Order(Mode mode, Plan plan, String why) {
    this(mode, plan, why, Optional.empty());
  }

  static final Order RELEASE = new Order(Mode.OBSERVE, nothing(new ServiceName("-", "-")), "");

  /** Of a generated route that no document asks for any more: one may be wrong for the moment. */
  static final Order ABANDON = new Order(Mode.OBSERVE, RELEASE.plan, "asked for no more");

  private static Plan nothing(ServiceName service) {
    return new Plan(new TrafficKey(service, "", TrafficKey.ANY_CLASS), List.of());
  }

  /** Has the route be there before anything is planned. */
  static Order toBeThere(GeneratedRoute route) {
    return new Order(
        Mode.DRIVE, nothing(route.service()), "nothing is measured yet", Optional.of(route));
  }

  /** Whether a route shall be there, whoever makes it. */
  boolean makesRoute() {
    return route.isPresent() && mode == Mode.DRIVE;
  }

  String modeName() {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}

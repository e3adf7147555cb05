package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.List;
import java.util.Locale;

/** What shall become of one object's weights, and why. */
record Order(Mode mode, Plan plan, String why) {
  static final Order RELEASE =
      new Order(
          Mode.OBSERVE,
          new Plan(new TrafficKey(new ServiceName("-", "-"), "", TrafficKey.ANY_CLASS), List.of()),
          "");

  String modeName() {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}

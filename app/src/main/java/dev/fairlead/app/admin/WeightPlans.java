package dev.fairlead.app.admin;

import dev.fairlead.app.control.PlanView;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.WholeWeights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Plans as WeightPlan documents: what {@link Mode#ADVISE} publishes, and what {@link Mode#DRIVE}
 * enforces. {@link Mode#OBSERVE} only shows its plan in the state.
 */
final class WeightPlans {
  private WeightPlans() {}

  static List<Map<String, Object>> documents(Map<ServiceName, PlanView> plans) {
    List<Map<String, Object>> documents = new ArrayList<>();
    new TreeMap<>(plans)
        .forEach(
            (service, view) -> {
              if (view.mode() != Mode.OBSERVE) {
                documents.add(document(service, view));
              }
            });
    return documents;
  }

  private static Map<String, Object> document(ServiceName service, PlanView view) {
    List<Map<String, Object>> classes = new ArrayList<>();
    view.byClass()
        .forEach(
            (trafficClass, plan) ->
                classes.add(
                    ordered(
                        "class", trafficClass,
                        "weights", weights(plan.inForce()),
                        "shed", Math.round(plan.shed() * WholeWeights.SUM))));
    Map<String, Object> spec =
        ordered(
            "service", service.name(),
            "sourceCluster", view.inForce().key().sourceCluster(),
            "weights", weights(view.inForce()));
    if (!classes.isEmpty()) {
      spec.put("classes", classes);
    }
    String source = view.inForce().key().sourceCluster();
    String name = source.isEmpty() ? service.name() : service.name() + "-from-" + source;
    return ordered(
        "apiVersion",
        "fairlead.dev/v1alpha1",
        "kind",
        "WeightPlan",
        "metadata",
        ordered("name", name, "namespace", service.namespace()),
        "spec",
        spec,
        "status",
        ordered(
            "mode", view.mode().name().toLowerCase(Locale.ROOT),
            "enforcer", view.mode() == Mode.DRIVE ? view.enforcer() : "",
            "version", view.version(),
            "changedAt", Instant.ofEpochMilli(view.changedAtMillis()).toString(),
            "why", view.why()));
  }

  private static List<Map<String, Object>> weights(Plan plan) {
    double[] shares = plan.shares().stream().mapToDouble(Plan.Share::share).toArray();
    // A plan may know destinations and have nothing for any of them.
    int[] whole =
        DoubleStream.of(shares).sum() > 0 ? WholeWeights.of(shares) : new int[shares.length];
    List<Map<String, Object>> weights = new ArrayList<>();
    for (int at = 0; at < whole.length; at++) {
      Plan.Share share = plan.shares().get(at);
      weights.add(
          ordered(
              "destination", share.destination(), "weight", whole[at], "reason", share.reason()));
    }
    return weights;
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}

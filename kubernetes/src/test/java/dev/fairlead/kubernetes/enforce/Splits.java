package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** TrafficSplits and orders for tests. */
final class Splits {
  static final OptIn OPT_IN = new OptIn(OptIn.L3_KEY, "least-latency");
  static final ObjectName WEB = new ObjectName("TrafficSplit", "shop", "web");

  private Splits() {}

  /** The split {@link #WEB}; weights are JSON by backend. */
  static String web(String label, Map<String, String> weights) {
    return split("web", label, weights);
  }

  static String split(String name, String label, Map<String, String> weights) {
    List<String> backends = new ArrayList<>();

    new TreeMap<>(weights)
        .forEach(
            (backend, weight) ->
                backends.add("{\"service\":\"%s\",\"weight\":%s}".formatted(backend, weight)));
    return """
        {"apiVersion":"split.smi-spec.io/v1alpha1","kind":"TrafficSplit",
         "metadata":{"namespace":"shop","name":"%s","labels":{"%s":"%s"}},
         "spec":{"service":"web","backends":[%s]}}
        """
        .formatted(name, OptIn.L3_KEY, label, String.join(",", backends));
  }

  static Order drive(Map<String, Double> shares) {
    return new Order(Mode.DRIVE, plan(shares), "as the test has it");
  }

  static Plan plan(Map<String, Double> shares) {
    return new Plan(
        new TrafficKey(new ServiceName("shop", "web"), "", TrafficKey.ANY_CLASS),
        shares.entrySet().stream()
            .map(each -> new Plan.Share(each.getKey(), each.getValue(), Double.NaN, "so"))
            .toList());
  }

  /** Who leads in a term, for ever. */
  static Leadership term(long term) {
    return new Leadership() {
      @Override
      public OptionalLong term() {
        return OptionalLong.of(term);
      }

      @Override
      public void surpassed(long by) {
        // It stays what it is: a leader of yesterday that knows no better.
      }
    };
  }
}

package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The class-blind projection of the plans of all classes, for enforcers that know no class. */
final class Blind {
  private Blind() {}

  /** The mean of {@code classes}, weighted by what each class sends; even weights if none does. */
  static Plan of(TrafficKey key, List<Plan> classes, Observations seen) {
    Map<TrafficKey, Double> sent = new LinkedHashMap<>();
    Map<TrafficKey, Double> demand = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      double rps = 0;
      for (Observation.Destination row : Scene.rows(observation).values()) {
        double started = Sample.of(row).startedRps();
        rps += started > 0 ? started : 0;
      }
      sent.putIfAbsent(observation.key(), rps);
      demand.putIfAbsent(observation.key(), rps + Math.max(0, observation.shedRps()));
    }
    Map<String, Plan.Share> rows = new LinkedHashMap<>();
    Map<String, Double> shares = new LinkedHashMap<>();
    double shed = 0;
    for (Plan plan : classes) {
      double part = part(plan, sent, classes);
      shed += part(plan, demand, classes) * plan.shed();
      for (Plan.Share share : plan.shares()) {
        shares.merge(share.destination(), part * share.share(), Double::sum);
        rows.merge(
            share.destination(), share, (one, other) -> Double.isNaN(one.weight()) ? other : one);
      }
    }
    List<Plan.Share> mean = new ArrayList<>();
    rows.forEach(
        (name, row) ->
            mean.add(
                row.with(shares.getOrDefault(name, 0.0), "all classes together; " + row.reason())));
    return new Plan(key, mean, Math.min(1, shed), classes.getFirst().bindings());
  }

  private static double part(Plan plan, Map<TrafficKey, Double> rps, List<Plan> classes) {
    double all = classes.stream().mapToDouble(each -> rps.getOrDefault(each.key(), 0.0)).sum();
    return all > 0 ? rps.getOrDefault(plan.key(), 0.0) / all : 1.0 / classes.size();
  }
}

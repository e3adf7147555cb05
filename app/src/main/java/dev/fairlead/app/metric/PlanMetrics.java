package dev.fairlead.app.metric;

import dev.fairlead.app.control.Insight;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.EgressMeter;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.plan.Plan;

/** What the slow loop decided, how it found that, and what traffic cost. */
final class PlanMetrics {
  private PlanMetrics() {}

  static void plan(Families families, ServiceName name, PlanView plan, long nowNanos) {
    String service = name.toString();
    for (Plan.Share share : plan.inForce().shares()) {
      families.gauge(
          "fairlead_weight_ratio",
          "Share of a service's requests that the plan gives a cluster.",
          share.share(),
          "service",
          service,
          "cluster",
          share.destination());
    }
    plan.byClass().forEach((trafficClass, each) -> plan(families, service, trafficClass, each));
    families.gauge(
        "fairlead_weight_age_seconds",
        "Since the plan changed last.",
        (nowNanos - plan.changedAtNanos()) / 1e9,
        "service",
        service);
    families.counter(
        "fairlead_weight_changes", "Changes of the plan.", plan.version(), "service", service);
    plan.suppressed()
        .forEach(
            (reason, count) ->
                families.counter(
                    "fairlead_weight_changes_suppressed",
                    "Changes that change control held back.",
                    count,
                    "service",
                    service,
                    "reason",
                    reason));
    families.gauge(
        "fairlead_steering_oscillation_ratio",
        "Movement of shares beyond the net change, over the last hour.",
        plan.oscillation(),
        "service",
        service);
    families.counter(
        "fairlead_steering_bad_samples",
        "Samples that were dropped as negative, infinite or absurd.",
        plan.badSamples(),
        "service",
        service);
    insight(families, service, plan.insight());
    plan.insight().seen().ifPresent(seen -> ages(families, service, seen, nowNanos));
  }

  private static void ages(Families families, String service, Observation seen, long nowNanos) {
    for (Observation.Destination row : seen.destinations()) {
      if (row.ageNanos() != Long.MAX_VALUE) {
        families.gauge(
            "fairlead_telemetry_sample_age_seconds",
            "Since what is known of a destination was measured; stale above 15.",
            (Math.max(0, row.ageNanos()) + nowNanos - seen.nanos()) / 1e9,
            "service",
            service,
            "cluster",
            row.name());
      }
    }
  }

  /** How the plan was found, and what it costs as it was found. */
  private static void insight(Families families, String service, Insight insight) {
    families.gauge(
        "fairlead_solver_duration_seconds",
        "Time of the last control period's step: estimating, solving, change control.",
        insight.stepNanos() / 1e9,
        "service",
        service);
    families.gauge(
        "fairlead_steering_quarantined_clusters",
        "Clusters whose numbers are not heard as they cannot be believed.",
        insight.quarantined().size(),
        "service",
        service);
    insight
        .solution()
        .ifPresent(
            found -> {
              for (Allocation.Status status : Allocation.Status.values()) {
                families.gauge(
                    "fairlead_solver_status_ratio",
                    "1 for how the last solve ended.",
                    found.status() == status ? 1 : 0,
                    "service",
                    service,
                    "status",
                    Families.word(status));
              }
              objective(families, service, "latency", found.terms().wayDollars());
              objective(families, service, "waiting", found.terms().waitDollars());
              objective(families, service, "egress", found.terms().egressDollars());
              objective(families, service, "overload", found.terms().overflowDollars());
            });
  }

  private static void objective(Families families, String service, String term, double dollars) {
    families.gauge(
        "fairlead_plan_objective_dollars_per_second",
        "What the plan that was wanted last costs, by term, as money.",
        dollars,
        "service",
        service,
        "term",
        term);
  }

  private static void plan(
      Families families, String service, int trafficClass, PlanView.OfClass plan) {
    String named = Integer.toString(trafficClass);
    for (Plan.Share share : plan.inForce().shares()) {
      families.gauge(
          "fairlead_class_weight_ratio",
          "Share of a class's requests that its own plan gives a cluster.",
          share.share(),
          "service",
          service,
          "class",
          named,
          "cluster",
          share.destination());
    }
    families.gauge(
        "fairlead_class_shed_ratio",
        "Part of a class's requests for which there is no capacity: turned away in drive mode.",
        plan.shed(),
        "service",
        service,
        "class",
        named);
  }

  static void egressCost(Families families, InForce inForce, EgressMeter egress) {
    String here = inForce.configuration().caller().cluster();
    egress
        .dollars()
        .forEach(
            (flow, dollars) -> {
              boolean request = flow.direction() == EgressMeter.Direction.REQUEST;
              families.counter(
                  "fairlead_egress_cost_dollars",
                  "What the traffic between two clusters cost, by where it came from and went to.",
                  dollars,
                  "service",
                  flow.service().toString(),
                  "from",
                  request ? here : flow.cluster(),
                  "to",
                  request ? flow.cluster() : here,
                  "direction",
                  Families.word(flow.direction()));
            });
  }
}

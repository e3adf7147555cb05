package dev.fairlead.app.metric;

import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.ClusterTotals;
import dev.fairlead.app.state.LatencyExemplars;
import dev.fairlead.app.state.LatencyExemplars.Seen;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.OutlierReason;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.proxy.check.CheckCounters;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a service's traffic was, and what its balancer made of its endpoints. */
final class ServiceMetrics {
  private ServiceMetrics() {}

  static void service(
      Families families, InForce inForce, ServiceBalancer balancer, LatencyExemplars exemplars) {
    String service = balancer.service().toString();
    String here = inForce.configuration().caller().locality().toString();
    // Several clusters may be in one locality, or in none that is known.
    Map<String, ClusterTotals> byLocality = new TreeMap<>();
    ClusterTotals.of(balancer.report())
        .forEach(
            (cluster, totals) -> {
              traffic(families, service, cluster, totals, exemplars.of(service, cluster));
              String there = inForce.localityOf(balancer.service(), cluster).toString();
              byLocality.merge(there, totals, ClusterTotals::plus);
            });
    byLocality.remove(here);
    byLocality.forEach((there, totals) -> crossing(families, service, here, there, totals));
    endpoints(families, service, balancer);
    protection(families, service, balancer);
  }

  /** What was ejected and refused to keep the service up. */
  private static void protection(Families families, String service, ServiceBalancer balancer) {
    for (OutlierReason reason : OutlierReason.values()) {
      String[] labels = {"service", service, "reason", Families.word(reason)};
      families.counter(
          "fairlead_ejections",
          "Endpoints ejected as outliers, by what showed it.",
          balancer.ejections(reason),
          labels);
      families.counter(
          "fairlead_ejections_prevented",
          "Outliers that stayed as too many were ejected already, each time they were found.",
          balancer.preventedEjections(reason),
          labels);
    }
    if (balancer.probes().started() > 0) {
      probes(families, service, balancer.probes());
    }
    families.counter(
        "fairlead_retries_refused",
        "Retries that the budget did not grant.",
        balancer.refusedRetries(),
        "service",
        service);
  }

  private static void probes(Families families, String service, ProbeCounters probes) {
    Map.of(
            "answered",
            probes.answered(),
            "failed",
            probes.failed(),
            "timed_out",
            probes.timedOut(),
            "implausible",
            probes.implausible())
        .forEach(
            (result, count) ->
                families.counter(
                    "fairlead_probes",
                    "Questions to endpoints how loaded they are, by how they ended.",
                    count,
                    "service",
                    service,
                    "result",
                    result));
  }

  static void checks(Families families, ServiceName service, CheckCounters.Sums checks) {
    Map.of("passed", checks.passed(), "failed", checks.failed(), "timed_out", checks.timedOut())
        .forEach(
            (result, count) ->
                families.counter(
                    "fairlead_health_checks",
                    "Active checks of endpoints, by how they ended.",
                    count,
                    "service",
                    service.toString(),
                    "result",
                    result));
  }

  static void refusals(Families families, ServiceName service, Map<Refusal, Long> counts) {
    for (Refusal reason : Refusal.values()) {
      families.counter(
          "fairlead_requests_refused",
          "Requests that got no endpoint, by why.",
          counts.getOrDefault(reason, 0L),
          "service",
          service.toString(),
          "reason",
          Families.word(reason));
    }
  }

  private static void traffic(
      Families families,
      String service,
      String cluster,
      ClusterTotals totals,
      List<Seen> exemplars) {
    String name = "fairlead_requests";
    String help = "Requests by how their attempt at an endpoint ended.";
    String[] labels = {"service", service, "cluster", cluster, "outcome", "replied"};
    families.counter(name, help, totals.replied(), labels.clone());
    labels[5] = "failed";
    families.counter(name, help, totals.failed(), labels.clone());
    labels[5] = "ignored";
    families.counter(name, help, totals.ignored(), labels.clone());
    families.gauge(
        "fairlead_inflight_requests",
        "Requests under way at a cluster's endpoints.",
        totals.inFlight(),
        "service",
        service,
        "cluster",
        cluster);
    families.histogram(
        "fairlead_request_duration_seconds",
        "From pick to the answer's first byte.",
        totals.latency(),
        exemplars,
        "service",
        service,
        "cluster",
        cluster);
  }

  private static void crossing(
      Families families, String service, String here, String there, ClusterTotals totals) {
    families.counter(
        "fairlead_cross_locality_requests",
        "Requests that left the caller's locality.",
        totals.started(),
        "service",
        service,
        "from",
        here,
        "to",
        there);
    String name = "fairlead_egress_bytes";
    String help = "Bytes between localities, by where they came from and went to.";
    families.counter(
        name,
        help,
        totals.bytesSent(),
        "service",
        service,
        "from",
        here,
        "to",
        there,
        "direction",
        "request");
    families.counter(
        name,
        help,
        totals.bytesReceived(),
        "service",
        service,
        "from",
        there,
        "to",
        here,
        "direction",
        "response");
  }

  private static void endpoints(Families families, String service, ServiceBalancer balancer) {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (EndpointReport endpoint : balancer.endpoints()) {
      counts
          .computeIfAbsent(endpoint.endpoint().cluster(), key -> new TreeMap<>())
          .merge(Families.word(endpoint.state()), 1, Integer::sum);
    }
    counts.forEach(
        (cluster, states) ->
            states.forEach(
                (state, count) ->
                    families.gauge(
                        "fairlead_endpoints",
                        "Endpoints by what the balancer thinks of them.",
                        count,
                        "service",
                        service,
                        "cluster",
                        cluster,
                        "state",
                        state)));
  }
}

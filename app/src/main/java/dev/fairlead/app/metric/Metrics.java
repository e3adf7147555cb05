package dev.fairlead.app.metric;

import dev.fairlead.app.control.Insight;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.otlp.ExportCounts;
import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.ClusterTotals;
import dev.fairlead.app.state.EgressMeter;
import dev.fairlead.app.state.LatencyExemplars;
import dev.fairlead.app.state.LatencyExemplars.Seen;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.Status;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.OutlierReason;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.proxy.check.CheckCounters;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.proxy.tls.TlsCounters;
import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.plan.Plan;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * All metrics of the process, made from the reports at each scrape: the data path counts for its
 * own needs and knows no metric. Labels are services, clusters, localities and fixed words, so
 * their number is bounded by the documents.
 */
public final class Metrics implements MultiCollector {
  private final Sources sources;

  private Metrics(Sources sources) {
    this.sources = sources;
  }

  /** A registry of its own with these metrics in it. */
  public static PrometheusRegistry registry(Sources sources) {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new Metrics(sources));
    return registry;
  }

  @Override
  public MetricSnapshots collect() {
    Families families = new Families();
    InForce inForce = sources.inForce().get();
    families.info(
        "fairlead_build",
        "What runs.",
        "version",
        sources.version(),
        "java",
        String.valueOf(Runtime.version()));
    ProxyServer.Counters proxy = sources.proxy().get();
    inForce
        .balancers()
        .forEach(
            (name, balancer) -> {
              service(families, inForce, balancer, sources.exemplars());
              refusals(families, name, proxy.refusals().getOrDefault(name, Map.of()));
              CheckCounters.Sums checks = proxy.checks().get(name);
              if (checks != null) {
                checks(families, name, checks);
              }
            });
    sources.plans().get().forEach((service, plan) -> plan(families, service, plan));
    egressCost(families, inForce);
    certificates(families, inForce);
    proxy(families, proxy);
    sources.traces().get().ifPresent(counts -> traces(families, counts));
    process(families, sources.status().get());
    return families.snapshots();
  }

  private static void service(
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
      String[] labels = {"service", service, "reason", word(reason)};
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

  private static void checks(Families families, ServiceName service, CheckCounters.Sums checks) {
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

  private static void refusals(Families families, ServiceName service, Map<Refusal, Long> counts) {
    for (Refusal reason : Refusal.values()) {
      families.counter(
          "fairlead_requests_refused",
          "Requests that got no endpoint, by why.",
          counts.getOrDefault(reason, 0L),
          "service",
          service.toString(),
          "reason",
          word(reason));
    }
  }

  /** {@code consecutive-failures}: words of several parts as documents write them. */
  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
          .merge(word(endpoint.state()), 1, Integer::sum);
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

  private void plan(Families families, ServiceName name, PlanView plan) {
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
        (sources.ticker().nanos() - plan.changedAtNanos()) / 1e9,
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
                    word(status));
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

  private void egressCost(Families families, InForce inForce) {
    String here = inForce.configuration().caller().cluster();
    sources
        .egress()
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
                  word(flow.direction()));
            });
  }

  private static void traces(Families families, ExportCounts counts) {
    families.counter(
        "fairlead_trace_spans_exported", "Spans that a collector took.", counts.exported());
    String name = "fairlead_trace_spans_lost";
    String help =
        "Spans that no collector took: too many waited, it would not have them, or none answered.";
    families.counter(name, help, counts.overflowed(), "reason", "queue-full");
    families.counter(name, help, counts.refused(), "reason", "refused");
    families.counter(name, help, counts.failed(), "reason", "unreachable");
  }

  private static void proxy(Families families, ProxyServer.Counters proxy) {
    families.counter(
        "fairlead_connections", "Client connections accepted.", proxy.clientConnections());
    families.gauge(
        "fairlead_connections_open", "Client connections open.", proxy.clientConnectionsOpen());
    families.counter("fairlead_proxy_requests", "Requests taken from clients.", proxy.requests());
    families.gauge(
        "fairlead_proxy_requests_inflight",
        "Requests of clients under way.",
        proxy.requestsInFlight());
    families.counter("fairlead_retries", "Attempts after the first.", proxy.retries());
    families.counter("fairlead_mirrored", "Copies of requests sent to mirrors.", proxy.mirrored());
    families.counter(
        "fairlead_mirrors_dropped", "Copies that could not be sent.", proxy.mirrorsDropped());
    for (int each = 0; each < proxy.shed().size(); each++) {
      families.counter(
          "fairlead_requests_shed",
          "Requests that were turned away as their event loop lagged, by class.",
          proxy.shed().get(each),
          "class",
          Integer.toString(each));
    }
    families.counter(
        "fairlead_load_reports_broken",
        "Answers whose endpoint-load-metrics cannot be read, where they are weighed.",
        proxy.loadReportsBroken());
    families.counter(
        "fairlead_hedges", "Second attempts beside a first that took long.", proxy.hedges());
    families.counter(
        "fairlead_hedges_won", "Second attempts whose answer began first.", proxy.hedgesWon());
    families.counter(
        "fairlead_probes_held_back",
        "Probes that were not sent: too many under way, or the endpoint answers none.",
        proxy.probesHeldBack());
    families.counter(
        "fairlead_probes_answered",
        "Questions for a service's load that were answered in its stead.",
        proxy.probesAnswered());
    families.counter(
        "fairlead_upstream_connections", "Upstream connects begun.", proxy.upstreamConnects());
    families.gauge(
        "fairlead_upstream_waiting_requests",
        "Requests that wait for an HTTP/1 connection, of which their endpoint has all it may.",
        proxy.upstreamWaiting());
    families.gauge(
        "fairlead_upstream_connections_open",
        "Upstream connections open.",
        proxy.upstreamConnectionsOpen());
    families.gauge(
        "fairlead_upstream_connections_idle",
        "Upstream connections that wait for a request.",
        proxy.upstreamConnectionsIdle());
    handshakes(families, "client", proxy.clientTls());
    handshakes(families, "upstream", proxy.upstreamTls());
    proxy
        .rejects()
        .forEach(
            (rule, count) ->
                families.counter(
                    "fairlead_protocol_rejects",
                    "Requests refused as ambiguous or broken.",
                    count,
                    "rule",
                    rule));
  }

  private static void handshakes(Families families, String side, TlsCounters.Sums sums) {
    String help = "TLS handshakes that went well.";
    families.counter("fairlead_tls_handshakes", help, sums.full(), "side", side, "kind", "full");
    families.counter(
        "fairlead_tls_handshakes", help, sums.resumed(), "side", side, "kind", "resumed");
    families.gauge(
        "fairlead_tls_handshakes_open", "TLS handshakes under way.", sums.underWay(), "side", side);
    sums.failures()
        .forEach(
            (fault, count) ->
                families.counter(
                    "fairlead_tls_handshake_failures",
                    "TLS handshakes that came to nothing, by why.",
                    count,
                    "side",
                    side,
                    "reason",
                    fault.id()));
  }

  private static void certificates(Families families, InForce inForce) {
    inForce
        .configuration()
        .routes()
        .credentials()
        .keys()
        .forEach(
            (name, key) ->
                families.gauge(
                    "fairlead_certificate_expiry_timestamp_seconds",
                    "When a certificate that is shown expires, Unix time.",
                    key.certificate().getNotAfter().toInstant().getEpochSecond(),
                    "certificate",
                    name));
  }

  private void process(Families families, Status status) {
    families.gauge(
        "fairlead_config_last_reload_successful",
        "1 if the last documents were accepted.",
        status.config().lastReloadOk() ? 1 : 0);
    families.gauge(
        "fairlead_config_last_reload_success_timestamp_seconds",
        "When documents were accepted last, Unix time.",
        status.lastReloadOkAtMillis() / 1e3);
    families.gauge(
        "fairlead_config_generation",
        "How many configurations were put in force.",
        status.config().generation());
    families.gauge("fairlead_ready_ratio", "1 while /readyz says ready.", status.ready() ? 1 : 0);
    families.counter(
        "fairlead_steering_step_failures",
        "Steering steps that failed; the plan before stayed.",
        sources.stepFailures().getAsLong());
    families.counter(
        "fairlead_access_log_dropped",
        "Access log lines lost because the output stalled.",
        sources.accessLogDropped().getAsLong());
    Runtime runtime = Runtime.getRuntime();
    families.gauge(
        "jvm_memory_heap_used_bytes", "Heap in use.", runtime.totalMemory() - runtime.freeMemory());
    families.gauge("jvm_memory_heap_max_bytes", "Heap at most.", runtime.maxMemory());
  }
}

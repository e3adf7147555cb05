package dev.fairlead.app.metric;

import dev.fairlead.app.otlp.ExportCounts;
import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.Status;
import dev.fairlead.proxy.check.CheckCounters;
import dev.fairlead.proxy.server.ProxyServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;

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
              ServiceMetrics.service(families, inForce, balancer, sources.exemplars());
              ServiceMetrics.refusals(
                  families, name, proxy.refusals().getOrDefault(name, Map.of()));
              CheckCounters.Sums checks = proxy.checks().get(name);
              if (checks != null) {
                ServiceMetrics.checks(families, name, checks);
              }
            });
    long now = sources.ticker().nanos();
    sources
        .plans()
        .get()
        .forEach((service, plan) -> PlanMetrics.plan(families, service, plan, now));
    PingMetrics.pings(families, sources.pings());
    PlanMetrics.egressCost(families, inForce, sources.egress());
    ProxyMetrics.certificates(families, inForce);
    ProxyMetrics.proxy(families, proxy);
    sources.traces().get().ifPresent(counts -> traces(families, counts));
    sources.led().get().ifPresent(led -> LedMetrics.led(families, led));
    process(families, sources.status().get());
    return families.snapshots();
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

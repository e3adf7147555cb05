package dev.fairlead.app.metric;

import dev.fairlead.app.state.LedStatus;
import dev.fairlead.kubernetes.enforce.EnforcerCounts;
import dev.fairlead.telemetry.TrafficStatus;

/** What is done for services whose traffic others carry, and by whose numbers. */
final class LedMetrics {
  private LedMetrics() {}

  static void led(Families families, LedStatus led) {
    families.gauge(
        "fairlead_led_objects", "Objects that opted in to have their weights led.", led.objects());
    families.gauge(
        "fairlead_leader", "1: this process writes to the Kubernetes API.", led.leads() ? 1 : 0);
    EnforcerCounts counts = led.counts();
    families.counter(
        "fairlead_weight_writes", "Objects whose weights were written.", counts.writes());
    families.counter(
        "fairlead_weight_restores", "Objects that got their weights back.", counts.restored());
    families.counter(
        "fairlead_weight_conflicts", "Writes that another's came before.", counts.conflicts());
    families.counter(
        "fairlead_weight_failures", "Requests that the API server did not do.", counts.failures());
    counts
        .refused()
        .forEach(
            (reason, count) ->
                families.counter(
                    "fairlead_weight_refusals", "Writes not made.", count, "reason", reason));
    TrafficStatus traffic = led.traffic();
    if (traffic.ageNanos() != Long.MAX_VALUE) {
      families.gauge(
          "fairlead_telemetry_age_seconds",
          "Since the last queries that were all answered.",
          traffic.ageNanos() / 1e9,
          "source",
          traffic.set());
    }
    families.counter(
        "fairlead_telemetry_queries", "Asked.", traffic.queries(), "source", traffic.set());
    traffic
        .failures()
        .forEach(
            (reason, count) ->
                families.counter(
                    "fairlead_telemetry_failures",
                    "Queries without an answer.",
                    count,
                    "source",
                    traffic.set(),
                    "reason",
                    Families.word(reason)));
    families.counter(
        "fairlead_telemetry_bad_numbers",
        "Dropped, as none can be such.",
        traffic.badNumbers(),
        "source",
        traffic.set());
    families.counter(
        "fairlead_telemetry_unasked",
        "Destinations that were not asked for, as there are too many or no metric has such names.",
        traffic.unasked(),
        "source",
        traffic.set());
  }
}

package dev.fairlead.app.metric;

import dev.fairlead.app.control.Pings;

/** How far other clusters are, by pings. */
final class PingMetrics {
  private PingMetrics() {}

  static void pings(Families families, Pings pings) {
    pings
        .measured()
        .forEach(
            (way, roundTrip) -> {
              families.gauge(
                  "fairlead_round_trip_seconds",
                  "Median of the last pings from one cluster to another.",
                  roundTrip.nanos() / 1e9,
                  "from",
                  way.from(),
                  "to",
                  way.to());
              families.gauge(
                  "fairlead_round_trip_age_seconds",
                  "Since the last ping that was answered.",
                  roundTrip.ageNanos() / 1e9,
                  "from",
                  way.from(),
                  "to",
                  way.to());
            });
    families.counter("fairlead_pings", "Sent.", pings.counts().sent());
    families.counter("fairlead_pings_answered", "Answered.", pings.counts().answered());
  }
}

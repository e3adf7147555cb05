package dev.fairlead.app.command;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The table of {@code get clusters}. */
final class ClusterRows {
  private ClusterRows() {}

  static Table of(JsonNode clusters, boolean wide) {
    Table table =
        wide
            ? new Table(
                "CLUSTER",
                "LOCAL",
                "LOCALITY",
                "SERVICES",
                "USABLE",
                "ENDPOINTS",
                "RPS",
                "$/HOUR",
                "ROUND-TRIP",
                "PINGED",
                "NOT HEARD")
            : new Table("CLUSTER", "LOCAL", "LOCALITY", "SERVICES", "USABLE", "RPS", "$/HOUR");
    for (JsonNode each : clusters) {
      String name = each.path("cluster").asString();
      String local = each.path("local").asBoolean() ? "yes" : "no";
      String locality = each.path("locality").asString();
      String services = each.path("services").asString();
      String usable = each.path("usable").asString("-");
      String rps = number("%.1f", each.path("rps"));
      String dollars = number("%.4f", each.path("dollarsPerHour"));
      if (wide) {
        String all = each.path("endpoints").asString("-");
        String quarantined = each.path("quarantined").asString("-");
        String way = Amounts.millis(each.path("roundTripMillis"));
        String pinged = pinged(each.path("pingAgeSeconds"));
        table.row(
            name, local, locality, services, usable, all, rps, dollars, way, pinged, quarantined);
      } else {
        table.row(name, local, locality, services, usable, rps, dollars);
      }
    }
    return table;
  }

  private static String pinged(JsonNode ageSeconds) {
    return ageSeconds.isNumber() ? OrderOptions.age(ageSeconds.asDouble()) + " ago" : "-";
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static String number(String format, JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, format, value.asDouble()) : "-";
  }
}

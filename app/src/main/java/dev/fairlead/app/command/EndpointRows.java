package dev.fairlead.app.command;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The table of {@code get endpoints}. */
final class EndpointRows {
  private EndpointRows() {}

  static Table of(JsonNode answer, boolean wide) {
    Table table =
        wide
            ? new Table(
                "SERVICE",
                "ENDPOINT",
                "CLUSTER",
                "STATE",
                "INFLIGHT",
                "LOCALITY",
                "PRIORITY",
                "WEIGHT",
                "PICKS",
                "FAILED",
                "LATENCY",
                "SUCCESS")
            : new Table("SERVICE", "ENDPOINT", "CLUSTER", "STATE", "INFLIGHT");
    for (JsonNode service : answer.path("services")) {
      for (JsonNode endpoint : service.path("endpoints")) {
        String name = service.path("name").asString();
        String address = endpoint.path("address").asString("-");
        String cluster = endpoint.path("cluster").asString();
        String state = endpoint.path("state").asString();
        String inFlight = endpoint.path("inFlight").asString("-");
        if (wide) {
          table.row(
              name,
              address,
              cluster,
              state,
              inFlight,
              endpoint.path("locality").asString(),
              endpoint.path("priority").asString("-"),
              number(endpoint.path("weight"), ""),
              endpoint.path("picks").asString("-"),
              endpoint.path("failed").asString("-"),
              number(endpoint.path("latencyMillis"), "ms"),
              percent(endpoint.path("successRatio")));
        } else {
          table.row(name, address, cluster, state, inFlight);
        }
      }
    }
    return table;
  }

  private static String percent(JsonNode ratio) {
    return ratio.isNumber() ? String.format(Locale.ROOT, "%.1f%%", ratio.asDouble() * 100) : "-";
  }

  private static String number(JsonNode value, String unit) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1f%s", value.asDouble(), unit) : "-";
  }
}

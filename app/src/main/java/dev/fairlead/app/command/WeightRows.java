package dev.fairlead.app.command;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The table of {@code get weights}. */
final class WeightRows {
  private static final String ALL_CLASSES = "all";

  private WeightRows() {}

  static Table of(JsonNode state, boolean wide) {
    Table table =
        wide
            ? new Table(
                "SERVICE",
                "CLASS",
                "CLUSTER",
                "SHARE",
                "OBSERVED",
                "RPS",
                "P50",
                "P99",
                "SUCCESS",
                "WHY")
            : new Table("SERVICE", "CLASS", "CLUSTER", "SHARE", "OBSERVED", "P99", "SUCCESS");
    for (JsonNode service : state.path("services")) {
      for (JsonNode cluster : service.path("clusters")) {
        String name = service.path("name").asString();
        String id = cluster.path("cluster").asString();
        String share = percent(cluster.path("share"));
        String observed = percent(cluster.path("observedShare"));
        String p99 = number(cluster.path("p99Millis"), "ms");
        String success = percent(cluster.path("successRatio"));
        if (wide) {
          String rps = number(cluster.path("rps"), "");
          String p50 = number(cluster.path("p50Millis"), "ms");
          String why = reason(service.path("plan").path("shares"), id);
          table.row(name, ALL_CLASSES, id, share, observed, rps, p50, p99, success, why);
        } else {
          table.row(name, ALL_CLASSES, id, share, observed, p99, success);
        }
      }
      classes(table, service, wide);
    }
    return table;
  }

  /** What is planned for each class on its own; only clusters are observed, not their classes. */
  private static void classes(Table table, JsonNode service, boolean wide) {
    String name = service.path("name").asString();
    for (JsonNode planned : service.path("plan").path("classes")) {
      String trafficClass = planned.path("trafficClass").asString();
      for (JsonNode share : planned.path("shares")) {
        String id = share.path("destination").asString();
        String percent = percent(share.path("share"));
        String why = share.path("reason").asString();
        row(table, wide, name, trafficClass, id, percent, why);
      }
      if (planned.path("shed").asDouble() > 0) {
        String why = "nobody has capacity for it: turned away in drive mode";
        row(table, wide, name, trafficClass, "(shed)", percent(planned.path("shed")), why);
      }
    }
  }

  private static void row(
      Table table,
      boolean wide,
      String service,
      String trafficClass,
      String cluster,
      String share,
      String why) {
    if (wide) {
      table.row(service, trafficClass, cluster, share, "-", "-", "-", "-", "-", why);
    } else {
      table.row(service, trafficClass, cluster, share, "-", "-", "-");
    }
  }

  private static String reason(JsonNode shares, String destination) {
    for (JsonNode share : shares) {
      if (share.path("destination").asString().equals(destination)) {
        return share.path("reason").asString();
      }
    }
    return "-";
  }

  private static String percent(JsonNode ratio) {
    return ratio.isNumber() ? String.format(Locale.ROOT, "%.1f%%", ratio.asDouble() * 100) : "-";
  }

  private static String number(JsonNode value, String unit) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1f%s", value.asDouble(), unit) : "-";
  }
}

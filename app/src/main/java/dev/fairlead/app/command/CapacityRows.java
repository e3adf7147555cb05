package dev.fairlead.app.command;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The table of {@code get capacity}. */
final class CapacityRows {
  private CapacityRows() {}

  static Table of(JsonNode capacity, boolean wide) {
    Table table =
        wide
            ? new Table(
                "SERVICE",
                "CLUSTER",
                "CAPACITY",
                "DEVIATION",
                "BOUND",
                "LOAD",
                "OVER",
                "AGE",
                "WHY")
            : new Table("SERVICE", "CLUSTER", "CAPACITY", "BOUND", "LOAD", "OVER");
    for (JsonNode service : capacity.path("services")) {
      String name = service.path("name").asString();
      for (JsonNode each : service.path("destinations")) {
        String cluster = each.path("destination").asString();
        String rps = number(each.path("rps"), " rps");
        String bound = each.path("bound").asString();
        String load = number(each.path("loadRps"), " rps");
        String over = each.path("over").asBoolean() ? "yes" : "no";
        if (wide) {
          String deviation = number(each.path("deviation"), " rps");
          String age = number(each.path("ageSeconds"), "s");
          String why = each.path("why").asString();
          table.row(name, cluster, rps, deviation, bound, load, over, age, why);
        } else {
          table.row(name, cluster, rps, bound, load, over);
        }
      }
    }
    return table;
  }

  private static String number(JsonNode value, String unit) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1f%s", value.asDouble(), unit) : "-";
  }
}

package dev.fairlead.app.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The table of {@code get weights}. */
final class WeightRows {
  private static final String ALL_CLASSES = "all";
  private static final List<String> TITLES =
      List.of(
          "SERVICE",
          "CLASS",
          "CLUSTER",
          "MODE",
          "PLAN",
          "IN-FORCE",
          "OBSERVED",
          "P99",
          "SUCCESS",
          "AGE");

  private WeightRows() {}

  /** In force is what traffic follows by now: a plan that is enforced, an object's weights. */
  static Table of(JsonNode state, boolean wide) {
    List<String> titles = new ArrayList<>(TITLES);
    if (wide) {
      titles.addAll(List.of("RPS", "P50", "ENFORCER", "WHY"));
    }
    Table table = new Table(titles.toArray(String[]::new));
    for (JsonNode service : state.path("services")) {
      String mode = service.path("mode").asString("-");
      for (JsonNode cluster : service.path("clusters")) {
        String id = cluster.path("cluster").asString();
        List<String> cells = new ArrayList<>();
        cells.add(service.path("name").asString());
        cells.add(ALL_CLASSES);
        cells.add(id);
        cells.add(mode);
        cells.add(percent(cluster.path("share")));
        cells.add(percent(cluster.path("inForce")));
        cells.add(percent(cluster.path("observedShare")));
        cells.add(number(cluster.path("p99Millis"), "ms"));
        cells.add(percent(cluster.path("successRatio")));
        cells.add(OrderOptions.age(cluster.path("ageSeconds")));
        if (wide) {
          cells.add(number(cluster.path("rps"), ""));
          cells.add(number(cluster.path("p50Millis"), "ms"));
          cells.add(service.path("enforcer").asString("-"));
          cells.add(reason(service.path("plan").path("shares"), id));
        }
        table.row(cells.toArray(String[]::new));
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
    List<String> cells = new ArrayList<>(List.of(service, trafficClass, cluster, "-", share));
    cells.addAll(Collections.nCopies(wide ? 8 : 5, "-"));
    if (wide) {
      cells.add(why);
    }
    table.row(cells.toArray(String[]::new));
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

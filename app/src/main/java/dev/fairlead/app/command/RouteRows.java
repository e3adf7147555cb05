package dev.fairlead.app.command;

import tools.jackson.databind.JsonNode;

/** The table of {@code get routes}. */
final class RouteRows {
  private RouteRows() {}

  static Table of(JsonNode routes, boolean wide) {
    Table table =
        wide
            ? new Table("LISTENER", "BIND", "ROUTE", "RULE", "HOSTS", "MATCHES", "TO")
            : new Table("LISTENER", "ROUTE", "RULE", "HOSTS", "TO");
    for (JsonNode each : routes) {
      String listener = each.path("listener").asString();
      String route = each.path("route").asString();
      String rule = each.path("rule").asString();
      String hosts = each.path("hosts").asString();
      String to = each.path("to").asString();
      if (wide) {
        String bind = each.path("bind").asString();
        table.row(listener, bind, route, rule, hosts, each.path("matches").asString(), to);
      } else {
        table.row(listener, route, rule, hosts, to);
      }
    }
    return table;
  }
}

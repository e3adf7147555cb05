package dev.fairlead.app.command;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The table of {@code get status}. */
final class StatusRows {
  private StatusRows() {}

  static Table of(JsonNode status, boolean wide) {
    Table table =
        wide
            ? new Table(
                "SERVICE",
                "POLICY",
                "MODE",
                "FROM",
                "FROZEN",
                "PLAN",
                "AGE",
                "SIGNALS",
                "ENFORCER",
                "WHY")
            : new Table("SERVICE", "POLICY", "MODE", "FROM", "FROZEN", "PLAN", "AGE");
    for (JsonNode service : status.path("services")) {
      String name = service.path("name").asString();
      String policy = service.path("policy").asString("-");
      String mode = service.path("mode").asString("-");
      String from = service.path("modeOrder").isObject() ? "order" : "documents";
      JsonNode frozen = service.path("frozen");
      String still =
          frozen.isObject() ? OrderOptions.age(frozen.path("ageSeconds").asDouble()) : "no";
      String version = service.path("planVersion").asString("-");
      String age = OrderOptions.age(service.path("planAgeSeconds"));
      if (wide) {
        String why = service.path("why").asString("-");
        String signals = OrderOptions.age(service.path("signalsAgeSeconds"));
        String enforcer = service.path("enforcer").asString("-");
        table.row(name, policy, mode, from, still, version, age, signals, enforcer, why);
      } else {
        table.row(name, policy, mode, from, still, version, age);
      }
    }
    return table;
  }

  /** What is not as the documents say, and by whom; and what is wrong. */
  static List<String> notes(JsonNode status) {
    List<String> notes = new ArrayList<>();
    if (!status.path("ready").asBoolean()) {
      status.path("reasons").forEach(reason -> notes.add("not ready: " + reason.asString()));
    }
    status.path("led").forEach(note -> notes.add("led objects: " + note.asString()));
    if (status.path("frozen").isObject()) {
      notes.add("all services: frozen " + OrderOptions.since(status.path("frozen")));
    }
    for (JsonNode service : status.path("services")) {
      String name = service.path("name").asString();
      if (service.path("modeOrder").isObject()) {
        notes.add(
            name
                + ": mode "
                + service.path("mode").asString("-")
                + " "
                + OrderOptions.since(service.path("modeOrder"))
                + "; the documents say "
                + service.path("documentedMode").asString("nothing of it any more"));
      }
      if (service.path("frozen").isObject()) {
        String at =
            service.path("rolledBackTo").isNumber()
                ? " at version " + service.path("rolledBackTo").asString()
                : "";
        notes.add(name + ": frozen" + at + " " + OrderOptions.since(service.path("frozen")));
      }
      if (service.path("applied").isNumber()) {
        notes.add(
            name
                + ": version "
                + service.path("applied").asString()
                + " applied "
                + OrderOptions.since(service.path("appliedOrder")));
      }
    }
    return notes;
  }
}

package dev.fairlead.app.command;

import dev.fairlead.app.report.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What a person should know of the plans beside the table of {@code get weights}. */
final class PlanNotes {
  private PlanNotes() {}

  static List<String> of(JsonNode state, boolean wide) {
    List<String> notes = new ArrayList<>();
    for (JsonNode service : state.path("services")) {
      String name = service.path("name").asString();
      JsonNode plan = service.path("plan");
      if (!plan.isObject()
          && service.path("steering").isString()
          && service.path("enforcer").isString()) {
        notes.add(name + ": no plan yet: " + Proposal.UNMEASURED);
      }
      for (var each : plan.path("quarantined").properties()) {
        notes.add(name + ": " + each.getKey() + " is not heard: " + each.getValue().asString());
      }
      JsonNode solver = plan.path("solver");
      if (wide && solver.path("status").isString()) {
        notes.add(name + ": " + cost(solver));
      }
    }
    return notes;
  }

  private static String cost(JsonNode solver) {
    return String.format(
        Locale.ROOT,
        "%s in %.1f ms: $%.4g an hour for latency, $%.4g for waiting, $%.4g for bytes, $%.4g for"
            + " overload",
        solver.path("status").asString(),
        solver.path("millis").asDouble(),
        solver.path("latency").asDouble(),
        solver.path("waiting").asDouble(),
        solver.path("egress").asDouble(),
        solver.path("overload").asDouble());
  }
}

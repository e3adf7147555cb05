package dev.fairlead.app.command;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows what the controller would do now. */
@Command(
    name = "plan",
    description =
        "Show what the controller would do now, beside what traffic follows, with money and"
            + " latency. Nothing is changed.")
public final class PlanCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin ServiceQuestion question = new ServiceQuestion();

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer = question.ask("/api/proposals");
    question.format.print(spec, answer, () -> table(answer));
    for (JsonNode each : answer) {
      spec.commandLine().getErr().println(Printable.of(note(each)));
    }
    return Exit.OK;
  }

  private static Table table(JsonNode proposals) {
    Table table = new Table("SERVICE", "DESTINATION", "NOW", "THEN", "CHANGE", "WHY");
    for (JsonNode each : proposals) {
      for (JsonNode row : each.path("rows")) {
        double then = row.path("then").asDouble();
        JsonNode now = row.path("now");
        table.row(
            each.path("service").asString(),
            row.path("destination").asString(),
            now.isNumber() ? Amounts.percent(now.asDouble()) : "-",
            Amounts.percent(then),
            now.isNumber() ? change(then - now.asDouble()) : "-",
            row.path("why").asString());
      }
    }
    return table;
  }

  private static String change(double by) {
    return Math.abs(by) < 0.0005 ? "" : String.format(Locale.ROOT, "%+.1f", by * 100);
  }

  private static String note(JsonNode each) {
    String follows = each.path("follows").asString();
    StringBuilder note = new StringBuilder(each.path("service").asString());
    note.append(": mode ").append(each.path("mode").asString());
    note.append(", traffic follows ").append(follows);
    note.append(each.path("frozen").asBoolean() ? ", frozen" : "");
    if (each.path("version").asLong() == 0) {
      return note.append("; there is no plan yet").toString();
    }
    note.append("; version ").append(each.path("version").asString());
    note.append("; a month ").append(Amounts.dollars(each.path("nowPerMonth")));
    note.append(" → ").append(Amounts.dollars(each.path("thenPerMonth")));
    note.append(", mean ").append(Amounts.millis(each.path("nowMillis")));
    note.append(" → ").append(Amounts.millis(each.path("thenMillis")));
    note.append(
        String.format(
            Locale.ROOT, ", by %.0f requests of five minutes", each.path("requests").asDouble()));
    return note.toString();
  }
}

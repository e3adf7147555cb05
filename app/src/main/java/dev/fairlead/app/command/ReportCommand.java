package dev.fairlead.app.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What traffic costs, and what it could cost. */
@Command(
    name = "report",
    description =
        "Report what each service sends where, what that costs a month by the price sheets, and"
            + " what its plan would save at which latency. What is not known is said on stderr.")
public final class ReportCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "1h",
      converter = LookBack.class,
      description = "How far back, 1s to 24h (default ${DEFAULT-VALUE}).")
  Duration since = Duration.ofHours(1);

  @Mixin ServiceQuestion question = new ServiceQuestion();

  @Override
  public Integer call() throws InterruptedException {
    JsonNode report = question.ask("/report", "since=" + since.toSeconds());
    question.format.print(spec, report, () -> table(report));
    if (question.format == DataFormat.TABLE) {
      notes(report);
    }
    return Exit.OK;
  }

  private static Table table(JsonNode report) {
    Table table =
        new Table(
            "SERVICE", "FROM", "TO", "REQUESTS", "SENT", "RECEIVED", "MEAN", "$/MONTH", "PRICED");
    for (JsonNode service : report.path("services")) {
      for (JsonNode pair : service.path("pairs")) {
        table.row(
            service.path("name").asString(),
            pair.path("from").asString(),
            pair.path("to").asString(),
            String.format(Locale.ROOT, "%.0f", pair.path("requests").asDouble()),
            bytes(pair.path("bytesSent")),
            bytes(pair.path("bytesReceived")),
            Amounts.millis(pair.path("meanMillis")),
            money(pair.path("dollarsPerMonth")),
            pair.path("priced").asBoolean() ? "yes" : "no");
      }
    }
    return table;
  }

  private static String bytes(JsonNode value) {
    return value.isNumber() ? Amounts.bytes(value.asDouble()) : "-";
  }

  private static String money(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.2f", value.asDouble()) : "-";
  }

  /** The plans, as sentences: they are no rows of the table's kind. */
  private void notes(JsonNode report) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    report.path("notes").forEach(note -> err.println(Printable.of(note.asString())));
    for (JsonNode service : report.path("services")) {
      String name = service.path("name").asString();
      JsonNode plan = service.path("plan");
      if (plan.isObject()) {
        out.println(Printable.of(name + ": " + plan(service, plan)));
      }
      service
          .path("notes")
          .forEach(note -> err.println(Printable.of(name + ": " + note.asString())));
    }
    out.flush();
    err.flush();
  }

  private static String plan(JsonNode service, JsonNode plan) {
    String shares =
        plan.path("shares").properties().stream()
            .map(
                each ->
                    each.getKey()
                        + " "
                        + percent(plan.path("observed").path(each.getKey()))
                        + " → "
                        + Amounts.percent(each.getValue().asDouble()))
            .collect(Collectors.joining(", "));
    JsonNode saves = plan.path("savesPerMonth");
    String money =
        !saves.isNumber()
            ? "money is not known"
            : String.format(
                Locale.ROOT,
                "a month %s instead of %s: %s",
                Amounts.dollars(plan.path("dollarsPerMonth")),
                Amounts.dollars(service.path("dollarsPerMonth")),
                saved(saves.asDouble()));
    return "the plan ("
        + service.path("mode").asString()
        + ") would have "
        + shares
        + "; "
        + money
        + "; mean "
        + Amounts.millis(plan.path("meanMillis"))
        + " instead of "
        + Amounts.millis(service.path("meanMillis"));
  }

  private static String percent(JsonNode share) {
    return share.isNumber() ? Amounts.percent(share.asDouble()) : "-";
  }

  private static String saved(double dollars) {
    String amount = String.format(Locale.ROOT, "$%.2f", Math.abs(dollars));
    return dollars >= 0 ? "saves " + amount : "costs " + amount + " more";
  }
}

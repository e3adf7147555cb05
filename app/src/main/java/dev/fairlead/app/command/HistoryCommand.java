package dev.fairlead.app.command;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows the plans that services had. */
@Command(
    name = "history",
    description =
        "Show the last versions of plans, newest first, with what changed and why; * is what"
            + " traffic follows.")
public final class HistoryCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin ServiceQuestion question = new ServiceQuestion();

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer = question.ask("/api/versions");
    question.format.print(spec, answer, () -> table(answer));
    return Exit.OK;
  }

  private static Table table(JsonNode services) {
    Table table = new Table("SERVICE", "VERSION", "SINCE", "SHARES", "WHY");
    for (JsonNode each : services) {
      for (JsonNode version : each.path("versions")) {
        String mark = version.path("inForce").asBoolean() ? "*" : "";
        table.row(
            each.path("service").asString(),
            version.path("version").asString() + mark,
            Instant.ofEpochMilli(version.path("atMillis").asLong())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString(),
            shares(version.path("shares")),
            version.path("why").asString());
      }
    }
    return table;
  }

  private static String shares(JsonNode shares) {
    return shares.properties().stream()
        .map(
            each ->
                String.format(
                    Locale.ROOT, "%s %.1f%%", each.getKey(), each.getValue().asDouble() * 100))
        .collect(Collectors.joining(", "));
  }
}

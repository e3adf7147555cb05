package dev.fairlead.app.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Why each share of a plan is what it is. */
@Command(
    name = "weights",
    description =
        "Explain the weights of a service: what was seen of each destination, what it is believed"
            + " to serve, what it costs, who is not heard, and what change control holds back.")
final class ExplainWeights implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SERVICE", description = "[namespace/]name.")
  String service = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json|yaml",
      defaultValue = "text",
      description = "Format (default ${DEFAULT-VALUE}).")
  Format format = Format.TEXT;

  @Mixin AdminOptions admin = new AdminOptions();

  enum Format {
    TEXT,
    JSON,
    YAML
  }

  @Override
  public Integer call() throws InterruptedException {
    String path = "/api/explain/weights?" + ServiceQuestion.about(service);
    JsonNode reasons = admin.client().ask(path);
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case JSON -> out.print(Output.json(reasons));
      case YAML -> out.print(Output.yaml(reasons));
      case TEXT -> words(reasons).forEach(line -> out.println(Printable.of(line)));
    }
    out.flush();
    return Exit.OK;
  }

  private static List<String> words(JsonNode reasons) {
    List<String> lines = new ArrayList<>();
    JsonNode status = reasons.path("status");
    lines.add(
        String.format(
            Locale.ROOT,
            "%s from %s: policy %s, mode %s, version %s since %s",
            status.path("name").asString(),
            dash(reasons.path("from").asString("")),
            status.path("policy").asString("-"),
            status.path("mode").asString("-"),
            status.path("planVersion").asString("-"),
            OrderOptions.age(status.path("planAgeSeconds").asDouble())));
    lines.add("last change: " + status.path("why").asString("-"));
    ordered(lines, status);
    reasons.path("destinations").forEach(each -> destination(lines, each));
    reasons
        .path("limits")
        .forEach(limit -> lines.add("without this limit it would cost less: " + limit.asString()));
    for (var each : reasons.path("quarantined").properties()) {
      lines.add("not heard: " + each.getKey() + ": " + each.getValue().asString());
    }
    control(lines, reasons);
    return lines;
  }

  private static void ordered(List<String> lines, JsonNode status) {
    if (status.path("modeOrder").isObject()) {
      lines.add(
          "mode ordered "
              + OrderOptions.since(status.path("modeOrder"))
              + "; the documents say "
              + status.path("documentedMode").asString("-"));
    }
    if (status.path("frozen").isObject()) {
      lines.add("frozen " + OrderOptions.since(status.path("frozen")) + ", until unfreeze");
    }
    if (status.path("applied").isNumber()) {
      lines.add(
          "traffic follows version "
              + status.path("applied").asString()
              + ", applied "
              + OrderOptions.since(status.path("appliedOrder")));
    }
  }

  private static void destination(List<String> lines, JsonNode each) {
    JsonNode wanted = each.path("wanted");
    double share = each.path("share").asDouble();
    boolean other = wanted.isNumber() && Math.abs(wanted.asDouble() - share) > 1e-3;
    lines.add(
        each.path("name").asString()
            + " "
            + Amounts.percent(share)
            + (other ? ", wanted " + Amounts.percent(wanted.asDouble()) : "")
            + ": "
            + each.path("reason").asString());
    JsonNode seen = each.path("seen");
    lines.add(
        seen.isObject()
            ? String.format(
                Locale.ROOT,
                "  seen %s ago: %s rps, %s in flight, success %s, p50 %s, p99 %s%s",
                OrderOptions.age(seen.path("ageSeconds").asDouble()),
                number(seen.path("rps")),
                number(seen.path("inFlight")),
                seen.path("successRatio").isNumber()
                    ? Amounts.percent(seen.path("successRatio").asDouble())
                    : "-",
                Amounts.millis(seen.path("p50Millis")),
                Amounts.millis(seen.path("p99Millis")),
                seen.path("usable").asBoolean() ? "" : "; no usable endpoint")
            : "  nothing was seen of it");
    JsonNode way = each.path("way");
    if (way.isObject()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  round trip %s ± %s, %s ago",
              Amounts.millis(way.path("roundTripMillis")),
              Amounts.millis(way.path("plusMinusMillis")),
              OrderOptions.age(way.path("ageSeconds").asDouble())));
    }
    JsonNode capacity = each.path("capacity");
    if (capacity.isObject()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  capacity %s rps (%s)%s: %s",
              number(capacity.path("rps")),
              capacity.path("bound").asString(),
              capacity.path("over").asBoolean() ? ", overloaded" : "",
              capacity.path("why").asString()));
    }
    JsonNode cost = each.path("cost");
    if (cost.isObject()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  a request costs %s, %s for failures, and a million $%s for their bytes",
              Amounts.millis(cost.path("latencyMillis")),
              Amounts.millis(cost.path("failureMillis")),
              number(cost.path("dollarsPerMillion"))));
    }
  }

  private static void control(List<String> lines, JsonNode reasons) {
    JsonNode control = reasons.path("changeControl");
    StringBuilder line = new StringBuilder("change control: ");
    if (control.path("frozen").asBoolean()) {
      line.append("frozen; ");
    }
    line.append(
        String.format(
            Locale.ROOT,
            "each %d ms by at most %s, not below %s, held for %d period(s)",
            control.path("periodMillis").asLong(),
            Amounts.percent(control.path("largestStep").asDouble()),
            Amounts.percent(control.path("deadband").asDouble()),
            control.path("minimumHoldPeriods").asInt()));
    for (var each : reasons.path("suppressed").properties()) {
      line.append(", ").append(each.getKey()).append(' ').append(each.getValue().asString());
    }
    lines.add(line.toString());
    if (reasons.path("badSamples").asLong() > 0) {
      lines.add("numbers dropped as impossible: " + reasons.path("badSamples").asString());
    }
  }

  private static String number(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.2f", value.asDouble()) : "-";
  }

  private static String dash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}

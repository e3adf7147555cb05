package dev.fairlead.app.command;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** How an operator's order reaches a running process, and what he is told of it. */
final class OrderOptions {
  @Mixin AdminOptions admin = new AdminOptions();

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who orders, for the log and the status (default: user@host).")
  @Nullable String by;

  @Option(names = "--why", paramLabel = "TEXT", description = "Why, for the same: a ticket, say.")
  @Nullable String why;

  /** Posts the order; null values are left out. */
  JsonNode post(String path, Map<String, ? extends @Nullable Object> order)
      throws InterruptedException {
    Map<String, Object> whole = new LinkedHashMap<>();
    order.forEach(
        (name, value) -> {
          if (value != null) {
            whole.put(name, value);
          }
        });
    whole.put("by", by != null ? by : System.getProperty("user.name") + "@" + host());
    if (why != null) {
      whole.put("why", why);
    }
    return admin.client().post(path, whole);
  }

  private static String host() {
    return HostName.of(System.getenv()).orElse("unknown");
  }

  /** Says what holds now, a line for each service that the order was about. */
  static void tell(CommandSpec spec, JsonNode done) {
    PrintWriter out = spec.commandLine().getOut();
    for (JsonNode service : done.path("services")) {
      out.println(Printable.of(line(service)));
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    if (!done.path("inForce").asBoolean()) {
      err.println("taken, and not in force yet: the slow loop is at work (fairlead get status)");
    }
    if (done.path("notKept").isString()) {
      err.println(
          Printable.of(
              "would be lost with the process, which tries on: "
                  + done.path("notKept").asString()));
    }
    err.flush();
  }

  private static String line(JsonNode service) {
    StringBuilder line = new StringBuilder(service.path("name").asString());
    line.append(": mode ").append(service.path("mode").asString("-"));
    if (service.path("modeOrder").isObject()) {
      line.append(" by order (the documents say ")
          .append(service.path("documentedMode").asString("-"))
          .append(')');
    }
    if (service.path("frozen").isObject()) {
      line.append(", frozen ").append(since(service.path("frozen")));
      if (service.path("rolledBackTo").isNumber()) {
        line.append(" at version ").append(service.path("rolledBackTo").asString());
      }
      line.append(" until unfreeze");
    }
    if (service.path("applied").isNumber()) {
      line.append(", version ")
          .append(service.path("applied").asString())
          .append(" applied ")
          .append(since(service.path("appliedOrder")));
    }
    return line.toString();
  }

  /** {@code for 5m by ann@host (why)}. */
  static String since(JsonNode said) {
    String why = said.path("why").asString("");
    return "for "
        + age(said.path("ageSeconds").asDouble())
        + " by "
        + said.path("by").asString()
        + (why.isEmpty() ? "" : " (" + why + ")");
  }

  /** The same, or a dash where there is none. */
  static String age(JsonNode seconds) {
    return seconds.isNumber() ? age(seconds.asDouble()) : "-";
  }

  /** Seconds as a person says them: {@code 45s}, {@code 12m}, {@code 3.5h}. */
  static String age(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, "%.0fs", seconds);
    }
    return seconds < 5400
        ? String.format(Locale.ROOT, "%.0fm", seconds / 60)
        : String.format(Locale.ROOT, "%.1fh", seconds / 3600);
  }
}

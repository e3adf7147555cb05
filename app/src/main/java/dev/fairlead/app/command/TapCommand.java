package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows requests of a running process as they end. */
@Command(
    name = "tap",
    description =
        "Show requests of a running fairlead as they end. All conditions must hold; nothing is"
            + " changed by looking.")
public final class TapCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--listener", paramLabel = "NAME", description = "namespace/gateway/listener.")
  @Nullable String listener;

  @Option(names = "--route", paramLabel = "NAME", description = "[namespace/]route[/rule].")
  @Nullable String route;

  @Option(names = "--service", paramLabel = "NAME", description = "[namespace/]service.")
  @Nullable String service;

  @Option(names = "--cluster", paramLabel = "ID", description = "Of the endpoint.")
  @Nullable String cluster;

  @Option(names = "--method", paramLabel = "METHOD", description = "GET, POST …")
  @Nullable String method;

  @Option(names = "--path", paramLabel = "PREFIX", description = "How the path begins.")
  @Nullable String path;

  @Option(names = "--class", paramLabel = "CLASS", description = "The priority class, 0…7.")
  @Nullable Integer trafficClass;

  @Option(names = "--status", paramLabel = "STATUS", description = "404, 5xx or 500-503.")
  @Nullable String status;

  @Option(names = "--failed", description = "Only what was answered 5xx or has a flag.")
  boolean failed;

  @Option(names = "--sample", paramLabel = "RATIO", description = "Of those, show so many: 0…1.")
  @Nullable Double sample;

  @Option(names = "--max", paramLabel = "N", description = "End after so many.")
  @Nullable Integer max;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "End after it; an hour at most, and by default.")
  @Nullable Duration time;

  @Option(names = "--headers", description = "Show headers too (-o json).")
  boolean headers;

  @Option(
      names = "--hide",
      paramLabel = "NAME",
      split = ",",
      description = "Headers whose values are hidden, beside credentials and cookies.")
  List<String> hide = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|wide|json",
      defaultValue = "table",
      description = "Format; json is an object a line (default ${DEFAULT-VALUE}).")
  GetCommand.Format format = GetCommand.Format.TABLE;

  @Mixin AdminOptions admin = new AdminOptions();

  @Override
  public Integer call() throws InterruptedException {
    admin.client().lines("/api/tap" + query(), this::show);
    return Exit.OK;
  }

  private String query() {
    Map<String, @Nullable Object> asked = new LinkedHashMap<>();
    asked.put("listener", listener);
    asked.put("route", route);
    asked.put("service", service);
    asked.put("cluster", cluster);
    asked.put("method", method);
    asked.put("path", path);
    asked.put("class", trafficClass);
    asked.put("status", status);
    asked.put("failed", failed ? "true" : null);
    asked.put("sample", sample);
    asked.put("max", max);
    asked.put("seconds", time == null ? null : Math.max(1, time.toSeconds()));
    asked.put("headers", headers ? "true" : null);
    asked.put("hide", hide.isEmpty() ? null : String.join(",", hide));
    String query =
        asked.entrySet().stream()
            .filter(each -> each.getValue() != null)
            .map(each -> each.getKey() + "=" + encoded(String.valueOf(each.getValue())))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private void show(String line) {
    if (line.isEmpty()) {
      return;
    }
    JsonNode story = Json.MAPPER.readTree(line);
    if (story.has("dropped")) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("left out so far, as they came too fast: " + story.path("dropped").asString());
      err.flush();
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(format == GetCommand.Format.JSON ? line : row(story));
    out.flush();
  }

  private String row(JsonNode story) {
    String row =
        String.format(
            Locale.ROOT,
            "%s %s %s%s %s %.1fms %s %s",
            text(story, "time"),
            text(story, "method"),
            text(story, "host"),
            text(story, "path"),
            text(story, "status"),
            story.path("total_ms").asDouble(),
            dash(text(story, "endpoint")),
            dash(text(story, "flags")));
    if (format == GetCommand.Format.WIDE) {
      row +=
          String.format(
              Locale.ROOT,
              " route=%s service=%s cluster=%s attempt=%s client=%s first_byte=%.1fms trace=%s %s",
              dash(text(story, "route")),
              dash(text(story, "service")),
              dash(text(story, "cluster")),
              text(story, "attempt"),
              text(story, "client"),
              story.path("first_byte_ms").asDouble(),
              dash(text(story, "trace_id")),
              text(story, "detail"));
    }
    return Printable.of(row.stripTrailing());
  }

  private static String text(JsonNode story, String name) {
    return story.path(name).asString("");
  }

  private static String dash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}

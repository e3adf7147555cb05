package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows what a running process does. */
@Command(
    name = "get",
    description = "Show weights, endpoints, prices or capacity of a running fairlead.")
public final class GetCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "weights|endpoints|prices|capacity", description = "What to show.")
  What what = What.WEIGHTS;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|wide|json",
      defaultValue = "table",
      description = "Format (default ${DEFAULT-VALUE}).")
  Format format = Format.TABLE;

  @Option(
      names = "--admin",
      paramLabel = "ADDRESS",
      defaultValue = Addresses.DEFAULT_ADMIN,
      converter = Addresses.class,
      description = "Of the process to ask (default ${DEFAULT-VALUE}).")
  InetSocketAddress admin = new InetSocketAddress(0);

  private static final String ALL_CLASSES = "all";

  enum What {
    WEIGHTS("/api/state"),
    ENDPOINTS("/api/endpoints"),
    PRICES("/api/prices"),
    CAPACITY("/api/capacity");

    private final String path;

    What(String path) {
      this.path = path;
    }
  }

  enum Format {
    TABLE,
    WIDE,
    JSON
  }

  @Override
  public Integer call() throws InterruptedException {
    JsonNode answer = new AdminClient(admin).get(what.path);
    var out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      JsonNode shown = what == What.PRICES ? answer : answer.path("services");
      out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(shown));
      out.flush();
    } else {
      boolean wide = format == Format.WIDE;
      Table table =
          switch (what) {
            case WEIGHTS -> weights(answer, wide);
            case ENDPOINTS -> endpoints(answer, wide);
            case PRICES -> PriceRows.of(answer, wide);
            case CAPACITY -> CapacityRows.of(answer, wide);
          };
      table.print(out);
    }
    List<String> notes =
        switch (what) {
          case PRICES -> PriceRows.notes(answer);
          case WEIGHTS -> PlanNotes.of(answer, format == Format.WIDE);
          case ENDPOINTS, CAPACITY -> List.of();
        };
    notes.forEach(spec.commandLine().getErr()::println);
    return Exit.OK;
  }

  private static Table weights(JsonNode state, boolean wide) {
    Table table =
        wide
            ? new Table(
                "SERVICE",
                "CLASS",
                "CLUSTER",
                "SHARE",
                "OBSERVED",
                "RPS",
                "P50",
                "P99",
                "SUCCESS",
                "WHY")
            : new Table("SERVICE", "CLASS", "CLUSTER", "SHARE", "OBSERVED", "P99", "SUCCESS");
    for (JsonNode service : state.path("services")) {
      for (JsonNode cluster : service.path("clusters")) {
        String name = service.path("name").asString();
        String id = cluster.path("cluster").asString();
        String share = percent(cluster.path("share"));
        String observed = percent(cluster.path("observedShare"));
        String p99 = number(cluster.path("p99Millis"), "ms");
        String success = percent(cluster.path("successRatio"));
        if (wide) {
          String rps = number(cluster.path("rps"), "");
          String p50 = number(cluster.path("p50Millis"), "ms");
          String why = reason(service.path("plan").path("shares"), id);
          table.row(name, ALL_CLASSES, id, share, observed, rps, p50, p99, success, why);
        } else {
          table.row(name, ALL_CLASSES, id, share, observed, p99, success);
        }
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
    if (wide) {
      table.row(service, trafficClass, cluster, share, "-", "-", "-", "-", "-", why);
    } else {
      table.row(service, trafficClass, cluster, share, "-", "-", "-");
    }
  }

  private static String reason(JsonNode shares, String destination) {
    for (JsonNode share : shares) {
      if (share.path("destination").asString().equals(destination)) {
        return share.path("reason").asString();
      }
    }
    return "-";
  }

  private static Table endpoints(JsonNode answer, boolean wide) {
    Table table =
        wide
            ? new Table(
                "SERVICE",
                "ENDPOINT",
                "CLUSTER",
                "STATE",
                "INFLIGHT",
                "LOCALITY",
                "PRIORITY",
                "WEIGHT",
                "PICKS",
                "FAILED",
                "LATENCY",
                "SUCCESS")
            : new Table("SERVICE", "ENDPOINT", "CLUSTER", "STATE", "INFLIGHT");
    for (JsonNode service : answer.path("services")) {
      for (JsonNode endpoint : service.path("endpoints")) {
        String name = service.path("name").asString();
        String address = endpoint.path("address").asString();
        String cluster = endpoint.path("cluster").asString();
        String state = endpoint.path("state").asString();
        String inFlight = endpoint.path("inFlight").asString();
        if (wide) {
          table.row(
              name,
              address,
              cluster,
              state,
              inFlight,
              endpoint.path("locality").asString(),
              endpoint.path("priority").asString(),
              number(endpoint.path("weight"), ""),
              endpoint.path("picks").asString(),
              endpoint.path("failed").asString(),
              number(endpoint.path("latencyMillis"), "ms"),
              percent(endpoint.path("successRatio")));
        } else {
          table.row(name, address, cluster, state, inFlight);
        }
      }
    }
    return table;
  }

  private static String percent(JsonNode ratio) {
    return ratio.isNumber() ? String.format(Locale.ROOT, "%.1f%%", ratio.asDouble() * 100) : "-";
  }

  private static String number(JsonNode value, String unit) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1f%s", value.asDouble(), unit) : "-";
  }
}

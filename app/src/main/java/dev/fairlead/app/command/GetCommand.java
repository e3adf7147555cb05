package dev.fairlead.app.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows what a running process does. */
@Command(
    name = "get",
    description =
        "Show status, endpoints, weights, clusters, routes, prices or capacity of a running"
            + " fairlead.")
public final class GetCommand implements Callable<Integer> {
  /** How often a watch looks: the process itself takes stock each second. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "status|endpoints|weights|clusters|routes|prices|capacity",
      description = "What to show.")
  What what = What.WEIGHTS;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|wide|json|yaml",
      defaultValue = "table",
      description = "Format (default ${DEFAULT-VALUE}).")
  Format format = Format.TABLE;

  @Option(
      names = {"-w", "--watch"},
      description = "Show it again whenever it has changed, until interrupted.")
  boolean watch;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "End a watch after it.")
  @Nullable Duration time;

  @Mixin AdminOptions admin = new AdminOptions();

  enum What {
    WEIGHTS("/api/state"),
    ENDPOINTS("/api/endpoints"),
    STATUS("/api/status"),
    CLUSTERS("/api/clusters"),
    ROUTES("/api/routes"),
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
    JSON,
    YAML
  }

  @Override
  public Integer call() throws InterruptedException {
    long began = System.nanoTime();
    String shown = show("");
    while (watch && (time == null || System.nanoTime() - began < time.toNanos())) {
      Thread.sleep(LOOK);
      shown = show(shown);
    }
    return Exit.OK;
  }

  /** Prints it unless it looks as it did; what it looks like. */
  private String show(String before) throws InterruptedException {
    JsonNode answer = admin.client().get(what.path);
    String text = text(answer);
    if (!text.equals(before)) {
      PrintWriter out = spec.commandLine().getOut();
      if (!before.isEmpty()) {
        out.println(format == Format.YAML ? "---" : "");
      }
      out.print(text);
      out.flush();
      notes(answer).forEach(note -> spec.commandLine().getErr().println(Printable.of(note)));
    }
    return text;
  }

  private String text(JsonNode answer) {
    boolean wide = format == Format.WIDE;
    return switch (format) {
      case JSON -> Output.json(data(answer));
      case YAML -> Output.yaml(data(answer));
      case TABLE, WIDE -> table(answer, wide).text();
    };
  }

  /** Lists come as they are, without what is around them. */
  private JsonNode data(JsonNode answer) {
    return switch (what) {
      case STATUS, PRICES -> answer;
      case WEIGHTS, ENDPOINTS, CAPACITY -> answer.path("services");
      case CLUSTERS, ROUTES -> answer;
    };
  }

  private Table table(JsonNode answer, boolean wide) {
    return switch (what) {
      case WEIGHTS -> WeightRows.of(answer, wide);
      case ENDPOINTS -> EndpointRows.of(answer, wide);
      case STATUS -> StatusRows.of(answer, wide);
      case CLUSTERS -> ClusterRows.of(answer, wide);
      case ROUTES -> RouteRows.of(answer, wide);
      case PRICES -> PriceRows.of(answer, wide);
      case CAPACITY -> CapacityRows.of(answer, wide);
    };
  }

  private List<String> notes(JsonNode answer) {
    return switch (what) {
      case PRICES -> PriceRows.notes(answer);
      case WEIGHTS -> PlanNotes.of(answer, format == Format.WIDE);
      case STATUS -> StatusRows.notes(answer);
      case ENDPOINTS, CAPACITY, CLUSTERS, ROUTES -> List.of();
    };
  }
}

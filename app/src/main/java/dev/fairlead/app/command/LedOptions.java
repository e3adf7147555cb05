package dev.fairlead.app.command;

import dev.fairlead.app.led.LedSettings;
import dev.fairlead.kubernetes.enforce.OptIn;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.telemetry.PrometheusTraffic;
import dev.fairlead.telemetry.prometheus.Server;
import dev.fairlead.telemetry.query.BadTemplate;
import dev.fairlead.telemetry.query.QuerySet;
import dev.fairlead.telemetry.query.QuerySets;
import dev.fairlead.telemetry.query.TemplateFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which objects of a mesh are led, and by whose numbers. */
final class LedOptions {
  /** What says nothing where nothing is led. */
  private static final List<String> OF_LED =
      List.of(
          "--controlled-by-label",
          "--mode",
          "--prometheus",
          "--prometheus-token-file",
          "--prometheus-ca",
          "--metrics",
          "--metrics-window");

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  @Option(
      names = "--controlled-by",
      paramLabel = "VALUE",
      description =
          "Lead the weights of TrafficSplits and routes whose label has this value; needs"
              + " --kubernetes and --prometheus.")
  @Nullable String controlledBy;

  @Option(
      names = "--controlled-by-label",
      paramLabel = "KEY",
      defaultValue = OptIn.L3_KEY,
      description = "That label (default ${DEFAULT-VALUE}).")
  String label = OptIn.L3_KEY;

  @Option(
      names = "--mode",
      paramLabel = "observe|advise|drive",
      defaultValue = "drive",
      description =
          "The mode of those that no TrafficObjective is for: observe writes nothing, advise"
              + " WeightPlans alone (default ${DEFAULT-VALUE}).")
  Mode mode = Mode.DRIVE;

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description = "The server that has the mesh's numbers: http://prometheus.monitoring:9090.")
  @Nullable String prometheus;

  @Option(
      names = "--prometheus-token-file",
      paramLabel = "FILE",
      description = "A bearer token for it, read again when it changes.")
  @Nullable Path tokenFile;

  @Option(
      names = "--prometheus-ca",
      paramLabel = "FILE",
      description = "Certificates in PEM that vouch for it (default: the JDK's).")
  @Nullable Path authorities;

  @Option(
      names = "--metrics",
      paramLabel = "linkerd|istio|envoy|fairlead|otel|FILE",
      defaultValue = "linkerd",
      description = "Whose metrics they are, or a file of own queries (default ${DEFAULT-VALUE}).")
  String metrics = "linkerd";

  @Option(
      names = "--metrics-window",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Durations.class,
      description =
          "What rates are over: three times Prometheus' scrape interval or more, 2s…10m (default"
              + " ${DEFAULT-VALUE}).")
  Duration window = PrometheusTraffic.Settings.DEFAULT.window();

  /**
   * Empty where nothing is to be led.
   *
   * @throws CommandFailure for what cannot be done
   */
  Optional<LedSettings> settings(boolean kubernetes, boolean writes) {
    if (controlledBy == null) {
      for (String option : OF_LED) {
        if (command.commandLine().getParseResult().hasMatchedOption(option)) {
          throw usage(option + " is for what --controlled-by leads (add it)");
        }
      }
      return Optional.empty();
    }
    if (!kubernetes || !writes) {
      throw usage("--controlled-by needs --kubernetes, and a --role that is not gateway");
    }
    if (prometheus == null) {
      throw usage("--controlled-by needs --prometheus URL, for the numbers");
    }
    try {
      Server at = Server.at(prometheus);
      Server server =
          new Server(at.base(), Optional.ofNullable(tokenFile), Optional.ofNullable(authorities));
      server.requireToken();
      return Optional.of(
          new LedSettings(
              new OptIn(label, controlledBy),
              mode,
              server,
              querySet(),
              new PrometheusTraffic.Settings(PrometheusTraffic.Settings.DEFAULT.period(), window)));
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private QuerySet querySet() {
    Optional<QuerySet> named = QuerySets.named(metrics);
    if (named.isPresent()) {
      return named.get();
    }
    if (metrics.indexOf('/') < 0 && metrics.indexOf('.') < 0) {
      String known = QuerySets.all().stream().map(QuerySet::name).collect(Collectors.joining(", "));
      throw usage("--metrics: '" + metrics + "' is none of " + known + ", and no file's path");
    }
    try {
      return TemplateFile.read(Path.of(metrics));
    } catch (BadTemplate e) {
      throw new CommandFailure(Exit.DOCUMENTS, String.valueOf(e.getMessage()));
    }
  }

  private static CommandFailure usage(String what) {
    return new CommandFailure(Exit.USAGE, "fairlead run: " + what);
  }
}

package dev.fairlead.app.demo;

import dev.fairlead.app.command.Durations;
import dev.fairlead.app.command.Exit;
import dev.fairlead.app.command.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fairlead demo}: three clusters on this machine, three policies, one table. */
@Command(
    name = "demo",
    // Its only subcommand is hidden.
    synopsisSubcommandLabel = "",
    description = {
      "Run three clusters as real processes on this machine, and compare three policies while one"
          + " cluster becomes slow and another dies.",
      "Takes about two and a half minutes."
    })
public final class DemoCommand implements Callable<Integer> {
  /**
   * What two clusters serve: 2 × 4 replicas × 8 workers / 24 ms are 2700/s. Beyond three quarters
   * of that the killed third would be an overload, which is another experiment.
   */
  private static final double MOST_RPS = 2000;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "40s",
      converter = Durations.class,
      description = "Of the script, for each policy (default ${DEFAULT-VALUE}).")
  private Duration duration = Duration.ofSeconds(40);

  @Option(
      names = "--rate",
      paramLabel = "RPS",
      defaultValue = "400",
      description = "Requests per second (default ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Of arrivals and service times (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--keep",
      description = "Stay up with the default policy, and keep documents, requests and logs.")
  private boolean keep;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|wide|json",
      defaultValue = "table",
      converter = OutputOption.class,
      description = "Format; wide is also by phase (default ${DEFAULT-VALUE}).")
  private Demo.Output output = Demo.Output.TABLE;

  @Override
  public Integer call() {
    if (!(rate > 0 && rate <= MOST_RPS)) {
      throw new ParameterException(
          spec.commandLine(), "--rate must be over 0 and at most " + Math.round(MOST_RPS));
    }
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new ParameterException(spec.commandLine(), "--duration must be from 1s to 60m");
    }
    boolean colour = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    boolean terminal = Terminal.isStandardError();
    Progress progress = new Progress(System.err, terminal, terminal && colour, Topology.DEMO);
    try {
      new Demo(new Demo.Options(duration, rate, seed, keep, output), System.out, progress).run();
      return Exit.OK;
    } catch (DemoFailure e) {
      System.err.println("fairlead: demo: " + e.getMessage());
      return e.exitCode();
    }
  }

  @Command(name = "role", hidden = true, description = "One of the demo's own processes.")
  int role(@Parameters(paramLabel = "ROLE") String role) {
    try {
      new Roles(System.out).run(role);
      return Exit.OK;
    } catch (IOException e) {
      System.err.println("fairlead: demo: " + role + ": " + e.getMessage());
      return Exit.UNAVAILABLE;
    }
  }

  /** Formats in lower case, as other commands have them. */
  static final class OutputOption implements ITypeConverter<Demo.Output> {
    @Override
    public Demo.Output convert(String text) {
      return switch (text) {
        case "table" -> Demo.Output.TABLE;
        case "wide" -> Demo.Output.WIDE;
        case "json" -> Demo.Output.JSON;
        default -> throw new TypeConversionException("'" + text + "' is not table, wide or json");
      };
    }
  }
}

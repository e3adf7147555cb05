package dev.fairlead.app.command;

import dev.fairlead.app.state.ConfigView;
import dev.fairlead.app.state.Json;
import dev.fairlead.discovery.Documents;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the documents mean. */
@Command(
    name = "config",
    description = "Show configuration.",
    subcommands = ConfigCommand.Dump.class)
public final class ConfigCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: dump");
  }

  /** The resolved configuration. */
  @Command(
      name = "dump",
      description = "Print the resolved configuration as JSON, credentials hidden.")
  static final class Dump implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--config",
        required = true,
        arity = "1..*",
        paramLabel = "FILE|DIR",
        description = "Documents: files, or folders of *.yaml and *.yml.")
    List<Path> config = List.of();

    @Option(
        names = "--cluster",
        paramLabel = "ID",
        description = "The ClusterProfile to see it from.")
    @Nullable String cluster;

    @Option(
        names = "--redact",
        description = "Hide every header value, query value and body, for sharing.")
    boolean redact;

    @Override
    public Integer call() {
      Documents.Result result = Documents.read(config, HostName.here(cluster));
      return switch (result) {
        case Documents.Result.Refused refused -> throw ValidateCommand.refused(refused.problems());
        case Documents.Result.Accepted accepted -> {
          var tree = ConfigView.of(accepted.configuration(), redact);
          var out = spec.commandLine().getOut();
          out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree));
          out.flush();
          yield Exit.OK;
        }
      };
    }
  }
}

package dev.fairlead.app.command;

import dev.fairlead.app.simulate.document.ScenarioDocument;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.yaml.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks documents and changes nothing. */
@Command(name = "validate", description = "Check documents: every mistake, with its place.")
public final class ValidateCommand implements Callable<Integer> {
  private static final Path STDIN = Path.of("-");

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--file"},
      required = true,
      arity = "1..*",
      paramLabel = "FILE|DIR|-",
      description = "Documents; - reads standard input.")
  List<Path> files = List.of();

  @Override
  public Integer call() throws IOException {
    if (files.size() > 1 && files.contains(STDIN)) {
      throw new ParameterException(spec.commandLine(), "- stands alone, without files");
    }
    List<ScenarioDocument.Run> runs = new ArrayList<>();
    Predicate<Value> scenarios =
        document -> {
          boolean is = ScenarioDocument.is(document);
          if (is) {
            runs.addAll(ScenarioDocument.read(document, List.of()));
          }
          return is;
        };
    Documents.Result result =
        files.equals(List.of(STDIN))
            ? Documents.read(
                "<stdin>", StandardInput.text(System.in), HostName.here(null), scenarios)
            : Documents.read(files, HostName.here(null), scenarios);
    return switch (result) {
      case Documents.Result.Accepted accepted -> accepted(accepted.configuration(), runs.size());
      case Documents.Result.Refused refused -> throw refused(refused.problems());
    };
  }

  static CommandFailure refused(List<Problem> problems) {
    return new CommandFailure(Exit.DOCUMENTS, problems.stream().map(Problem::toString).toList());
  }

  private int accepted(Configuration configuration, int runs) {
    int listeners = configuration.routes().listeners().size();
    int services = configuration.services().size();
    var out = spec.commandLine().getOut();
    out.println(
        "accepted: "
            + count(listeners, "listener")
            + ", "
            + count(services, "service")
            + ", "
            + count(configuration.clusters().size(), "cluster")
            + (runs == 0 ? "" : ", " + count(runs, "simulation")));
    out.flush();
    return Exit.OK;
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}

package dev.fairlead.app.simulate;

import dev.fairlead.app.command.CommandFailure;
import dev.fairlead.app.command.Exit;
import dev.fairlead.app.command.StandardInput;
import dev.fairlead.app.command.Terminal;
import dev.fairlead.app.simulate.document.ScenarioDocument;
import dev.fairlead.app.simulate.document.Setting;
import dev.fairlead.app.simulate.report.Comparison;
import dev.fairlead.app.simulate.report.CsvReport;
import dev.fairlead.app.simulate.report.HtmlReport;
import dev.fairlead.app.simulate.report.JsonReport;
import dev.fairlead.app.simulate.report.TableReport;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.discovery.yaml.YamlReader;
import dev.fairlead.simulator.scenario.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead simulate}: what policies make of a scenario, side by side. */
@Command(
    name = "simulate",
    description = {
      "Run scenarios in virtual time with each of their contenders, and compare.",
      "Exits 1 when something that a scenario expects is missed."
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final Path STDIN = Path.of("-");
  private static final int MOST_JOBS = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|DIR|-",
      description = "Scenario documents; - reads standard input.")
  private List<Path> files = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json|csv",
      defaultValue = "table",
      description = "Format (default ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a report with curves too, one file that needs no network.")
  private @Nullable Path html;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Of all that is drawn, in place of the scenarios' own.")
  private @Nullable Integer seed;

  @Option(
      names = "--contender",
      paramLabel = "NAME",
      description = "Run only this one; may be repeated.")
  private List<String> contenders = List.of();

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Replace a field, as spec.links[0].delay=5ms; may be repeated.")
  private List<String> settings = List.of();

  @Option(
      names = "--jobs",
      paramLabel = "COUNT",
      description = "Simulations at a time (default: one for each processor).")
  private @Nullable Integer jobs;

  /** Formats of standard output. */
  enum Output {
    TABLE,
    JSON,
    CSV
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int atATime = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
    if (atATime < 1 || atATime > MOST_JOBS) {
      throw usage("--jobs must be from 1 to " + MOST_JOBS);
    }
    List<ScenarioDocument.Run> runs = read(settings());
    List<Simulations.Task> tasks = tasks(runs);
    checkHtml();
    int simulations = tasks.stream().mapToInt(task -> task.contenders().size()).sum();
    Progress progress =
        new Progress(
            spec.commandLine().getErr(), Terminal.isStandardError(), System::nanoTime, simulations);
    List<Comparison> comparisons;
    try {
      comparisons = new Simulations(Math.min(atATime, simulations), progress).run(tasks);
    } finally {
      progress.end();
    }
    print(comparisons);
    return comparisons.stream().allMatch(Comparison::met) ? Exit.OK : Exit.FAILED;
  }

  private List<Setting> settings() {
    List<Setting> parsed = new ArrayList<>();
    for (String setting : settings) {
      try {
        parsed.add(Setting.parse(setting));
      } catch (IllegalArgumentException e) {
        throw usage("--set: " + e.getMessage());
      }
    }
    if (seed != null) {
      if (seed < 0) {
        throw usage("--seed must not be negative");
      }
      parsed.add(Setting.seed(seed));
    }
    return parsed;
  }

  /** At least one. */
  private List<ScenarioDocument.Run> read(List<Setting> set) throws IOException {
    Problems problems = new Problems();
    List<Value> documents = documents(problems);
    List<ScenarioDocument.Run> runs = new ArrayList<>();
    for (Value document : documents) {
      if (ScenarioDocument.is(document)) {
        runs.addAll(ScenarioDocument.read(document, set));
      } else {
        document.problem("is no Scenario", "only documents of kind: Scenario can be simulated");
      }
    }
    if (documents.isEmpty() && problems.isEmpty()) {
      problems.add(
          new Problem(files.getFirst().toString(), 0, 0, "", "has no documents", "write one"));
    }
    if (!problems.isEmpty()) {
      throw new CommandFailure(
          Exit.DOCUMENTS, problems.sorted().stream().map(Problem::toString).toList());
    }
    return runs;
  }

  private List<Value> documents(Problems problems) throws IOException {
    if (!files.contains(STDIN)) {
      return Documents.values(files, problems);
    }
    if (files.size() > 1) {
      throw usage("- stands alone, without files");
    }
    return YamlReader.read("<stdin>", StandardInput.text(System.in), problems).orElse(List.of());
  }

  /** Those that are wanted, of whom each must be in at least one scenario. */
  private List<Simulations.Task> tasks(List<ScenarioDocument.Run> runs) {
    Set<String> known = new TreeSet<>();
    runs.forEach(run -> run.scenario().contenders().forEach(each -> known.add(each.name())));
    for (String name : contenders) {
      if (!known.contains(name)) {
        throw usage("--contender: there is no '" + name + "' (" + Nearest.hint(name, known) + ")");
      }
    }
    return runs.stream()
        .map(run -> new Simulations.Task(run, wanted(run.scenario().contenders())))
        .filter(task -> !task.contenders().isEmpty())
        .toList();
  }

  private List<Contender> wanted(List<Contender> all) {
    return contenders.isEmpty()
        ? all
        : all.stream().filter(each -> contenders.contains(each.name())).toList();
  }

  /** Before the work, not after it. */
  private void checkHtml() {
    if (html == null) {
      return;
    }
    Path folder = html.toAbsolutePath().getParent();
    boolean can =
        Files.exists(html)
            ? Files.isRegularFile(html) && Files.isWritable(html)
            : folder != null && Files.isWritable(folder);
    if (!can) {
      throw new CommandFailure(
          Exit.UNAVAILABLE, "fairlead: simulate: " + html + " cannot be written");
    }
  }

  private void print(List<Comparison> comparisons) {
    var out = spec.commandLine().getOut();
    switch (output) {
      case TABLE -> TableReport.print(comparisons, out);
      case JSON -> out.println(JsonReport.text(comparisons));
      case CSV -> out.print(CsvReport.text(comparisons));
    }
    out.flush();
    if (html != null) {
      try {
        Files.writeString(html, HtmlReport.text(comparisons));
      } catch (IOException e) {
        throw new CommandFailure(
            Exit.UNAVAILABLE,
            "fairlead: simulate: " + html + " cannot be written: " + e.getMessage());
      }
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

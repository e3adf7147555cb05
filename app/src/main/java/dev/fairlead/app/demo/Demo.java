package dev.fairlead.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** The comparison: each policy on a stage of its own, one after the other, then the table. */
final class Demo {
  /** How long a kept demo's load goes on, if nobody ends it. */
  private static final Duration KEPT = Duration.ofHours(24);

  private final Options options;
  private final PrintStream out;
  private final Progress progress;
  private final Topology topology = Topology.DEMO;
  private final Queue<Child> children = new ConcurrentLinkedQueue<>();

  /** How the table is written. */
  enum Output {
    TABLE,
    WIDE,
    JSON
  }

  /**
   * What the command line says.
   *
   * @param rate requests per second
   * @param keep stay up after the end, and keep the folder
   */
  record Options(Duration duration, double rate, long seed, boolean keep, Output output) {}

  Demo(Options options, PrintStream out, Progress progress) {
    this.options = options;
    this.out = out;
    this.progress = progress;
  }

  /** Runs everything. Whatever happens, no process is left. */
  void run() {
    Thread ending = new Thread(this::endChildren, "end-children");
    Runtime.getRuntime().addShutdownHook(ending);
    Path folder = makeFolder();
    boolean finished = false;
    try {
      compare(folder);
      finished = true;
    } finally {
      endChildren();
      if (finished && !options.keep()) {
        delete(folder);
      } else {
        progress.say("documents, requests and logs are in " + folder);
      }
      removeHook(ending);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
    }
  }

  private void compare(Path folder) {
    Script script = Script.lasting(options.duration());
    progress.say("documents and logs: " + folder + "; shares are west/central/east in %");
    List<Performance.Outcome> outcomes = new ArrayList<>();
    for (DemoPolicy policy : DemoPolicy.values()) {
      progress.head(policy.id() + ": " + policy.meaning());
      Stage stage = new Stage(topology, policy, folder, options.seed(), children::add);
      try {
        progress.say("  console " + stage.admin().console());
        outcomes.add(
            new Performance(stage, policy, topology, script, progress)
                .play(options.rate(), options.seed()));
        if (policy == DemoPolicy.DEFAULT) {
          print(script, outcomes);
          if (options.keep()) {
            stayUp(stage);
          }
        }
      } finally {
        stage.close();
      }
    }
  }

  private void print(Script script, List<Performance.Outcome> outcomes) {
    progress.say("");
    List<PolicyResult> results = outcomes.stream().map(Performance.Outcome::result).toList();
    if (options.output() == Output.JSON) {
      out.println(ResultTable.json(results));
    } else {
      out.print(ResultTable.table(results));
      out.println();
      if (options.output() == Output.WIDE) {
        out.println(Phases.table(topology, script, outcomes));
      }
      out.print(ResultTable.reading(results));
      out.println();
      out.print(ResultTable.footnotes(results, options.duration()));
    }
    out.flush();
  }

  /** Goes on with the load, until the process is told to end. */
  private void stayUp(Stage stage) {
    Child load = stage.anotherLoad();
    load.send(
        Roles.JSON.writeValueAsString(
            Performance.load(stage, options.rate(), ~options.seed(), KEPT.toMillis(), false)));
    String proxy =
        "http://"
            + stage.listener().getAddress().getHostAddress()
            + ":"
            + stage.listener().getPort();
    progress.say("Still up, with the policy default and under load. To explore:");
    progress.say("  console    " + stage.admin().console());
    progress.say("  documents  " + stage.documents() + " (edit them: changes are taken up)");
    progress.say("  a request  curl -i -H 'Host: " + DemoDocuments.HOST + "' " + proxy + "/");
    progress.say("Ctrl-C ends it.");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endChildren() {
    children.forEach(Child::close);
  }

  private static Path makeFolder() {
    try {
      return Files.createTempDirectory("fairlead-demo-");
    } catch (IOException e) {
      throw new DemoFailure(
          DemoFailure.UNAVAILABLE, "cannot make a temporary folder: " + e.getMessage());
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}

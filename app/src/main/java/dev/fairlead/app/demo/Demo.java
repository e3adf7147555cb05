package dev.fairlead.app.demo;

import dev.fairlead.app.command.Exit;
import dev.fairlead.app.run.Signals;
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
  private volatile boolean interrupted;

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
    Path folder = makeFolder();
    Thread hook = new Thread(() -> interrupted(folder), "end-demo");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      compare(folder);
    } catch (DemoFailure e) {
      if (!interrupted) {
        removeHook(hook);
        progress.say("documents, requests and logs are in " + folder);
        throw e;
      }
    } finally {
      endChildren();
    }
    removeHook(hook);
    cleanUp(folder);
  }

  /** Ctrl-C: the same end, but for the table. */
  private void interrupted(Path folder) {
    interrupted = true;
    endChildren();
    cleanUp(folder);
  }

  /** Also of a child that started while the others were being ended: none survives. */
  private void started(Child child) {
    children.add(child);
    if (interrupted) {
      child.close();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
    }
  }

  private void cleanUp(Path folder) {
    if (options.keep()) {
      progress.say("documents, requests and logs are in " + folder);
    } else {
      delete(folder);
    }
  }

  private void compare(Path folder) {
    Script script = Script.lasting(options.duration());
    progress.say("documents and logs: " + folder + "; shares are west/central/east in %");
    List<Performance.Outcome> outcomes = new ArrayList<>();
    for (DemoPolicy policy : DemoPolicy.values()) {
      progress.head(policy.id() + ": " + policy.meaning());
      Stage stage = new Stage(topology, policy, folder, options.seed(), this::started);
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
    CountDownLatch told = new CountDownLatch(1);
    Signals.on("INT", told::countDown);
    Signals.on("TERM", told::countDown);
    try {
      told.await();
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
      throw new DemoFailure(Exit.UNAVAILABLE, "cannot make a temporary folder: " + e.getMessage());
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // A temporary folder that stays harms nobody.
    }
  }
}

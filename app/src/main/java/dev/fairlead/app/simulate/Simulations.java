package dev.fairlead.app.simulate;

import dev.fairlead.app.simulate.document.ScenarioDocument;
import dev.fairlead.app.simulate.report.Comparison;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.run.Simulation;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleConsumer;

/** Runs scenarios with their contenders, several at a time: none knows of another. */
final class Simulations {
  private final int jobs;
  private final Progress progress;

  /**
   * @param jobs how many run at a time; the results are the same for any number
   */
  Simulations(int jobs, Progress progress) {
    this.jobs = jobs;
    this.progress = progress;
  }

  /** A scenario, and those of its contenders that are to run. */
  record Task(ScenarioDocument.Run run, List<Contender> contenders) {
    Task {
      contenders = List.copyOf(contenders);
    }
  }

  /** Results in the order of the tasks. */
  List<Comparison> run(List<Task> tasks) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(jobs)) {
      try {
        List<List<Future<Outcome>>> started = new ArrayList<>();
        int number = 0;
        for (Task task : tasks) {
          List<Future<Outcome>> outcomes = new ArrayList<>();
          for (Contender contender : task.contenders()) {
            Scenario scenario = task.run().scenario();
            DoubleConsumer told = progress.of(number++, scenario.name() + " " + contender.name());
            outcomes.add(threads.submit(() -> outcome(scenario, contender, told)));
          }
          started.add(outcomes);
        }
        return comparisons(tasks, started);
      } finally {
        // Where one failed, the others are in vain.
        threads.shutdownNow();
      }
    }
  }

  private static Outcome outcome(Scenario scenario, Contender contender, DoubleConsumer told) {
    return Simulation.run(
        scenario,
        contender,
        scenario.seed(),
        part -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException();
          }
          told.accept(part);
        });
  }

  private static List<Comparison> comparisons(List<Task> tasks, List<List<Future<Outcome>>> started)
      throws InterruptedException {
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> each : started.get(i)) {
        outcomes.add(result(each));
      }
      comparisons.add(Comparison.of(tasks.get(i).run(), outcomes));
    }
    return comparisons;
  }

  private static Outcome result(Future<Outcome> outcome) throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a simulation failed: " + e.getCause(), e.getCause());
    }
  }
}

package dev.fairlead.app.simulate.report;

import dev.fairlead.app.simulate.document.ScenarioDocument;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Summary;
import dev.fairlead.simulator.scenario.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One table: a scenario with all points of its sweep, a row for each contender and point.
 *
 * @param points at least one
 */
record Sheet(List<Comparison> points) {
  private static final List<String> TITLES =
      List.of(
          "policy",
          "completed",
          "failed",
          "shed",
          "p50 ms",
          "p90 ms",
          "p99 ms",
          "p99.9 ms",
          "crossed",
          "$/hour",
          "$/month",
          "oscillation");

  Sheet {
    points = List.copyOf(points);
  }

  /** In order; what stands side by side in one sweep comes together. */
  static List<Sheet> of(List<Comparison> comparisons) {
    List<Sheet> sheets = new ArrayList<>();
    List<Comparison> open = new ArrayList<>();
    for (Comparison each : comparisons) {
      if (!open.isEmpty() && !each.run().continues(open.getLast().run())) {
        sheets.add(new Sheet(open));
        open.clear();
      }
      open.add(each);
    }
    if (!open.isEmpty()) {
      sheets.add(new Sheet(open));
    }
    return List.copyOf(sheets);
  }

  private ScenarioDocument.Run first() {
    return points.getFirst().run();
  }

  Scenario scenario() {
    return first().scenario();
  }

  /** Path of the field that the sweep changes. */
  Optional<String> swept() {
    return first().point().map(point -> point.path());
  }

  /** How long, and with which seed. */
  String conditions() {
    Duration warmUp = scenario().warmUp();
    return seconds(scenario().duration())
        + (warmUp.isZero() ? "" : " after a warm-up of " + seconds(warmUp))
        + ", seed "
        + scenario().seed();
  }

  private static String seconds(Duration duration) {
    return Numbers.plain(duration.toNanos() / 1e9) + " s";
  }

  List<String> titles() {
    List<String> titles = new ArrayList<>(TITLES);
    swept().ifPresent(titles::addFirst);
    return titles;
  }

  /** Columns that are names, not numbers: the first ones. */
  int names() {
    return swept().isPresent() ? 2 : 1;
  }

  /**
   * A row's cells.
   *
   * @param whole of all of a contender's requests; else of one class of them
   */
  record Row(boolean whole, List<String> cells) {
    Row {
      cells = List.copyOf(cells);
    }
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Comparison point : points) {
      Optional<String> value = point.run().point().map(at -> at.value());
      for (Outcome outcome : point.outcomes()) {
        rows.add(row(value, outcome.name(), outcome.all(), Optional.of(outcome)));
        if (outcome.byClass().size() > 1) {
          for (Map.Entry<Integer, Summary> each : outcome.byClass().entrySet()) {
            String name = "  class " + each.getKey();
            rows.add(row(value, name, each.getValue(), Optional.empty()));
          }
        }
      }
    }
    return rows;
  }

  private static Row row(
      Optional<String> value, String name, Summary summary, Optional<Outcome> whole) {
    List<String> cells = new ArrayList<>();
    value.ifPresent(cells::add);
    cells.add(name);
    cells.add(Long.toString(summary.completed()));
    cells.add(Long.toString(summary.failed()));
    cells.add(Long.toString(summary.shed()));
    cells.add(Numbers.millis(summary.p50Millis()));
    cells.add(Numbers.millis(summary.p90Millis()));
    cells.add(Numbers.millis(summary.p99Millis()));
    cells.add(Numbers.millis(summary.p999Millis()));
    cells.add(whole.map(all -> Numbers.percent(all.crossClusterRatio())).orElse(""));
    cells.add(whole.map(all -> Numbers.dollars(all.dollarsPerHour())).orElse(""));
    cells.add(whole.map(all -> Numbers.dollars(perMonth(all))).orElse(""));
    cells.add(whole.map(all -> Numbers.index(all.oscillationIndex())).orElse(""));
    return new Row(whole.isPresent(), cells);
  }

  static double perMonth(Outcome outcome) {
    return outcome.dollarsPerHour() * Numbers.HOURS_PER_MONTH;
  }
}

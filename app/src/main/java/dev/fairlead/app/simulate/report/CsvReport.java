package dev.fairlead.app.simulate.report;

import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Results for spreadsheets (RFC 4180): a row for each contender of each run, then one for each
 * class of its requests. What is not known is empty.
 */
public final class CsvReport {
  private static final String TITLES =
      "scenario,seed,sweepPath,sweepValue,policy,class,completed,failed,shed,successRatio,"
          + "meanMillis,p50Millis,p90Millis,p99Millis,p999Millis,crossClusterRatio,dollarsPerHour,"
          + "dollarsPerMonth,oscillationIndex,attemptsRatio,brokerBytesPerSecond";

  private CsvReport() {}

  public static String text(List<Comparison> comparisons) {
    StringBuilder text = new StringBuilder(TITLES).append("\r\n");
    for (Comparison comparison : comparisons) {
      for (Outcome outcome : comparison.outcomes()) {
        text.append(row(comparison, outcome, "", outcome.all(), Optional.of(outcome)));
        outcome
            .byClass()
            .forEach(
                (trafficClass, summary) ->
                    text.append(
                        row(
                            comparison,
                            outcome,
                            Integer.toString(trafficClass),
                            summary,
                            Optional.empty())));
      }
    }
    return text.toString();
  }

  private static String row(
      Comparison comparison,
      Outcome outcome,
      String trafficClass,
      Summary summary,
      Optional<Outcome> whole) {
    List<String> cells = new ArrayList<>();
    cells.add(comparison.name());
    cells.add(Long.toString(comparison.run().scenario().seed()));
    cells.add(comparison.run().point().map(point -> point.path()).orElse(""));
    cells.add(comparison.run().point().map(point -> point.value()).orElse(""));
    cells.add(outcome.name());
    cells.add(trafficClass);
    cells.add(Long.toString(summary.completed()));
    cells.add(Long.toString(summary.failed()));
    cells.add(Long.toString(summary.shed()));
    cells.add(number(summary.successRatio()));
    cells.add(number(summary.meanMillis()));
    cells.add(number(summary.p50Millis()));
    cells.add(number(summary.p90Millis()));
    cells.add(number(summary.p99Millis()));
    cells.add(number(summary.p999Millis()));
    cells.add(whole.map(all -> number(all.crossClusterRatio())).orElse(""));
    cells.add(whole.map(all -> number(all.dollarsPerHour())).orElse(""));
    cells.add(whole.map(all -> number(Sheet.perMonth(all))).orElse(""));
    cells.add(whole.map(all -> number(all.oscillationIndex())).orElse(""));
    cells.add(whole.map(all -> number(all.attempts())).orElse(""));
    cells.add(whole.map(all -> number(all.brokerBytesPerSecond())).orElse(""));
    return cells.stream().map(CsvReport::quoted).collect(Collectors.joining(",")) + "\r\n";
  }

  private static String number(double number) {
    return Double.isFinite(number) ? Double.toString(number) : "";
  }

  private static String quoted(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}

package dev.fairlead.app.simulate.report;

import dev.fairlead.app.simulate.document.ScenarioDocument.Point;
import dev.fairlead.app.state.Json;
import dev.fairlead.simulator.result.Curves;
import dev.fairlead.simulator.result.Curves.ShareCurve;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Summary;
import dev.fairlead.simulator.scenario.Expectation.AtLeast;
import dev.fairlead.simulator.scenario.Expectation.AtMost;
import dev.fairlead.simulator.scenario.Expectation.Near;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Results for programs: an object for a scenario, a list of them where there are several or a
 * sweep. What is not known is null.
 */
public final class JsonReport {
  private JsonReport() {}

  public static String text(List<Comparison> comparisons) {
    boolean one = comparisons.size() == 1 && comparisons.getFirst().run().point().isEmpty();
    return Json.MAPPER
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(one ? tree(comparisons.getFirst()) : trees(comparisons));
  }

  static List<Object> trees(List<Comparison> comparisons) {
    return comparisons.stream().<Object>map(JsonReport::tree).toList();
  }

  private static Map<String, Object> tree(Comparison comparison) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("scenario", comparison.name());
    tree.put("seed", comparison.run().scenario().seed());
    comparison.run().point().ifPresent(point -> tree.put("sweep", sweep(point)));
    tree.put("policies", comparison.outcomes().stream().map(JsonReport::policy).toList());
    tree.put("expectations", comparison.verdicts().stream().map(JsonReport::verdict).toList());
    return tree;
  }

  private static Map<String, Object> sweep(Point point) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("path", point.path());
    tree.put("value", point.value());
    return tree;
  }

  private static Map<String, Object> policy(Outcome outcome) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", outcome.name());
    tree.putAll(summary(outcome.all()));
    put(tree, "crossClusterRatio", outcome.crossClusterRatio());
    put(tree, "dollarsPerHour", outcome.dollarsPerHour());
    put(tree, "dollarsPerMonth", Sheet.perMonth(outcome));
    put(tree, "oscillationIndex", outcome.oscillationIndex());
    put(tree, "attemptsRatio", outcome.attempts());
    put(tree, "brokerBytesPerSecond", outcome.brokerBytesPerSecond());
    tree.put("started", outcome.started());
    tree.put("inFlight", outcome.inFlight());
    tree.put("byClass", summaries(outcome.byClass()));
    tree.put("byService", summaries(outcome.byService()));
    tree.put("egress", outcome.egress());
    tree.put("sharesOverTime", outcome.curves().shares().stream().map(JsonReport::share).toList());
    tree.put("overTime", overTime(outcome.curves().points()));
    return tree;
  }

  private static Map<String, Object> summaries(Map<?, Summary> summaries) {
    Map<String, Object> tree = new LinkedHashMap<>();
    summaries.forEach((name, summary) -> tree.put(name.toString(), summary(summary)));
    return tree;
  }

  private static Map<String, Object> summary(Summary summary) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("completed", summary.completed());
    tree.put("failed", summary.failed());
    tree.put("shed", summary.shed());
    put(tree, "successRatio", summary.successRatio());
    put(tree, "meanMillis", summary.meanMillis());
    put(tree, "p50Millis", summary.p50Millis());
    put(tree, "p90Millis", summary.p90Millis());
    put(tree, "p99Millis", summary.p99Millis());
    put(tree, "p999Millis", summary.p999Millis());
    return tree;
  }

  private static Map<String, Object> share(ShareCurve curve) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("service", curve.service());
    tree.put("source", curve.source());
    tree.put("destination", curve.destination());
    tree.put("seconds", curve.seconds());
    tree.put("picked", known(curve.picked()));
    tree.put("planned", known(curve.planned()));
    return tree;
  }

  private static Map<String, Object> overTime(List<Curves.Point> points) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("seconds", column(points, Curves.Point::seconds));
    tree.put("completed", column(points, point -> point.requests().completed()));
    tree.put("failed", column(points, point -> point.requests().failed()));
    tree.put("shed", column(points, point -> point.requests().shed()));
    tree.put("p50Millis", column(points, point -> point.requests().p50Millis()));
    tree.put("p90Millis", column(points, point -> point.requests().p90Millis()));
    tree.put("p99Millis", column(points, point -> point.requests().p99Millis()));
    tree.put("p999Millis", column(points, point -> point.requests().p999Millis()));
    tree.put("dollarsPerHour", column(points, Curves.Point::dollarsPerHour));
    tree.put("oscillationIndex", column(points, Curves.Point::oscillationIndex));
    return tree;
  }

  private static List<Object> column(List<Curves.Point> points, ToDoubleFunction<Curves.Point> of) {
    return known(points.stream().map(of::applyAsDouble).toList());
  }

  private static Map<String, Object> verdict(Verdict verdict) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("contender", verdict.expected().contender());
    tree.put("metric", verdict.expected().metric().id());
    verdict.expected().trafficClass().ifPresent(each -> tree.put("class", each));
    verdict
        .expected()
        .route()
        .ifPresent(
            route -> {
              tree.put("from", route.from());
              tree.put("to", route.to());
            });
    verdict.expected().relativeTo().ifPresent(other -> tree.put("relativeTo", other));
    switch (verdict.expected().bound()) {
      case Near near -> {
        tree.put("value", near.value());
        tree.put("tolerance", near.tolerance());
      }
      case AtMost most -> tree.put("atMost", most.value());
      case AtLeast least -> tree.put("atLeast", least.value());
    }
    put(tree, "measured", verdict.measured());
    tree.put("met", verdict.met());
    tree.put("why", verdict.expected().why());
    return tree;
  }

  private static void put(Map<String, Object> tree, String name, double number) {
    tree.put(name, orNull(number));
  }

  private static List<Object> known(List<Double> numbers) {
    List<Object> known = new ArrayList<>(numbers.size());
    numbers.forEach(number -> known.add(orNull(number)));
    return known;
  }

  /** JSON has no NaN and no infinity. */
  private static Object orNull(double number) {
    return Double.isFinite(number) ? (Object) number : Json.MAPPER.nullNode();
  }
}

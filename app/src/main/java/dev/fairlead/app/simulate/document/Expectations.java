package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Expectation.AtLeast;
import dev.fairlead.simulator.scenario.Expectation.AtMost;
import dev.fairlead.simulator.scenario.Expectation.Bound;
import dev.fairlead.simulator.scenario.Expectation.Near;
import dev.fairlead.simulator.scenario.Expectation.Route;
import dev.fairlead.simulator.scenario.Metric;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Readers of what a result should be. */
final class Expectations {
  private static final Map<String, Metric> METRICS = new TreeMap<>();

  static {
    for (Metric metric : Metric.values()) {
      METRICS.put(metric.id(), metric);
    }
  }

  /** Those that are of all requests together. */
  private static final Set<Metric> OF_ALL =
      EnumSet.of(
          Metric.SHARE,
          Metric.CROSS_CLUSTER_RATIO,
          Metric.DOLLARS_PER_HOUR,
          Metric.OSCILLATION_INDEX,
          Metric.ATTEMPTS_RATIO,
          Metric.BROKER_BYTES_PER_SECOND);

  private static final Reader<Double> NUMBER = Scalars.number(-1e15, 1e15);

  private final Outline names;
  private final Optional<ScenarioDocument.Point> point;

  /**
   * @param point of the sweep, if there is one: which of several values is meant
   */
  Expectations(Outline names, Optional<ScenarioDocument.Point> point) {
    this.names = names;
    this.point = point;
  }

  /** One entry: an expectation, or none where nothing is expected at this point of the sweep. */
  Reader<List<Expectation>> expectation() {
    return Parts.part(this::expectation);
  }

  private Supplier<List<Expectation>> expectation(Fields fields) {
    String contender = fields.required("contender", names.contender(), "?");
    Metric metric = fields.required("metric", Scalars.oneOf(METRICS), Metric.COMPLETED);
    Optional<Integer> trafficClass = fields.optional("class", Units.TRAFFIC_CLASS);
    fields
        .find("class")
        .filter(ignored -> OF_ALL.contains(metric))
        .ifPresent(at -> at.problem("means nothing to " + metric.id(), "it is of all classes"));
    Optional<Route> route = route(fields, metric);
    Optional<String> relativeTo = fields.optional("relativeTo", names.contender());
    String why = fields.optional("why", Scalars.TEXT, "");
    List<Bound> bounds = bounds(fields);
    return () ->
        bounds.stream()
            .map(
                bound ->
                    new Expectation(contender, metric, trafficClass, route, relativeTo, bound, why))
            .toList();
  }

  private Optional<Route> route(Fields fields, Metric metric) {
    if (metric == Metric.SHARE) {
      String from = fields.required("from", names.cluster(), "?");
      String to = fields.required("to", names.cluster(), "?");
      return Optional.of(new Route(from, to));
    }
    for (String field : List.of("from", "to")) {
      fields
          .find(field)
          .ifPresent(at -> at.problem("means nothing to " + metric.id(), "only share has it"));
    }
    return Optional.empty();
  }

  /** At most one. */
  private List<Bound> bounds(Fields fields) {
    Map<String, Reader<? extends List<Bound>>> bounds = new LinkedHashMap<>();
    bounds.put("value", value -> near(fields, value));
    bounds.put("atMost", value -> each(value, AtMost::new));
    bounds.put("atLeast", value -> each(value, AtLeast::new));
    if (fields.find("value").isEmpty()) {
      fields
          .find("tolerance")
          .ifPresent(at -> at.problem("without 'value'", "write value, or remove it"));
    }
    return Parts.<List<Bound>>one(fields, "bound", bounds).orElse(List.of());
  }

  /** Turns a number into a bound. */
  private interface Limit {
    Bound of(double number);
  }

  private Optional<List<Bound>> each(Value value, Limit limit) {
    Optional<Value> chosen = chosen(value);
    return chosen.filter(Expectations::isNothing).isPresent()
        ? Optional.of(List.of())
        : chosen.flatMap(NUMBER::read).map(number -> List.of(limit.of(number)));
  }

  private Optional<List<Bound>> near(Fields fields, Value value) {
    if (fields.find("tolerance").isEmpty()) {
      value.problem("without 'tolerance'", "add how far it may be off, as 2.5 or 5%");
      return Optional.empty();
    }
    return each(value, number -> new Near(number, tolerance(fields, number)));
  }

  /** In the value's own unit, or in percent of it. */
  private static double tolerance(Fields fields, double number) {
    Reader<Double> reader =
        value ->
            value.node() instanceof Node.Scalar scalar && scalar.text().endsWith("%")
                ? Scalars.percent(0, 10_000).read(value).map(share -> share * Math.abs(number))
                : Scalars.number(0, 1e15).read(value);
    return fields.optional("tolerance", reader, 0.0);
  }

  /** The item of a list that belongs to this point of the sweep, or what is no list. */
  private Optional<Value> chosen(Value value) {
    if (!(value.node() instanceof Node.Sequence sequence)) {
      return Optional.of(value);
    }
    if (point.isEmpty()) {
      value.problem("is a list, and there is no sweep", "write one number");
      return Optional.empty();
    }
    int of = point.get().of();
    if (sequence.items().size() != of) {
      value.problem(
          "has " + sequence.items().size() + " items, and the sweep " + of,
          "write one for each, ~ where nothing is expected");
      return Optional.empty();
    }
    int index = point.get().index();
    return Optional.of(
        new Value(
            value.problems(), value.file(), value.path().item(index), sequence.items().get(index)));
  }

  private static boolean isNothing(Value value) {
    return value.node() instanceof Node.Scalar scalar && scalar.type() == Node.Scalar.Type.NULL;
  }
}

package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Exchange;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.ScenarioProblem;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.cost.PriceList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What stands under a Scenario's {@code spec}, being read. */
final class Spec {
  private static final int MOST_CLUSTERS = 1000;
  private static final int MOST_SERVICES = 1000;
  private static final int MOST = 100_000;
  private static final int MOST_CONTENDERS = 100;

  /** Of a curve: more than any screen shows, and each has its own histogram while it runs. */
  private static final int MOST_POINTS = 10_000;

  private static final Reader<Exchange> BROKER = Parts.part(Spec::broker);

  private final Value spec;
  private final Traces traces;
  private final Optional<ScenarioDocument.Point> point;
  private final Outline names;

  /** Where each entry of a list stands that one item of the document may make several of. */
  private final Map<String, List<Value>> places = new HashMap<>();

  Spec(Value spec, Traces traces, Optional<ScenarioDocument.Point> point) {
    this.spec = spec;
    this.traces = traces;
    this.point = point;
    this.names = Outline.of(spec.node());
  }

  /** Empty where anything is wrong, which is reported. */
  Optional<Scenario> read(String name) {
    return Parts.part(
            fields -> {
              namesOnce();
              Supplier<Scenario> made = scenario(name, fields);
              return () -> placed(made);
            })
        .read(spec)
        .flatMap(read -> read);
  }

  private Supplier<Scenario> scenario(String name, Fields fields) {
    String description = fields.optional("description", Scalars.TEXT, "");
    Duration duration = fields.required("duration", Units.POSITIVE_TIME, Duration.ofSeconds(1));
    Duration warmUp = fields.optional("warmUp", Units.TIME_OR_ZERO, Duration.ZERO);
    int seed = fields.optional("seed", Scalars.integer(0, Integer.MAX_VALUE), 1);
    Duration resolution = resolution(fields, duration);
    List<Cluster> clusters =
        fields.required("clusters", Structures.list(Clusters.CLUSTER, 1, MOST_CLUSTERS), List.of());
    List<Link> links = several(fields, "links", Clusters.links(names), 0, false);
    PriceList prices = fields.optional("prices", Faults.PRICES, PriceList.FREE);
    List<Service> services =
        fields.required(
            "services",
            Structures.list(new Services(names).service(), 1, MOST_SERVICES),
            List.of());
    List<Traffic> traffic =
        several(fields, "traffic", new TrafficReader(names, traces).traffic(), 1, true);
    List<Fault> faults = several(fields, "faults", new Faults(names).fault(), 0, false);
    Exchange exchange = fields.optional("broker", BROKER, Exchange.DEFAULT);
    List<Contender> contenders =
        fields.required(
            "contenders",
            Structures.list(new Contenders(steering(fields)).contender(), 1, MOST_CONTENDERS),
            List.of());
    List<Expectation> expectations =
        several(fields, "expect", new Expectations(names, point).expectation(), 0, false);
    // Read before, and put into the document.
    fields.ignored("sweep");
    return () ->
        new Scenario(
            name,
            description,
            duration,
            warmUp,
            seed,
            resolution,
            clusters,
            links,
            prices,
            services,
            traffic,
            faults,
            exchange,
            contenders,
            expectations);
  }

  private static Duration resolution(Fields fields, Duration duration) {
    Duration finest = duration.dividedBy(MOST_POINTS);
    Duration resolution =
        fields.optional("resolution", Units.INTERVAL, Scenario.defaultResolution(duration));
    fields
        .find("resolution")
        .filter(ignored -> resolution.compareTo(finest) < 0)
        .ifPresent(
            at ->
                at.problem(
                    "makes more than " + MOST_POINTS + " points of the duration",
                    "write a longer time, or leave it out"));
    return resolution;
  }

  /** A list of which each item makes any number of entries. */
  private <T> List<T> several(
      Fields fields, String field, Reader<List<T>> item, int least, boolean required) {
    Reader<List<Located<List<T>>>> list = Structures.list(Structures.located(item), least, MOST);
    List<Located<List<T>>> read =
        required
            ? fields.required(field, list, List.of())
            : fields.optional(field, list, List.of());
    List<T> entries = new ArrayList<>();
    List<Value> at = new ArrayList<>();
    for (Located<List<T>> each : read) {
      for (T entry : each.read()) {
        entries.add(entry);
        at.add(each.at());
      }
    }
    places.put(field, List.copyOf(at));
    return entries;
  }

  /** The fields that all contenders' steering has, once they are right by themselves. */
  private static Optional<Node.Mapping> steering(Fields fields) {
    return fields
        .optional("steering", Structures.located(Contenders.STEERING))
        .map(read -> read.at().node())
        .filter(Node.Mapping.class::isInstance)
        .map(Node.Mapping.class::cast);
  }

  private static Supplier<Exchange> broker(Fields fields) {
    Duration interval = fields.optional("interval", Units.INTERVAL, Exchange.DEFAULT.interval());
    Duration delay = fields.optional("delay", Units.TIME_OR_ZERO, Exchange.DEFAULT.delay());
    return () -> new Exchange(interval, delay);
  }

  /** Each name is given once in its list. */
  private void namesOnce() {
    for (String list : List.of("clusters", "services", "contenders")) {
      Steps.Found items = steps(list).deepest(spec.path(), spec.node());
      if (items.node() instanceof Node.Sequence sequence) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < sequence.items().size(); i++) {
          Steps.Found name = steps(list + "[" + i + "].name").deepest(spec.path(), spec.node());
          if (name.node() instanceof Node.Scalar scalar && !seen.add(scalar.text())) {
            value(name).problem("is there already", "give each a name of its own");
          }
        }
      }
    }
  }

  /** Empty where the parts do not fit each other. */
  private Optional<Scenario> placed(Supplier<Scenario> made) {
    try {
      return Optional.of(made.get());
    } catch (ScenarioProblem e) {
      place(e.path()).problem(e.what(), e.mend());
      return Optional.empty();
    }
  }

  /** The deepest value on the way to a part of the scenario. */
  private Value place(String path) {
    for (Map.Entry<String, List<Value>> list : places.entrySet()) {
      for (int i = 0; i < list.getValue().size(); i++) {
        String item = list.getKey() + "[" + i + "]";
        if (path.equals(item) || path.startsWith(item + ".")) {
          Value at = list.getValue().get(i);
          return path.equals(item)
              ? at
              : value(steps(path.substring(item.length() + 1)).deepest(at.path(), at.node()));
        }
      }
    }
    return Steps.parse(path)
        .map(steps -> value(steps.deepest(spec.path(), spec.node())))
        .orElse(spec);
  }

  private Value value(Steps.Found found) {
    return new Value(spec.problems(), spec.file(), found.path(), found.node());
  }

  private static Steps steps(String path) {
    return Steps.parse(path).orElseThrow();
  }
}

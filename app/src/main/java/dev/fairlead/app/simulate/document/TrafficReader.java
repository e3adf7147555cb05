package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Arrivals.Load;
import dev.fairlead.simulator.scenario.Arrivals.PerSecond;
import dev.fairlead.simulator.scenario.Arrivals.Rate;
import dev.fairlead.simulator.scenario.Cluster.Position;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.simulator.scenario.Traffic.Centre;
import dev.fairlead.simulator.scenario.Traffic.Keys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Readers of requests from outside: where they enter, when they come, what they are. */
final class TrafficReader {
  private static final int MOST_CENTRES = 1000;

  /** The four load levels that systems of this kind are usually judged at. */
  private static final Map<String, Load> LEVELS = new TreeMap<>();

  static {
    LEVELS.put("low", Load.LOW);
    LEVELS.put("benchmark", Load.BENCHMARK);
    LEVELS.put("full", Load.FULL);
    LEVELS.put("destructive", Load.DESTRUCTIVE);
  }

  private static final Map<String, Function<Rate, Arrivals>> INDEPENDENT =
      Map.of("poisson", Arrivals.Poisson::new, "uniform", Arrivals.Uniform::new);

  private static final Reader<Rate> LOAD =
      value ->
          value.node() instanceof Node.Scalar scalar && scalar.type() == Node.Scalar.Type.NUMBER
              ? Scalars.number(0.001, 1000).read(value).map(Load::new)
              : Scalars.oneOf(LEVELS).read(value).map(Function.identity());

  private static final Reader<Arrivals> USERS = Parts.part(TrafficReader::users);
  private static final Reader<Keys> KEYS = Parts.part(TrafficReader::keys);
  private static final Reader<Centre> CENTRE = Parts.part(TrafficReader::centre);
  private static final Arrivals NONE = new Arrivals.Poisson(new PerSecond(1));

  private final Outline names;
  private final Traces traces;

  TrafficReader(Outline names, Traces traces) {
    this.names = names;
    this.traces = traces;
  }

  /** One entry; several of a trace's that names its own clusters and services. */
  Reader<List<Traffic>> traffic() {
    return Parts.part(this::traffic);
  }

  private Supplier<List<Traffic>> traffic(Fields fields) {
    Optional<Value> trace = fields.find("trace");
    Optional<Link.End> from = fields.optional("from", names.end());
    Optional<List<Centre>> centres =
        fields.optional("centres", Structures.list(CENTRE, 1, MOST_CENTRES));
    Optional<String> service =
        trace.isPresent()
            ? fields.optional("service", names.service())
            : Optional.of(fields.required("service", names.service(), "?"));
    origin(fields, trace.isPresent());
    int trafficClass = fields.optional("class", Units.TRAFFIC_CLASS, Traffic.DEFAULT_CLASS);
    Shape shape = fields.optional("shape", Shapes.SHAPE, new Shape.Steady());
    Optional<Keys> keys = fields.optional("keys", KEYS);
    if (trace.isPresent()) {
      return replayed(fields, from, service, trafficClass, keys);
    }
    Arrivals arrivals = arrivals(fields);
    return () ->
        List.of(
            new Traffic(
                origin(from, centres), service.orElseThrow(), trafficClass, arrivals, shape, keys));
  }

  private static void origin(Fields fields, boolean traced) {
    Optional<Value> centres = fields.find("centres");
    if (fields.find("from").isPresent()) {
      centres.ifPresent(at -> at.problem("beside 'from'", "keep one of the two"));
    } else if (centres.isEmpty() && !traced) {
      fields.value().problem("enters nowhere", "add from, or centres of its users");
    }
    if (traced) {
      centres.ifPresent(at -> at.problem("means nothing to a trace", "write from: CLUSTER"));
    }
  }

  private static Traffic.Origin origin(Optional<Link.End> from, Optional<List<Centre>> centres) {
    return centres
        .<Traffic.Origin>map(Traffic.Spread::new)
        .orElseGet(() -> from.map(TrafficReader::at).orElseThrow());
  }

  private static Traffic.At at(Link.End end) {
    return new Traffic.At(end.cluster(), end.zone());
  }

  private static Arrivals arrivals(Fields fields) {
    Optional<Value> law = fields.find("arrivals");
    Function<Rate, Arrivals> independent =
        fields.optional("arrivals", Scalars.oneOf(INDEPENDENT), Arrivals.Poisson::new);
    Map<String, Reader<? extends Arrivals>> choices = new LinkedHashMap<>();
    choices.put("rate", value -> Units.RATE.read(value).map(PerSecond::new).map(independent));
    choices.put("load", value -> LOAD.read(value).map(independent));
    choices.put("users", USERS);
    choices.put("trace", value -> Optional.empty());
    if (fields.find("users").isPresent()) {
      law.ifPresent(at -> at.problem("means nothing to users", "only rate and load have it"));
    }
    return Parts.<Arrivals>one(fields, "measure of how much", choices).orElse(NONE);
  }

  private static Supplier<Arrivals> users(Fields fields) {
    int count = fields.required("count", Scalars.integer(1, 1_000_000), 1);
    Law think = fields.required("think", Laws.TIME, new Law.Fixed(0));
    OptionalLong requests =
        fields
            .optional("requests", Scalars.integer(1, Integer.MAX_VALUE))
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty());
    return () -> new Arrivals.Users(count, think, requests);
  }

  private static Supplier<Keys> keys(Fields fields) {
    int distinct = fields.required("distinct", Scalars.integer(1, 10_000_000), 1);
    double skew = fields.optional("skew", Scalars.number(0, 3), 0.0);
    return () -> new Keys(distinct, skew);
  }

  private static Supplier<Centre> centre(Fields fields) {
    Position position = fields.required("position", Clusters.POSITION, new Position(0, 0));
    double weight = fields.optional("weight", Scalars.number(0.000_001, 1e9), 1.0);
    double deviation = fields.required("deviation", Units.FACTOR, 0.0);
    return () -> new Centre(position, weight, deviation);
  }

  /** What a trace says goes before what the entry says. */
  private Supplier<List<Traffic>> replayed(
      Fields fields,
      Optional<Link.End> from,
      Optional<String> service,
      int trafficClass,
      Optional<Keys> keys) {
    for (String other : List.of("rate", "load", "users", "arrivals", "shape")) {
      fields.find(other).ifPresent(at -> at.problem("means nothing to a trace", "remove it"));
    }
    List<Traces.Part> parts =
        fields.required("trace", traces.reader(names, from, service), List.of());
    return () ->
        parts.stream()
            .map(
                part ->
                    new Traffic(
                        from.map(TrafficReader::at)
                            .orElseGet(() -> new Traffic.At(part.cluster(), "")),
                        part.service(),
                        trafficClass,
                        new Arrivals.Replay(part.trace(), part.repeat()),
                        new Shape.Steady(),
                        keys))
            .toList();
  }
}

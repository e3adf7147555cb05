package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.document.PriceSheetDocument;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Fault.Effect;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.steering.cost.PriceList;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Readers of what happens by script. */
final class Faults {
  /** What a liar may say and YAML has no number for. */
  private static final Map<String, Double> ODD_FACTORS =
      Map.of("nan", Double.NaN, "infinity", Double.POSITIVE_INFINITY);

  private static final Reader<Double> LIE =
      value ->
          value.node() instanceof Node.Scalar scalar && scalar.type() == Node.Scalar.Type.STRING
              ? Scalars.oneOf(ODD_FACTORS).read(value)
              : Scalars.number(-1e18, 1e18).read(value);

  static final Reader<PriceList> PRICES =
      value ->
          PriceSheetDocument.PRICES
              .read(value)
              .map(prices -> new PriceList(prices.stream().map(Located::read).toList()));

  private static final List<Effect> NONE = List.of();

  private final Outline names;
  private final Map<String, Reader<? extends List<Effect>>> effects = new LinkedHashMap<>();

  Faults(Outline names) {
    this.names = names;
    effects.put("slow", effect(this::slow));
    effects.put("serviceTime", effect(this::serviceTime));
    effects.put("errors", effect(this::errors));
    effects.put("hang", effect(fields -> hang(target(fields))));
    effects.put("down", effect(this::down));
    effects.put("link", Parts.part(this::link));
    effects.put("telemetry", effect(this::telemetry));
    effects.put("pods", effect(this::pods));
    effects.put("broker", Scalars.oneOf(Map.of("down", List.<Effect>of(new Fault.BrokerDown()))));
    effects.put("prices", value -> PRICES.read(value).map(Fault.Prices::new).map(List::of));
  }

  /** One entry; two faults where a link gets worse both ways. */
  Reader<List<Fault>> fault() {
    return Parts.part(this::fault);
  }

  private static Reader<List<Effect>> effect(Function<Fields, Supplier<Effect>> read) {
    return value -> Parts.part(read).read(value).map(List::of);
  }

  private Supplier<List<Fault>> fault(Fields fields) {
    Duration at = fields.required("at", Units.TIME_OR_ZERO, Duration.ZERO);
    Duration lasting = fields.optional("for", Units.POSITIVE_TIME, Duration.ZERO);
    Duration every = fields.optional("every", Units.INTERVAL, Duration.ZERO);
    fields
        .find("every")
        .filter(ignored -> !every.isZero() && (lasting.isZero() || every.compareTo(lasting) < 0))
        .ifPresent(
            value ->
                value.problem(
                    "comes again before it is over", "write for: TIME, at most as long as every"));
    List<Effect> happening = Parts.<List<Effect>>one(fields, "fault", effects).orElse(NONE);
    boolean drifts =
        happening.stream().anyMatch(each -> each instanceof Fault.Slow slow && slow.drift());
    if (drifts && lasting.isZero()) {
      fields.value().problem("drifts for ever", "add for: TIME, in which it grows to the factor");
    }
    return () -> happening.stream().map(effect -> new Fault(at, lasting, every, effect)).toList();
  }

  private record Aim(Link.End place, String service, double share) {
    Fault.Target target() {
      return new Fault.Target(place.cluster(), place.zone(), service, share);
    }
  }

  private Aim target(Fields fields) {
    return new Aim(
        names.anywhere(fields),
        fields.optional("service", names.service(), ""),
        fields.optional("share", Scalars.percent(0.001, 100), 1.0));
  }

  private Supplier<Effect> slow(Fields fields) {
    Aim aim = target(fields);
    double factor = fields.required("factor", Scalars.number(0.001, 1e6), 1.0);
    boolean drift = fields.optional("drift", Scalars.BOOLEAN, false);
    return () -> new Fault.Slow(aim.target(), factor, drift);
  }

  private Supplier<Effect> serviceTime(Fields fields) {
    Aim aim = target(fields);
    Law law = fields.required("law", Laws.TIME, new Law.Fixed(0));
    return () -> new Fault.ServiceTime(aim.target(), law);
  }

  private Supplier<Effect> errors(Fields fields) {
    Aim aim = target(fields);
    double ratio = fields.required("ratio", Units.SHARE, 0.0);
    Duration after = fields.optional("after", Units.TIME_OR_ZERO, Duration.ofMillis(1));
    return () -> new Fault.Errors(aim.target(), ratio, after);
  }

  private static Supplier<Effect> hang(Aim aim) {
    return () -> new Fault.Hang(aim.target());
  }

  private Supplier<Effect> down(Fields fields) {
    Aim aim = target(fields);
    boolean silent = fields.optional("silent", Scalars.BOOLEAN, false);
    return () -> new Fault.Down(aim.target(), silent);
  }

  private Supplier<List<Effect>> link(Fields fields) {
    Link.End from = fields.required("from", names.end(), new Link.End("?"));
    Link.End to = fields.required("to", names.end(), new Link.End("?"));
    boolean oneWay = fields.optional("oneWay", Scalars.BOOLEAN, false);
    Duration added = fields.optional("addedDelay", Units.TIME_OR_ZERO, Duration.ZERO);
    double loss = fields.optional("loss", Units.SHARE, 0.0);
    double bandwidth = fields.optional("bandwidthFactor", Scalars.number(1e-9, 1e9), 1.0);
    boolean down = fields.optional("down", Scalars.BOOLEAN, false);
    return () -> {
      Effect there = new Fault.Worse(from, to, added, loss, bandwidth, down);
      Effect back = new Fault.Worse(to, from, added, loss, bandwidth, down);
      return oneWay ? List.of(there) : List.of(there, back);
    };
  }

  private Supplier<Effect> telemetry(Fields fields) {
    String cluster = fields.required("cluster", names.cluster(), "?");
    Map<String, Reader<? extends Effect>> ways = new LinkedHashMap<>();
    ways.put(
        "stale", value -> Scalars.BOOLEAN.read(value).flatMap(yes -> stale(value, yes, cluster)));
    ways.put("factor", value -> LIE.read(value).map(f -> new Fault.LyingTelemetry(cluster, f)));
    Optional<Effect> effect = Parts.one(fields, "telemetry fault", ways);
    return () -> effect.orElseThrow();
  }

  private static Optional<Effect> stale(Value value, boolean yes, String cluster) {
    if (!yes) {
      value.problem("is no fault", "write stale: true, or leave the fault out");
    }
    return Optional.<Effect>of(new Fault.StaleTelemetry(cluster)).filter(ignored -> yes);
  }

  private Supplier<Effect> pods(Fields fields) {
    String cluster = fields.required("cluster", names.cluster(), "?");
    String service = fields.required("service", names.service(), "?");
    int change = fields.required("change", Scalars.integer(-10_000, 10_000), 1);
    if (change == 0) {
      fields.find("change").ifPresent(at -> at.problem("changes nothing", "write 2 or -2"));
    }
    return () -> new Fault.Scale(cluster, service, change);
  }
}

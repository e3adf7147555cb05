package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.optimize.Valuation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Readers of what a policy minimises. */
final class Valuations {
  static final Map<String, Valuation.Objective> OBJECTIVES =
      new TreeMap<>(
          Map.of(
              "cost", Valuation.Objective.COST,
              "performance", Valuation.Objective.PERFORMANCE,
              "mixed", Valuation.Objective.MIXED));

  /**
   * A millisecond off each of a million requests is a thousand seconds of waiting: in documents a
   * value of it is a number that a person can weigh beside a bill.
   */
  private static final double REQUEST_SECONDS = 1000;

  private static final double LARGEST_VALUE = 1e6;
  private static final double LARGEST_DOLLARS = 1e6;
  private static final Duration LONGEST_CEILING = Duration.ofMinutes(10);

  private static final Reader<List<Double>> SHED =
      Structures.list(Scalars.number(0, LARGEST_DOLLARS), Valuation.CLASSES, Valuation.CLASSES);

  /** Of all fields that only policies that minimise understand. */
  static final List<String> FIELDS =
      List.of("objective", "valueOfMillisecond", "latencyCeiling", "exploration", "overflow");

  static final String TURNAROUND = "valueOfTurnaround";

  private Valuations() {}

  /** What the fields of a TrafficObjective's spec say; {@code unsaid} where they say nothing. */
  static Valuation read(Fields spec, Valuation.Objective unsaid) {
    Valuation d = Objective.DEFAULT_VALUATION;
    double value =
        spec.optional(
            "valueOfMillisecond",
            Scalars.number(0, LARGEST_VALUE),
            d.dollarsPerRequestSecond() * REQUEST_SECONDS);
    Valuation valuation =
        Valuation.of(
            spec.optional("objective", Scalars.oneOf(OBJECTIVES), unsaid), value / REQUEST_SECONDS);
    Duration ceiling =
        spec.optional(
            "latencyCeiling",
            Scalars.duration(Duration.ofMillis(1), LONGEST_CEILING),
            Duration.ZERO);
    if (ceiling.isPositive()) {
      valuation = valuation.withCeiling((double) ceiling.toNanos());
    }
    valuation = spec.optional("exploration", exploration(valuation), valuation);
    return spec.optional("overflow", overflow(valuation), valuation);
  }

  /** Dollars for a second of a whole answer's time, as the field of policy multi-hop has it. */
  static double turnaround(Fields spec) {
    return spec.optional(TURNAROUND, Scalars.number(0, LARGEST_VALUE), 0.0) / REQUEST_SECONDS;
  }

  private static Reader<Valuation> exploration(Valuation d) {
    return Structures.object(
        fields ->
            d.withFloor(
                fields.optional("rate", Scalars.number(0, 1e6), d.floorRps()),
                fields.optional("share", Scalars.percent(0, 100), d.floorShare())));
  }

  private static Reader<Valuation> overflow(Valuation d) {
    return Structures.object(
        fields ->
            d.withPrices(
                fields
                    .optional("shed", SHED)
                    // Those that are wrong are reported, and left out.
                    .filter(prices -> prices.size() == Valuation.CLASSES)
                    .orElse(d.shedDollars()),
                fields.optional(
                    "overload", Scalars.number(0, LARGEST_DOLLARS), d.overloadDollars())));
  }
}

package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.simulator.scenario.Law;
import java.util.LinkedHashMap;
import java.util.Map;

/** Readers of distributions: of a time, of a size, of a number. */
final class Laws {
  static final Reader<Law> TIME = law(Units.NANOSECONDS);
  static final Reader<Law> SIZE = law(Units.BYTES);
  static final Reader<Law> NUMBER = law(Units.FACTOR);

  private static final Law NONE = new Law.Fixed(0);

  /** At 1 and below a Pareto law has no mean. */
  private static final Reader<Double> SHAPE =
      value ->
          Scalars.number(0, 100)
              .read(value)
              .filter(
                  shape -> {
                    if (shape <= 1) {
                      value.problem("has no mean", "write a shape above 1, as 1.5");
                    }
                    return shape > 1;
                  });

  private Laws() {}

  /** A single quantity, which is always the same, or a mapping that names the law. */
  private static Reader<Law> law(Reader<Double> unit) {
    Map<String, Reader<? extends Law>> laws = laws(unit);
    Reader<Law> named =
        Parts.part(
            fields -> {
              Law law = Parts.<Law>one(fields, "law", laws).orElse(NONE);
              return () -> law;
            });
    return value ->
        value.node() instanceof Node.Scalar
            ? unit.read(value).map(Law.Fixed::new)
            : named.read(value);
  }

  private static Map<String, Reader<? extends Law>> laws(Reader<Double> unit) {
    Map<String, Reader<? extends Law>> laws = new LinkedHashMap<>();
    laws.put("fixed", value -> unit.read(value).map(Law.Fixed::new));
    laws.put(
        "uniform",
        Parts.part(
            fields -> {
              double min = fields.optional("min", unit, 0.0);
              double max = fields.required("max", unit, min);
              ordered(fields, "min", min, "max", max);
              return () -> new Law.Uniform(min, max);
            }));
    laws.put(
        "exponential",
        Parts.part(
            fields -> {
              double mean = positive(fields, "mean", unit);
              return () -> new Law.Exponential(mean);
            }));
    laws.put(
        "logNormal",
        Parts.part(
            fields -> {
              double p50 = positive(fields, "p50", unit);
              double p99 = positive(fields, "p99", unit);
              ordered(fields, "p50", p50, "p99", p99);
              return () -> new Law.LogNormal(p50, p99);
            }));
    laws.put(
        "pareto",
        Parts.part(
            fields -> {
              double min = positive(fields, "min", unit);
              double shape = fields.required("shape", SHAPE, 2.0);
              return () -> new Law.Pareto(min, shape);
            }));
    laws.put(
        "truncatedNormal",
        Parts.part(
            fields -> {
              double mean = positive(fields, "mean", unit);
              double deviation = fields.required("deviation", unit, 0.0);
              return () -> new Law.TruncatedNormal(mean, deviation);
            }));
    return laws;
  }

  private static double positive(Fields fields, String name, Reader<Double> unit) {
    Reader<Double> positive =
        value ->
            unit.read(value)
                .filter(
                    number -> {
                      if (number == 0) {
                        value.problem("is nothing", "write more than 0");
                      }
                      return number > 0;
                    });
    return fields.required(name, positive, Double.NaN);
  }

  /** Reports two that are the wrong way round, where both are there and right by themselves. */
  private static void ordered(Fields fields, String low, double less, String high, double more) {
    if (less > more && fields.find(low).isPresent()) {
      fields.find(high).ifPresent(at -> at.problem("is below '" + low + "'", "swap the two"));
    }
  }
}

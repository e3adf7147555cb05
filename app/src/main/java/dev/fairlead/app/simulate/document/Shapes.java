package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Shape;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Readers of how a rate changes over time. */
final class Shapes {
  private static final int MOST_STEPS = 10_000;

  private static final Map<String, Reader<? extends Shape>> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("sine", Parts.part(Shapes::sine));
    SHAPES.put("sawtooth", Parts.part(Shapes::sawtooth));
    SHAPES.put("burst", Parts.part(Shapes::burst));
    SHAPES.put("steps", Shapes::steps);
    SHAPES.put("ramp", Parts.part(Shapes::ramp));
    SHAPES.put("noise", Parts.part(Shapes::noise));
  }

  static final Reader<Shape> SHAPE =
      Parts.part(
          fields -> {
            Shape shape = Parts.<Shape>one(fields, "shape", SHAPES).orElse(new Shape.Steady());
            return () -> shape;
          });

  private Shapes() {}

  private static Supplier<Shape> sine(Fields fields) {
    Duration period = period(fields);
    double amplitude = fields.required("amplitude", Units.SHARE, 0.0);
    Duration phase = fields.optional("phase", Units.TIME_OR_ZERO, Duration.ZERO);
    return () -> new Shape.Sine(period, amplitude, phase);
  }

  private static Supplier<Shape> sawtooth(Fields fields) {
    Duration period = period(fields);
    double low = fields.required("low", Units.FACTOR, 0.0);
    double high = fields.required("high", Units.FACTOR, 1.0);
    return () -> new Shape.Sawtooth(period, low, high);
  }

  private static Supplier<Shape> burst(Fields fields) {
    Duration at = fields.required("at", Units.TIME_OR_ZERO, Duration.ZERO);
    Duration lasting = fields.required("for", Units.POSITIVE_TIME, Duration.ofNanos(1));
    Duration every = fields.optional("every", Units.INTERVAL, Duration.ZERO);
    double factor = fields.required("factor", Units.FACTOR, 1.0);
    return () -> new Shape.Burst(at, lasting, every, factor);
  }

  private static Optional<Shape> steps(Value value) {
    Reader<Located<Shape.Step>> step = Structures.located(Parts.part(Shapes::step));
    return Structures.list(step, 1, MOST_STEPS).read(value).flatMap(Shapes::inOrder);
  }

  private static Optional<Shape> inOrder(List<Located<Shape.Step>> steps) {
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).read().at().compareTo(steps.get(i - 1).read().at()) <= 0) {
        steps.get(i).at().problem("is not after the step before it", "sort them by 'at'");
        return Optional.empty();
      }
    }
    return Optional.of(new Shape.Steps(steps.stream().map(Located::read).toList()));
  }

  private static Supplier<Shape.Step> step(Fields fields) {
    Duration at = fields.required("at", Units.TIME_OR_ZERO, Duration.ZERO);
    double factor = fields.required("factor", Units.FACTOR, 1.0);
    return () -> new Shape.Step(at, factor);
  }

  private static Supplier<Shape> ramp(Fields fields) {
    Duration from = fields.required("from", Units.TIME_OR_ZERO, Duration.ZERO);
    Duration to = fields.required("to", Units.POSITIVE_TIME, Duration.ofDays(366));
    double before = fields.optional("before", Units.FACTOR, 1.0);
    double after = fields.required("after", Units.FACTOR, 1.0);
    if (to.compareTo(from) <= 0) {
      fields.find("to").ifPresent(at -> at.problem("is not after 'from'", "write a later time"));
    }
    return () -> new Shape.Ramp(from, to, before, after);
  }

  private static Supplier<Shape> noise(Fields fields) {
    Duration period = period(fields);
    double amplitude = fields.required("amplitude", Units.SHARE, 0.0);
    return () -> new Shape.Noise(period, amplitude);
  }

  private static Duration period(Fields fields) {
    return fields.required("period", Units.INTERVAL, Duration.ofMillis(1));
  }
}

package dev.fairlead.simulator.law;

import dev.fairlead.simulator.scenario.Shape;
import java.util.List;

/** A shape made ready: the factor of a rate at each time. */
public final class Factor {
  private final Shape shape;
  private final long seed;
  private final double most;

  /**
   * @param seed of a {@link Shape.Noise}
   */
  public Factor(Shape shape, long seed) {
    this.shape = shape;
    this.seed = seed;
    this.most = most(shape);
  }

  private static double most(Shape shape) {
    return switch (shape) {
      case Shape.Steady ignored -> 1;
      case Shape.Sine sine -> 1 + sine.amplitude();
      case Shape.Sawtooth saw -> Math.max(saw.low(), saw.high());
      case Shape.Burst burst -> Math.max(1, burst.factor());
      case Shape.Steps steps ->
          Math.max(1, steps.steps().stream().mapToDouble(Shape.Step::factor).max().orElse(1));
      case Shape.Ramp ramp -> Math.max(ramp.before(), ramp.after());
      case Shape.Noise noise -> 1 + noise.amplitude();
    };
  }

  /** No factor is larger. */
  public double most() {
    return most;
  }

  public boolean isSteady() {
    return shape instanceof Shape.Steady;
  }

  public double at(long nanos) {
    return switch (shape) {
      case Shape.Steady ignored -> 1;
      case Shape.Sine sine -> {
        double turns = (double) (nanos + sine.phase().toNanos()) / sine.period().toNanos();
        yield 1 + sine.amplitude() * StrictMath.sin(2 * Math.PI * turns);
      }
      case Shape.Sawtooth saw -> {
        long period = saw.period().toNanos();
        yield saw.low() + (saw.high() - saw.low()) * (nanos % period) / period;
      }
      case Shape.Burst burst -> {
        long since = nanos - burst.at().toNanos();
        long every = burst.every().toNanos();
        long within = every > 0 && since >= 0 ? since % every : since;
        yield within >= 0 && within < burst.lasting().toNanos() ? burst.factor() : 1;
      }
      case Shape.Steps steps -> step(steps.steps(), nanos);
      case Shape.Ramp ramp -> {
        double from = ramp.from().toNanos();
        double done = (nanos - from) / (ramp.to().toNanos() - from);
        double share = Math.clamp(done, 0.0, 1.0);
        yield ramp.before() + share * (ramp.after() - ramp.before());
      }
      case Shape.Noise noise -> {
        long period = nanos / noise.period().toNanos();
        double uniform = Bits.unit(Bits.mix(seed + period * Bits.STEP));
        yield 1 + noise.amplitude() * (2 * uniform - 1);
      }
    };
  }

  private static double step(List<Shape.Step> steps, long nanos) {
    double factor = 1;
    for (Shape.Step step : steps) {
      if (step.at().toNanos() > nanos) {
        break;
      }
      factor = step.factor();
    }
    return factor;
  }
}

package dev.fairlead.simulator.scenario;

import java.time.Duration;
import java.util.List;

/** How a rate changes as time goes on: a factor ≥ 0 at each time since the start. */
public sealed interface Shape {
  /** Always 1. */
  record Steady() implements Shape {}

  /**
   * 1 + amplitude · sin(2π (t + phase) / period): a day's or a slower or faster wave.
   *
   * @param amplitude 0…1
   */
  record Sine(Duration period, double amplitude, Duration phase) implements Shape {
    public Sine {
      Check.positive("period", period);
      Check.ratio("amplitude", amplitude);
    }
  }

  /** From {@code low} up to {@code high} in each period, then at once back. */
  record Sawtooth(Duration period, double low, double high) implements Shape {
    public Sawtooth {
      Check.positive("period", period);
      Check.notNegative("low", low);
      Check.positive("high", high);
    }
  }

  /**
   * 1 but for bursts, in which it is {@code factor}.
   *
   * @param at the first
   * @param lasting of each
   * @param every from one to the next; zero: there is only one
   */
  record Burst(Duration at, Duration lasting, Duration every, double factor) implements Shape {
    public Burst {
      Check.notNegative("at", at);
      Check.positive("for", lasting);
      Check.notNegative("every", every);
      Check.notNegative("factor", factor);
    }
  }

  /** 1 until the first step, then what the last step said. In the order of their times. */
  record Steps(List<Step> steps) implements Shape {
    public Steps {
      steps = List.copyOf(steps);
      for (int at = 1; at < steps.size(); at++) {
        if (steps.get(at).at().compareTo(steps.get(at - 1).at()) <= 0) {
          throw new IllegalArgumentException(
              "step " + at + " at " + steps.get(at).at() + " is not after the one before it");
        }
      }
    }
  }

  record Step(Duration at, double factor) {
    public Step {
      Check.notNegative("at", at);
      Check.notNegative("factor", factor);
    }
  }

  /** {@code before} until {@code from}, {@code after} from {@code to} on, a line between. */
  record Ramp(Duration from, Duration to, double before, double after) implements Shape {
    public Ramp {
      Check.notNegative("from", from);
      Check.notNegative("before", before);
      Check.notNegative("after", after);
      if (to.compareTo(from) <= 0) {
        throw new IllegalArgumentException("the ramp's end " + to + " is not after " + from);
      }
    }
  }

  /**
   * Drawn anew each period: uniform in 1 ± amplitude.
   *
   * @param amplitude 0…1
   */
  record Noise(Duration period, double amplitude) implements Shape {
    public Noise {
      Check.positive("period", period);
      Check.ratio("amplitude", amplitude);
    }
  }
}

package dev.fairlead.app.control;

import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The traffic of others, who know no class and turn nothing away. */
final class LedTraffic implements Carrier {
  private final Led led;
  private long now;
  private Controller.@Nullable Step step;

  private String why = "";
  private boolean measured;

  /** Whatever a process before this one ordered may still stand. */
  private boolean released;

  LedTraffic(Led led) {
    this.led = led;
  }

  @Override
  public void look(long nowNanos) {
    now = nowNanos;
  }

  @Override
  public void learnClasses(PolicyKind policy) {
    // All is one.
  }

  @Override
  public List<Observation> seen(TrafficKey key, double endpointRps) {
    Observation seen = led.seen(key, now);
    measured |= seen.destinations().stream().anyMatch(Observation.Destination::isMeasured);
    return List.of(seen);
  }

  @Override
  public boolean isMeasured() {
    return measured;
  }

  @Override
  public void plan(
      TrafficKey key, Map<TrafficKey, Controller.Step> steps, Objective objective, String because) {
    step = Objects.requireNonNull(steps.get(key));
    why = because;
    if (objective.mode() == Mode.ADVISE) {
      if (step.plan().shares().isEmpty()) {
        release();
      } else {
        order(Mode.ADVISE);
      }
    }
  }

  @Override
  public Map<Integer, Double> shed() {
    return Map.of();
  }

  @Override
  public void enforce() {
    if (measured) {
      order(Mode.DRIVE);
    } else {
      led.make();
      released = false;
    }
  }

  private void order(Mode mode) {
    Controller.Step last = step;
    // Before the first plan the weights are the owner's; they are better than none.
    if (measured && last != null && !last.plan().shares().isEmpty()) {
      led.order(mode, last.plan(), why);
      released = false;
    }
  }

  @Override
  public void release() {
    if (!released) {
      led.release();
      released = true;
    }
  }

  @Override
  public String enforcer() {
    return led.enforcer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LedTraffic another && another.led.equals(led);
  }

  @Override
  public int hashCode() {
    return led.hashCode();
  }
}

package dev.fairlead.app.control;

import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The traffic of others, who know no class and turn nothing away. */
final class LedTraffic implements Carrier {
  /** Weights are whole numbers, of which 10 000 are all. */
  private static final double ROUNDING = 2e-4;

  private final Led led;
  private long now;
  private Controller.@Nullable Step step;

  private String why = "";
  private boolean measured;

  /** What was ordered last to be in force, and what was then. */
  private Map<String, Double> ordered = Map.of();

  private Map<String, Double> before = Map.of();

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
      Map<String, Double> shares = new HashMap<>();
      last.plan().shares().forEach(each -> shares.put(each.destination(), each.share()));
      if (mode != Mode.DRIVE) {
        ordered = Map.of();
      } else if (!shares.equals(ordered)) {
        ordered = shares;
        before = led.shares();
      }
      led.order(mode, last.plan(), why);
      released = false;
    }
  }

  @Override
  public Optional<Plan> found(TrafficKey key) {
    Map<String, Double> there = led.shares();
    if (there.isEmpty() || isNear(there, ordered)) {
      return Optional.empty();
    }
    List<Plan.Share> shares = new ArrayList<>();
    new TreeMap<>(there)
        .forEach(
            (name, share) ->
                shares.add(new Plan.Share(name, share, Double.NaN, "as it was found")));
    return Optional.of(new Plan(key, shares));
  }

  @Override
  public boolean isUnmet() {
    Map<String, Double> there = led.shares();
    return !ordered.isEmpty()
        && !there.isEmpty()
        && !isNear(there, ordered)
        && isNear(there, before);
  }

  private static boolean isNear(Map<String, Double> one, Map<String, Double> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(
                each ->
                    Math.abs(each.getValue() - other.getOrDefault(each.getKey(), 0.0)) <= ROUNDING);
  }

  @Override
  public void release() {
    ordered = Map.of();
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

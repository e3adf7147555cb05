package dev.fairlead.app.control;

import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.Plan;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A service's plan as others may see it.
 *
 * @param inForce what {@link Mode#DRIVE} enforces, for all classes together
 * @param wanted what the policy asked for before change control
 * @param byClass the plans of classes that are planned on their own; empty where all are led alike
 * @param version 1 for the first plan, one more for each change
 * @param changedAtMillis wall clock
 * @param changedAtNanos monotonic, for the plan's age
 * @param suppressed changes held back, by reason; cumulative
 * @param history the last versions, this one included, oldest first
 * @param insight what it rests on
 * @param enforcer who enforces it where {@link Mode#DRIVE} does
 */
public record PlanView(
    Mode mode,
    Plan inForce,
    Plan wanted,
    SortedMap<Integer, OfClass> byClass,
    long version,
    long changedAtMillis,
    long changedAtNanos,
    String why,
    Map<String, Long> suppressed,
    double oscillation,
    long badSamples,
    List<PlanVersion> history,
    Insight insight,
    String enforcer) {

  public PlanView {
    byClass = Collections.unmodifiableSortedMap(new TreeMap<>(byClass));
    suppressed = Map.copyOf(suppressed);
    history = List.copyOf(history);
  }

  /** Another plan in force, of a new version. */
  PlanView with(
      Plan otherInForce,
      SortedMap<Integer, OfClass> otherByClass,
      long otherVersion,
      long atMillis,
      long atNanos,
      String otherWhy,
      Collection<PlanVersion> otherHistory) {
    return new PlanView(
        mode,
        otherInForce,
        wanted,
        otherByClass,
        otherVersion,
        atMillis,
        atNanos,
        otherWhy,
        suppressed,
        oscillation,
        badSamples,
        List.copyOf(otherHistory),
        insight,
        enforcer);
  }

  /** The same plan with other numbers that it stands on. */
  PlanView with(Insight other, String otherWhy) {
    return new PlanView(
        mode,
        inForce,
        wanted,
        byClass,
        version,
        changedAtMillis,
        changedAtNanos,
        otherWhy,
        suppressed,
        oscillation,
        badSamples,
        history,
        other,
        enforcer);
  }

  /** The same plan in another mode. */
  PlanView with(Mode other) {
    return new PlanView(
        other,
        inForce,
        wanted,
        byClass,
        version,
        changedAtMillis,
        changedAtNanos,
        why,
        suppressed,
        oscillation,
        badSamples,
        history,
        insight,
        enforcer);
  }

  /**
   * The plan of one class.
   *
   * @param shed the part of its requests that {@link Mode#DRIVE} turns away, in [0, 1]
   */
  public record OfClass(Plan inForce, Plan wanted, double shed) {}
}

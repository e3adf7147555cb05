package dev.fairlead.app.control;

import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One service that is steered: what it reports, and its plan. Used by the steering thread only. */
final class SteeredService {
  /** How many versions there are to go back to: some minutes of a busy plan, days of a calm one. */
  private static final int MOST_VERSIONS = 100;

  private final TrafficKey key;
  private final Carrier carrier;
  private final CapacityWatch capacities;
  private final Deque<PlanVersion> history = new ArrayDeque<>();
  private Map<TrafficKey, Controller.Step> last = Map.of();
  private Optional<Overrides.Freeze> restored = Optional.empty();
  private Optional<Overrides.Applied> applied = Optional.empty();
  private long version;
  private long changedAtMillis;
  private long changedAtNanos;
  private String why = "";
  private @Nullable PlanView view;

  SteeredService(TrafficKey key, Carrier carrier) {
    this.key = key;
    this.carrier = carrier;
    this.capacities = new CapacityWatch(key.service());
  }

  TrafficKey key() {
    return key;
  }

  Carrier carrier() {
    return carrier;
  }

  @Nullable PlanView view() {
    return view;
  }

  /**
   * At once and not at the period's end: that may be an hour away.
   *
   * @param objective with the mode that holds
   * @return whether a period should begin now: what is in force is another's, and the way from
   *     there to the plan is the controller's to find
   */
  boolean obey(
      Overrides.Board orders,
      Objective objective,
      Controller controller,
      long nowNanos,
      Clock clock) {
    Overrides.OfService own = orders.of(key.service());
    boolean goesBack =
        own.freeze().isPresent()
            && own.freeze().get().plan().isPresent()
            && !own.freeze().equals(restored);
    restored = own.freeze();
    if (goesBack) {
      restore(own.freeze().get(), controller, nowNanos, clock.millis());
    }
    Optional<Overrides.Applied> now =
        objective.mode() == Mode.ADVISE ? own.applied() : Optional.empty();
    PlanView shown = view;
    boolean enters = shown != null && shown.mode() != objective.mode();
    Optional<Plan> found =
        enters && !goesBack && objective.mode() == Mode.DRIVE
            ? carrier.found(key)
            : Optional.empty();
    if (found.isPresent()) {
      applied = now;
      view = Objects.requireNonNull(shown).with(objective.mode());
      controller.adopt(nowNanos, found.get());
      return true;
    }
    if (goesBack || enters || !now.equals(applied)) {
      applied = now;
      view = shown == null ? null : shown.with(objective.mode());
      settle(objective);
    }
    return false;
  }

  /**
   * Before a period: has the controller go on from what another one has put in force.
   *
   * @param objective with the mode that holds
   * @return whether our last plan has not come to pass yet: a next one would be a step too far
   */
  boolean isUnmet(Objective objective, Controller controller, long nowNanos) {
    boolean stays = objective.changeControl().freeze();
    // Frozen before the first plan, what is there is what stays, unless it is known what was.
    boolean isKnown = !last.isEmpty() || restored.flatMap(Overrides.Freeze::plan).isPresent();
    if (objective.mode() != Mode.DRIVE || !carrier.isMeasured() || (stays && isKnown)) {
      return false;
    }
    if (!stays && carrier.isUnmet()) {
      return true;
    }
    carrier.found(key).ifPresent(plan -> controller.adopt(nowNanos, plan));
    return false;
  }

  /** A period in which the plan stays, as it has not come to pass yet. */
  void waits(Insight insight) {
    if (view != null) {
      view = view.with(insight, "kept: the last change is not written yet");
    }
  }

  /** Has the plans in force be those of before, which the controller goes on from. */
  private void restore(
      Overrides.Freeze freeze, Controller controller, long nowNanos, long nowMillis) {
    PlanVersion to = freeze.plan().orElseThrow();
    why = "back to version " + to.version() + " by order of " + freeze.order().by();
    controller.adopt(nowNanos, to.plan());
    last.keySet().stream()
        .filter(of -> !of.isWhole())
        .forEach(of -> controller.adopt(nowNanos, to.of(of)));
    PlanView shown = view;
    if (shown == null) {
      return;
    }
    last = with(to);
    remember(nowNanos, nowMillis);
    view =
        shown.with(
            to.plan(), byClass(last), version, changedAtMillis, changedAtNanos, why, history);
  }

  /** The last period's results with another plan in force. */
  private Map<TrafficKey, Controller.Step> with(PlanVersion plan) {
    Map<TrafficKey, Controller.Step> steps = new LinkedHashMap<>();
    last.forEach((of, step) -> steps.put(of, step.with(plan.of(of))));
    return steps;
  }

  /**
   * Has the carrier enforce what is to be in force now, if anything is. What a process before this
   * one enforced stands until the first plan.
   */
  private void settle(Objective objective) {
    if (objective.mode() != Mode.DRIVE && applied.isEmpty()) {
      carrier.release();
    } else if (!last.isEmpty()) {
      tell(objective);
      carrier.enforce();
    }
  }

  /** What somebody applied turns nothing away: what nobody renews must not keep requests out. */
  private void tell(Objective objective) {
    if (applied.isPresent()) {
      PlanVersion plan = applied.get().plan();
      String order = "version " + plan.version() + " applied by order of ";
      carrier.plan(
          key,
          with(plan),
          objective.in(Mode.DRIVE).shedding(false),
          order + applied.get().order().by());
    } else {
      carrier.plan(key, last, objective, why);
    }
  }

  private void remember(long nowNanos, long nowMillis) {
    version++;
    changedAtMillis = nowMillis;
    changedAtNanos = nowNanos;
    SortedMap<Integer, Plan> byClass = new TreeMap<>();
    last.forEach(
        (of, step) -> {
          if (!of.isWhole()) {
            byClass.put(of.trafficClass(), step.plan());
          }
        });
    Plan whole = Objects.requireNonNull(last.get(key)).plan();
    history.addLast(new PlanVersion(version, nowMillis, why, whole, byClass));
    if (history.size() > MOST_VERSIONS) {
      history.removeFirst();
    }
  }

  /** What came since the last period, as of the carrier's last look. */
  List<Observation> seen(double endpointRps) {
    return carrier.seen(key, endpointRps);
  }

  /**
   * What the controller knew when it made the plans of a period.
   *
   * @param seen in the period, perhaps of other services too
   */
  Insight insight(Controller controller, Observations seen, long stepNanos) {
    Map<String, RoundTrip> roundTrips = new HashMap<>();
    controller
        .topology()
        .roundTrips()
        .forEach(
            (way, roundTrip) -> {
              if (way.from().equals(key.sourceCluster())) {
                roundTrips.put(way.to(), roundTrip);
              }
            });
    return new Insight(
        stepNanos,
        controller.solution(),
        controller.quarantined(),
        capacities.after(controller, seen),
        roundTrips,
        seen.all().stream().filter(each -> each.key().equals(key)).findFirst());
  }

  /**
   * Takes a period's results; whether a plan is another than before. There is none to show before
   * anything was measured: the weights that are there are better than what rests on nothing.
   *
   * @param all perhaps of other services too
   */
  boolean take(
      Map<TrafficKey, Controller.Step> all,
      Insight insight,
      Objective objective,
      long nowNanos,
      long nowMillis) {
    Map<TrafficKey, Controller.Step> steps = own(all);
    Controller.Step step = Objects.requireNonNull(steps.get(key));
    last = steps;
    String changed = changed(steps);
    boolean isOther = carrier.isMeasured() && (!changed.isEmpty() || version == 0);
    if (isOther) {
      if (!changed.isEmpty()) {
        why = changed;
      } else if (why.isEmpty()) {
        why = step.why();
      }
      remember(nowNanos, nowMillis);
    }
    tell(objective);
    if (objective.mode() == Mode.DRIVE || applied.isPresent()) {
      carrier.enforce();
    } else if (objective.mode() == Mode.OBSERVE) {
      carrier.release();
    }
    if (!carrier.isMeasured()) {
      return false;
    }
    view =
        new PlanView(
            objective.mode(),
            step.plan(),
            step.wanted(),
            byClass(steps),
            version,
            changedAtMillis,
            changedAtNanos,
            why,
            step.suppressed(),
            step.oscillation(),
            step.badSamples(),
            List.copyOf(history),
            insight,
            carrier.enforcer());
    return isOther;
  }

  /** Why the plan changed, of all classes together or of the first that did; empty: none did. */
  private static String changed(Map<TrafficKey, Controller.Step> steps) {
    for (Map.Entry<TrafficKey, Controller.Step> entry : steps.entrySet()) {
      if (entry.getValue().changed()) {
        String why = entry.getValue().why();
        TrafficKey of = entry.getKey();
        return of.isWhole() ? why : "class " + of.trafficClass() + ": " + why;
      }
    }
    return "";
  }

  private Map<TrafficKey, Controller.Step> own(Map<TrafficKey, Controller.Step> all) {
    Map<TrafficKey, Controller.Step> own = new LinkedHashMap<>(all);
    own.keySet().removeIf(each -> !each.whole().equals(key));
    return own;
  }

  private SortedMap<Integer, PlanView.OfClass> byClass(Map<TrafficKey, Controller.Step> steps) {
    Map<Integer, Double> shed = carrier.shed();
    SortedMap<Integer, PlanView.OfClass> byClass = new TreeMap<>();
    steps.forEach(
        (of, step) -> {
          int trafficClass = of.trafficClass();
          if (!of.isWhole()) {
            byClass.put(
                trafficClass,
                new PlanView.OfClass(
                    step.plan(), step.wanted(), shed.getOrDefault(trafficClass, 0.0)));
          }
        });
    return byClass;
  }

  /** Gives the choice between destinations back to whoever had it. */
  void release() {
    carrier.release();
  }
}

package dev.fairlead.app.control;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.control.Orders;
import dev.fairlead.steering.demand.Classes;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
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
  /** How many changes a person can read; the metrics have the count of all. */
  private static final int RECENT_CHANGES = 20;

  private final TrafficKey key;
  private final ServiceBalancer balancer;
  private final CapacityWatch capacities;
  private final Deque<PlanView.Change> recent = new ArrayDeque<>();
  private Report last;
  private Classes classes = Classes.NONE;
  private Optional<ClassShares> orders = Optional.empty();
  private boolean enforcing;
  private long version;
  private long changedAtMillis;
  private long changedAtNanos;
  private String why = "";
  private @Nullable PlanView view;

  SteeredService(TrafficKey key, ServiceBalancer balancer) {
    this.key = key;
    this.balancer = balancer;
    this.capacities = new CapacityWatch(key.service());
    this.last = balancer.report();
  }

  TrafficKey key() {
    return key;
  }

  ServiceBalancer balancer() {
    return balancer;
  }

  @Nullable PlanView view() {
    return view;
  }

  /** At once and not at the period's end: that may be an hour away. */
  void enter(Mode mode) {
    PlanView shown = view;
    if (mode == Mode.DRIVE) {
      enforce();
    } else {
      release();
    }
    view = shown == null ? null : shown.with(mode);
  }

  Report report() {
    return balancer.report();
  }

  /** A period is over: another class may be worth looking at. */
  void learnClasses(PolicyKind policy, Report now) {
    classes = policy.tellsClasses() ? classes.after(last, now) : Classes.NONE;
  }

  /** What came since the last period: of all classes together, and of each that is told apart. */
  List<Observation> seen(Report now, double endpointRps) {
    return classes.between(key, last, now, endpointRps);
  }

  /**
   * What the controller knew when it made the plans of a period.
   *
   * @param seen in the period, perhaps of other services too
   */
  Insight insight(Controller controller, Observations seen, long stepNanos) {
    return new Insight(
        stepNanos,
        controller.solution(),
        controller.quarantined(),
        capacities.after(controller, seen));
  }

  /**
   * Takes a period's results; whether a plan is another than before.
   *
   * @param all perhaps of other services too
   * @param until where the next period begins
   */
  boolean take(
      Map<TrafficKey, Controller.Step> all,
      Insight insight,
      Report until,
      Objective objective,
      long nowNanos,
      long nowMillis) {
    last = until;
    Map<TrafficKey, Controller.Step> steps = own(all);
    Controller.Step step = Objects.requireNonNull(steps.get(key));
    orders = orders(steps, objective);
    String changed = changed(steps);
    boolean isOther = !changed.isEmpty() || version == 0;
    if (isOther) {
      version++;
      changedAtMillis = nowMillis;
      changedAtNanos = nowNanos;
      why = changed.isEmpty() ? step.why() : changed;
      recent.addLast(new PlanView.Change(nowMillis, why));
      if (recent.size() > RECENT_CHANGES) {
        recent.removeFirst();
      }
    }
    if (objective.mode() == Mode.DRIVE) {
      enforce();
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
            List.copyOf(recent),
            insight);
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

  private Optional<ClassShares> orders(
      Map<TrafficKey, Controller.Step> steps, Objective objective) {
    Map<TrafficKey, Plan> inForce = new HashMap<>();
    steps.forEach((of, step) -> inForce.put(of, step.plan()));
    return Orders.of(key, classes, inForce, objective.period(), objective.shedding());
  }

  private SortedMap<Integer, PlanView.OfClass> byClass(Map<TrafficKey, Controller.Step> steps) {
    Map<Integer, Double> shed = orders.map(ClassShares::shed).orElse(Map.of());
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

  private void enforce() {
    if (orders.isPresent()) {
      balancer.update(orders.get());
      enforcing = true;
    } else {
      // No destination at all: locality decides as soon as there is one.
      release();
    }
  }

  /** Gives the choice between clusters back to locality. */
  void release() {
    if (enforcing) {
      balancer.update(Optional.empty());
      enforcing = false;
    }
  }
}

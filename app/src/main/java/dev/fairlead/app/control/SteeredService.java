package dev.fairlead.app.control;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.control.Orders;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Classes;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The slow loop of one service. Used by the steering thread only. */
final class SteeredService {
  /** How many changes a person can read; the metrics have the count of all. */
  private static final int RECENT_CHANGES = 20;

  private final TrafficKey key;
  private final ServiceBalancer balancer;
  private final Controller controller;
  private final Deque<PlanView.Change> recent = new ArrayDeque<>();
  private Objective objective;
  private Pace periods;
  private Pace checks;
  private Report last;
  private Classes classes = Classes.NONE;
  private Map<TrafficKey, Plan> inForce = Map.of();
  private boolean enforcing;
  private long version;
  private long changedAtMillis;
  private long changedAtNanos;
  private String why = "";
  private @Nullable PlanView view;

  SteeredService(TrafficKey key, ServiceBalancer balancer, Objective objective, long nowNanos) {
    this.key = key;
    this.balancer = balancer;
    this.objective = objective;
    this.controller = new Controller(objective);
    this.periods = new Pace(nowNanos, objective.period().toNanos());
    this.checks = checks(nowNanos, objective);
    this.last = balancer.report();
  }

  TrafficKey key() {
    return key;
  }

  ServiceBalancer balancer() {
    return balancer;
  }

  private static Pace checks(long nowNanos, Objective objective) {
    long period = objective.period().toNanos();
    return new Pace(nowNanos, Math.max(1, period / Controller.CHECKS_PER_PERIOD));
  }

  /** Nanoseconds until {@link #isDue} may say yes. */
  long until(long nowNanos) {
    return Math.min(periods.until(nowNanos), checks.until(nowNanos));
  }

  /** Whether it is time for a step: the period is over, or something cannot wait for its end. */
  boolean isDue(long nowNanos, Topology topology) {
    boolean check = checks.take(nowNanos);
    if (periods.take(nowNanos)) {
      return true;
    }
    if (check && controller.isUrgent(seen(nowNanos, balancer.report(), topology))) {
      periods.restart(nowNanos);
      return true;
    }
    return false;
  }

  @Nullable PlanView view() {
    return view;
  }

  void update(Objective changed, long nowNanos) {
    if (changed.equals(objective)) {
      return;
    }
    controller.update(changed);
    if (!changed.period().equals(objective.period())) {
      periods = new Pace(nowNanos, changed.period().toNanos());
      checks = checks(nowNanos, changed);
    }
    boolean otherMode = changed.mode() != objective.mode();
    objective = changed;
    if (otherMode) {
      enter(changed.mode());
    }
  }

  /** At once and not at the period's end: that may be an hour away. */
  private void enter(Mode mode) {
    PlanView shown = view;
    if (mode == Mode.DRIVE) {
      enforce();
    } else {
      release();
    }
    view = shown == null ? null : shown.with(mode);
  }

  /** One control period. */
  PlanView step(long nowNanos, long nowMillis, Topology topology) {
    Report now = balancer.report();
    classes = objective.policy().tellsClasses() ? classes.after(last, now) : Classes.NONE;
    Observations seen = seen(nowNanos, now, topology);
    last = now;
    Map<TrafficKey, Controller.Step> steps = controller.step(seen);
    Controller.Step step = Objects.requireNonNull(steps.get(key));
    Map<TrafficKey, Plan> plans = new HashMap<>();
    steps.forEach((of, each) -> plans.put(of, each.plan()));
    inForce = plans;
    String changed = changed(steps);
    if (!changed.isEmpty() || version == 0) {
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
    PlanView made =
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
            List.copyOf(recent));
    view = made;
    return made;
  }

  private Observations seen(long nowNanos, Report now, Topology topology) {
    return new Observations(
        nowNanos, classes.between(key, last, now, objective.endpointRps()), topology);
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

  private Optional<ClassShares> orders() {
    return Orders.of(key, classes, inForce, objective.period());
  }

  private SortedMap<Integer, PlanView.OfClass> byClass(Map<TrafficKey, Controller.Step> steps) {
    Map<Integer, Double> shed = orders().map(ClassShares::shed).orElse(Map.of());
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
    Optional<ClassShares> orders = orders();
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

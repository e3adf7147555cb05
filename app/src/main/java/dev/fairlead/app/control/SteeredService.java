package dev.fairlead.app.control;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.Shares;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.demand.Demand;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    if (mode != Mode.DRIVE) {
      release();
    } else if (shown != null) {
      enforce(shown.inForce());
    }
    view = shown == null ? null : shown.with(mode);
  }

  Report report() {
    return balancer.report();
  }

  /** What came since the last period. */
  Observation seen(Report now, double endpointRps) {
    return Demand.between(key, last, now, endpointRps);
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
   * Takes a period's result; whether the plan is another than before.
   *
   * @param until where the next period begins
   */
  boolean take(
      Controller.Step step,
      Insight insight,
      Report until,
      Mode mode,
      long nowNanos,
      long nowMillis) {
    last = until;
    boolean changed = step.changed() || version == 0;
    if (changed) {
      version++;
      changedAtMillis = nowMillis;
      changedAtNanos = nowNanos;
      why = step.why();
      recent.addLast(new PlanView.Change(nowMillis, why));
      if (recent.size() > RECENT_CHANGES) {
        recent.removeFirst();
      }
    }
    if (mode == Mode.DRIVE) {
      enforce(step.plan());
    }
    view =
        new PlanView(
            mode,
            step.plan(),
            step.wanted(),
            version,
            changedAtMillis,
            changedAtNanos,
            why,
            step.suppressed(),
            step.oscillation(),
            step.badSamples(),
            List.copyOf(recent),
            insight);
    return changed;
  }

  private void enforce(Plan plan) {
    Map<String, Double> shares = new HashMap<>();
    for (Plan.Share share : plan.shares()) {
      shares.merge(share.destination(), share.share(), Double::sum);
    }
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum > 0) {
      balancer.update(Optional.of(new Shares(shares)));
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

package dev.fairlead.app.state;

import dev.fairlead.app.control.Insight;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanVersion;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A plan as the state shows it. */
final class PlanStates {
  private static final double SECONDS_PER_HOUR = 3600.0;

  /** How many changes a person can read beside all else. */
  private static final int RECENT_CHANGES = 20;

  private PlanStates() {}

  /** The plan that traffic follows: enforced by its mode, or put in force by hand. */
  static Optional<Plan> followed(ServiceName service, PlanView view, Overrides.Board orders) {
    return view.mode() == Mode.DRIVE
        ? Optional.of(view.inForce())
        : orders.of(service).applied().map(each -> each.plan().plan());
  }

  static State.PlanState of(PlanView view) {
    List<State.ClassState> classes = new ArrayList<>();
    view.byClass()
        .forEach(
            (trafficClass, plan) ->
                classes.addFirst(
                    new State.ClassState(
                        trafficClass, finite(plan.shed()), shares(plan.inForce(), plan.wanted()))));
    List<State.Change> recent = new ArrayList<>();
    List<PlanVersion> history = view.history();
    history
        .subList(Math.max(0, history.size() - RECENT_CHANGES), history.size())
        .forEach(version -> recent.add(new State.Change(version.atMillis(), version.why())));
    return new State.PlanState(
        view.version(),
        view.changedAtMillis(),
        view.why(),
        shares(view.inForce(), view.wanted()),
        classes,
        new TreeMap<>(view.suppressed()),
        finite(view.oscillation()),
        recent,
        new TreeMap<>(view.insight().quarantined()),
        solver(view.insight()));
  }

  private static State.Solver solver(Insight insight) {
    Double millis = finite(insight.stepNanos() / 1e6);
    return insight
        .solution()
        .map(
            found ->
                new State.Solver(
                    millis,
                    found.status().name().toLowerCase(Locale.ROOT),
                    hourly(found.terms().wayDollars()),
                    hourly(found.terms().waitDollars()),
                    hourly(found.terms().egressDollars()),
                    hourly(found.terms().overflowDollars())))
        .orElse(new State.Solver(millis, null, null, null, null, null));
  }

  private static @Nullable Double hourly(double dollarsPerSecond) {
    return finite(dollarsPerSecond * SECONDS_PER_HOUR);
  }

  private static List<State.Share> shares(Plan inForce, Plan wanted) {
    List<State.Share> shares = new ArrayList<>();
    for (Plan.Share share : inForce.shares()) {
      shares.add(
          new State.Share(
              share.destination(),
              finite(share.share()),
              share(wanted, share.destination()),
              finite(share.weight()),
              share.reason()));
    }
    return shares;
  }

  /** Of the plan; null where it does not know the destination. */
  static @Nullable Double share(Plan plan, String destination) {
    for (Plan.Share share : plan.shares()) {
      if (share.destination().equals(destination)) {
        return finite(share.share());
      }
    }
    return null;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

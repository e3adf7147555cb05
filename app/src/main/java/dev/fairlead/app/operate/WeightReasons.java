package dev.fairlead.app.operate;

import dev.fairlead.app.control.Insight;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.state.Sources;
import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.optimize.Binding;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/explain/weights}: why each share of a service's plan is what it is: what was seen,
 * what is believed of capacities, what it costs, who is not heard, what change control did.
 *
 * @param status with whoever ordered something
 * @param limits what keeps it from costing less, the dearest first; in words
 * @param quarantined clusters whose numbers are not heard, each with the reason
 * @param suppressed changes held back so far, by reason
 */
record WeightReasons(
    StatusView.Service status,
    String from,
    double stepMillis,
    List<Destination> destinations,
    List<String> limits,
    Map<String, String> quarantined,
    ChangeLimits changeControl,
    Map<String, Long> suppressed,
    double oscillation,
    long badSamples) {

  /** What the plan may do in one period. */
  record ChangeLimits(
      long periodMillis,
      double deadband,
      double largestStep,
      int minimumHoldPeriods,
      boolean frozen) {}

  /**
   * One destination's share.
   *
   * @param share of the plan
   * @param wanted by the policy, before change control
   * @param weight of the policy's formula; null where it has none
   * @param seen in the last period; null where nothing was
   * @param way how far it is; null where that is not known
   * @param cost per request, where the policy reckons with it
   */
  record Destination(
      String name,
      double share,
      @Nullable Double wanted,
      @Nullable Double weight,
      String reason,
      @Nullable Seen seen,
      @Nullable Way way,
      @Nullable Believed capacity,
      @Nullable Cost cost) {}

  /** What was seen of it; null is not known. */
  record Seen(
      boolean usable,
      double ageSeconds,
      @Nullable Double rps,
      @Nullable Double inFlight,
      @Nullable Double successRatio,
      @Nullable Double p50Millis,
      @Nullable Double p99Millis,
      @Nullable Double bytesSentPerRequest,
      @Nullable Double bytesReceivedPerRequest) {}

  /** The round trip without any service time; one that documents name has an age of 0. */
  record Way(double roundTripMillis, double plusMinusMillis, double ageSeconds) {}

  /** What it is believed to serve. */
  record Believed(@Nullable Double rps, String bound, boolean over, String why) {}

  /** What a request to it costs by the plan. */
  record Cost(
      @Nullable Double latencyMillis,
      @Nullable Double failureMillis,
      @Nullable Double dollarsPerMillion,
      @Nullable Double crowdingMillis) {}

  private static final double NANOS_PER_MILLI = 1e6;

  static WeightReasons of(Sources sources, Steered service) {
    PlanView view = service.plan(sources);
    Objective objective = service.documented();
    ChangeControl control = objective.changeControl();
    Insight insight = view.insight();
    Optional<Overrides.Freeze> freeze = sources.overrides().board().freezeOf(service.name());
    List<Destination> destinations = new ArrayList<>();
    for (Plan.Share share : view.inForce().shares()) {
      destinations.add(destination(share, view));
    }
    return new WeightReasons(
        StatusView.of(sources).of(service.name()).orElseThrow(),
        view.inForce().key().sourceCluster(),
        insight.stepNanos() / NANOS_PER_MILLI,
        destinations,
        view.wanted().bindings().stream().map(Binding::words).toList(),
        new TreeMap<>(insight.quarantined()),
        new ChangeLimits(
            objective.period().toMillis(),
            control.deadband(),
            control.largestStep(),
            control.minimumHoldPeriods(),
            control.freeze() || freeze.isPresent()),
        new TreeMap<>(view.suppressed()),
        view.oscillation(),
        view.badSamples());
  }

  private static Destination destination(Plan.Share share, PlanView view) {
    String name = share.destination();
    Insight insight = view.insight();
    return new Destination(
        name,
        share.share(),
        view.wanted().shares().stream()
            .filter(each -> each.destination().equals(name))
            .map(Plan.Share::share)
            .findFirst()
            .orElse(null),
        finite(share.weight()),
        share.reason(),
        insight.seen().stream()
            .flatMap(seen -> seen.destinations().stream())
            .filter(each -> each.name().equals(name))
            .findFirst()
            .filter(Observation.Destination::isMeasured)
            .map(WeightReasons::seen)
            .orElse(null),
        Optional.ofNullable(insight.roundTrips().get(name)).map(WeightReasons::way).orElse(null),
        Optional.ofNullable(insight.capacities().get(name))
            .map(WeightReasons::believed)
            .orElse(null),
        share.terms().map(WeightReasons::cost).orElse(null));
  }

  private static Seen seen(Observation.Destination seen) {
    return new Seen(
        seen.usable(),
        Math.max(0, seen.ageNanos()) / 1e9,
        finite(seen.startedRps()),
        finite(seen.inFlight()),
        finite(seen.successRatio()),
        finite(seen.p50Nanos() / NANOS_PER_MILLI),
        finite(seen.p99Nanos() / NANOS_PER_MILLI),
        finite(seen.bytesSentPerRequest()),
        finite(seen.bytesReceivedPerRequest()));
  }

  private static Way way(RoundTrip roundTrip) {
    return new Way(
        roundTrip.nanos() / NANOS_PER_MILLI,
        roundTrip.deviationNanos() / NANOS_PER_MILLI,
        roundTrip.ageNanos() / 1e9);
  }

  private static Believed believed(Capacity capacity) {
    return new Believed(
        capacity.rps().isKnown() ? capacity.rps().value() : null,
        capacity.bound().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        capacity.over(),
        capacity.why());
  }

  private static Cost cost(Plan.Terms terms) {
    return new Cost(
        finite(terms.latencyNanos() / NANOS_PER_MILLI),
        finite(terms.failureNanos() / NANOS_PER_MILLI),
        finite(terms.dollars() * 1e6),
        finite(terms.crowdingNanos() / NANOS_PER_MILLI));
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

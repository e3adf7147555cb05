package dev.fairlead.app.state;

import dev.fairlead.app.control.Led;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Traffic that others carry, at the rates that they last told of. */
final class Elsewhere {
  private static final double SECONDS_PER_HOUR = 3600.0;
  private static final double NANOS_PER_MILLI = 1e6;

  /** Rates that are older say nothing of this second. */
  private static final long STALE_NANOS = 60_000_000_000L;

  private final Sources sources;

  Elsewhere(Sources sources) {
    this.sources = sources;
  }

  /** Each backend of the object, and what it costs: a second of it is accounted for. */
  List<State.Cluster> clusters(InForce current, Led led, @Nullable PlanView view) {
    Optional<PlanView> plan = Optional.ofNullable(view);
    Map<String, Observation.Destination> seen = seen(plan);
    Map<String, Double> weights = led.weights();
    TreeSet<String> names = new TreeSet<>(weights.keySet());
    names.addAll(seen.keySet());
    plan.ifPresent(
        each -> each.inForce().shares().forEach(share -> names.add(share.destination())));
    double all = seen.values().stream().mapToDouble(each -> orNone(each.startedRps())).sum();
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    List<State.Cluster> clusters = new ArrayList<>();
    for (String name : names) {
      clusters.add(
          cluster(
              current,
              led.service(),
              seen.getOrDefault(name, unknown(name)),
              plan.map(each -> PlanStates.share(each.inForce(), name)).orElse(null),
              finite(weights.getOrDefault(name, 0.0) / sum),
              all));
    }
    return clusters;
  }

  /** As of the last period, aged since. */
  private Map<String, Observation.Destination> seen(Optional<PlanView> plan) {
    Map<String, Observation.Destination> seen = new LinkedHashMap<>();
    plan.flatMap(each -> each.insight().seen())
        .ifPresent(
            period -> {
              long since = Math.max(0, sources.ticker().nanos() - period.nanos());
              for (Observation.Destination each : period.destinations()) {
                long age = each.isMeasured() ? each.ageNanos() + since : Long.MAX_VALUE;
                seen.put(each.name(), each.aged(each.usable(), age));
              }
            });
    return seen;
  }

  private static Observation.Destination unknown(String name) {
    double none = Double.NaN;
    return new Observation.Destination(
        name, true, Long.MAX_VALUE, none, none, none, none, none, none, none, none, none);
  }

  private State.Cluster cluster(
      InForce current,
      ServiceName service,
      Observation.Destination seen,
      @Nullable Double share,
      @Nullable Double inForce,
      double allRps) {
    var caller = current.configuration().caller();
    Integer ready = Double.isFinite(seen.readyEndpoints()) ? (int) seen.readyEndpoints() : null;
    return new State.Cluster(
        seen.name(),
        current.localityOf(service, seen.name()).toString(),
        seen.name().equals(caller.cluster()),
        ready,
        seen.usable() ? ready : Integer.valueOf(0),
        share,
        inForce,
        finite(seen.startedRps() / allRps),
        finite(seen.startedRps()),
        finite(seen.p50Nanos() / NANOS_PER_MILLI),
        finite(seen.p99Nanos() / NANOS_PER_MILLI),
        finite(seen.successRatio()),
        Double.isFinite(seen.inFlight()) ? Math.round(seen.inFlight()) : null,
        seen.isMeasured() ? seen.ageNanos() / 1e9 : null,
        finite(seen.startedRps() * (seen.bytesSentPerRequest() + seen.bytesReceivedPerRequest())),
        account(current, service, seen));
  }

  /**
   * Dollars an hour; null where the numbers are too old, or unknown, to say, or nobody counts the
   * bytes.
   */
  private @Nullable Double account(
      InForce current, ServiceName service, Observation.Destination seen) {
    if (seen.ageNanos() > STALE_NANOS || !(seen.startedRps() >= 0)) {
      return null;
    }
    double sent = orNone(seen.startedRps() * seen.bytesSentPerRequest());
    double received = orNone(seen.startedRps() * seen.bytesReceivedPerRequest());
    double dollars =
        sources
            .egress()
            .add(
                current.configuration().prices(),
                service,
                seen.name(),
                current.configuration().caller().locality(),
                current.localityOf(service, seen.name()),
                (long) sent,
                (long) received,
                sources.clock().millis());
    sources.ledger().add(service, seen.name(), TrafficLedger.Sum.ofSecond(seen, dollars));
    boolean counted = !(seen.startedRps() > 0) || sent + received > 0;
    return counted ? finite(dollars * SECONDS_PER_HOUR) : null;
  }

  private static double orNone(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}

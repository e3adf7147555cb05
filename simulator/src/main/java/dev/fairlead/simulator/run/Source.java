package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.Shares;
import dev.fairlead.simulator.world.Fleet;
import dev.fairlead.steering.demand.Demand;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observation.Destination;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All callers of one service in one cluster, as the slow loop sees them: one source of reports, one
 * place to enforce a plan.
 */
final class Source {
  private final TrafficKey key;
  private final List<Caller> callers = new ArrayList<>();
  private Map<String, Double> shares = Map.of();
  private Map<String, Double> first = Map.of();
  private double moved;

  private Source(TrafficKey key) {
    this.key = key;
  }

  /** The sources of all callers, in their order. */
  static List<Source> of(List<Caller> callers) {
    Map<List<Integer>, Source> sources = new LinkedHashMap<>();
    for (Caller caller : callers) {
      TrafficKey key =
          new TrafficKey(
              caller.fleet.service().serviceName(), caller.clusterName, TrafficKey.ANY_CLASS);
      sources
          .computeIfAbsent(List.of(caller.cluster, caller.service), at -> new Source(key))
          .callers
          .add(caller);
    }
    return List.copyOf(sources.values());
  }

  TrafficKey key() {
    return key;
  }

  boolean has(Caller caller) {
    return callers.contains(caller);
  }

  /** What the callers of all the cluster's zones saw so far. */
  Report report() {
    List<DestinationReport> rows = new ArrayList<>();
    long nanos = 0;
    for (Caller caller : callers) {
      ServiceBalancer balancer = caller.balancer;
      if (balancer != null) {
        Report report = balancer.report();
        nanos = report.nanos();
        rows.addAll(report.destinations());
      }
    }
    return new Report(key.service(), nanos, rows);
  }

  /** What came between two reports, with the operator's hints of what the pods can serve. */
  Observation between(Report earlier, Report now) {
    Observation seen = Demand.between(key, earlier, now);
    Fleet fleet = callers.get(0).fleet;
    return new Observation(
        seen.key(),
        seen.nanos(),
        seen.destinations().stream().map(each -> hinted(each, fleet)).toList());
  }

  private static Destination hinted(Destination seen, Fleet fleet) {
    double hint = fleet.hintedRps(seen.name());
    return Double.isNaN(hint)
        ? seen
        : new Destination(
            seen.name(),
            seen.usable(),
            seen.ageNanos(),
            seen.startedRps(),
            seen.endedRps(),
            seen.inFlight(),
            seen.successRatio(),
            seen.p50Nanos(),
            seen.p99Nanos(),
            seen.bytesSentPerRequest(),
            seen.bytesReceivedPerRequest(),
            hint,
            seen.meanNanos(),
            seen.readyEndpoints());
  }

  /** Puts a plan in force; one without shares gives the choice back to locality. */
  void enforce(Plan plan) {
    Map<String, Double> wanted = new TreeMap<>();
    for (Plan.Share share : plan.shares()) {
      wanted.merge(share.destination(), share.share(), Double::sum);
    }
    double sum = wanted.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum > 0) {
      moved += shares.isEmpty() ? 0 : distance(shares, wanted);
      first = first.isEmpty() ? wanted : first;
      shares = wanted;
      update(Optional.of(new Shares(wanted)));
    } else {
      release();
    }
  }

  /** Gives the choice between clusters back to locality. */
  void release() {
    if (!shares.isEmpty()) {
      shares = Map.of();
      update(Optional.empty());
    }
  }

  private void update(Optional<Shares> planned) {
    for (Caller caller : callers) {
      if (caller.balancer != null) {
        caller.balancer.update(planned);
      }
    }
  }

  /** A destination's share in the plan in force; NaN without one. */
  double planned(String destination) {
    return shares.isEmpty() ? Double.NaN : shares.getOrDefault(destination, 0.0);
  }

  /** How far shares moved to and fro so far: Σ|Δshare| beyond the net change. */
  double toAndFro() {
    return Math.max(0, moved - distance(first, shares));
  }

  private static double distance(Map<String, Double> from, Map<String, Double> to) {
    Map<String, Double> both = new TreeMap<>(from);
    to.forEach((name, share) -> both.merge(name, -share, Double::sum));
    return both.values().stream().mapToDouble(Math::abs).sum();
  }
}

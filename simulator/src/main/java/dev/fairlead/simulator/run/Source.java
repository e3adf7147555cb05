package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.simulator.world.Fleet;
import dev.fairlead.steering.control.Orders;
import dev.fairlead.steering.demand.Classes;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observation.Destination;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All callers of one service in one cluster, as the slow loop sees them: one source of reports, one
 * place to enforce a plan.
 */
final class Source {
  private final TrafficKey key;
  private final List<Caller> callers = new ArrayList<>();
  private Classes classes = Classes.NONE;
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
    Long[] shed = new Long[ClassShares.CLASSES];
    Arrays.fill(shed, 0L);
    long nanos = 0;
    for (Caller caller : callers) {
      ServiceBalancer balancer = caller.balancer;
      if (balancer != null) {
        Report report = balancer.report();
        nanos = report.nanos();
        rows.addAll(report.destinations());
        for (int at = 0; at < shed.length; at++) {
          shed[at] += report.shed().get(at);
        }
      }
    }
    return new Report(key.service(), nanos, rows, List.of(shed));
  }

  /**
   * What came between two reports, with the operator's hints of what the pods can serve: of all
   * classes together, and of each where the policy tells them apart.
   */
  List<Observation> between(Report earlier, Report now) {
    Fleet fleet = callers.get(0).fleet;
    return classes.between(key, earlier, now, Double.NaN).stream()
        .map(seen -> hinted(seen, fleet))
        .toList();
  }

  /** A period is over: another class may be worth looking at. */
  void learnClasses(PolicyKind policy, Report earlier, Report now) {
    classes = policy.tellsClasses() ? classes.after(earlier, now) : classes;
  }

  private static Observation hinted(Observation seen, Fleet fleet) {
    return new Observation(
        seen.key(),
        seen.nanos(),
        seen.destinations().stream().map(each -> hinted(each, fleet)).toList(),
        seen.shedRps());
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

  /**
   * Puts the plans in force; where there is none with shares, the choice goes back to locality.
   *
   * @param period until the next plans
   * @param shedding whether what they have no capacity for is turned away
   */
  void enforce(Map<TrafficKey, Plan> plans, Duration period, boolean shedding) {
    Optional<ClassShares> orders = Orders.of(key, classes, plans, period, shedding);
    if (orders.isEmpty()) {
      release();
      return;
    }
    Map<String, Double> wanted = orders.get().any().byCluster();
    moved += shares.isEmpty() ? 0 : distance(shares, wanted);
    first = first.isEmpty() ? wanted : first;
    shares = wanted;
    update(balancer -> balancer.update(orders.get()));
  }

  /** Gives the choice between clusters back to locality. */
  void release() {
    if (!shares.isEmpty()) {
      shares = Map.of();
      update(balancer -> balancer.update(Optional.empty()));
    }
  }

  private void update(Consumer<ServiceBalancer> told) {
    for (Caller caller : callers) {
      if (caller.balancer != null) {
        told.accept(caller.balancer);
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

package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.RoundTrips;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Valuation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The weighted round robin of the multi-cluster enhancement proposal: shares in proportion to
 * 1/cost, where the cost of a way is its round trip at the operator's value of a second plus the
 * price of a request's bytes. It answers to no load and no latency of a destination.
 *
 * <ul>
 *   <li>The own cluster costs nothing and takes everything while it is usable, and so does another
 *       that costs nothing.
 *   <li>A way of unknown length costs as much as the mean of the known ones; where none is known,
 *       all are alike.
 *   <li>What residency forbids gets nothing.
 * </ul>
 */
record InverseCost(Valuation valuation) implements SteeringPolicy<Map<TrafficKey, Bytes>> {
  // Of a request and of its answer, as long as none was seen: an ordinary call of an API.
  private static final double USUAL_BYTES_SENT = 1024;
  private static final double USUAL_BYTES_RECEIVED = 16 * 1024;
  // A second's worth where the operator gives it none, so that a round trip is a cost at all.
  private static final double LEAST_DOLLARS_PER_SECOND = 1e-9;

  @Override
  public SteeringPolicy<Map<TrafficKey, Bytes>> with(Valuation other) {
    return new InverseCost(other);
  }

  @Override
  public Map<TrafficKey, Bytes> initial() {
    return Map.of();
  }

  @Override
  public Decision<Map<TrafficKey, Bytes>> decide(Observations seen, Map<TrafficKey, Bytes> state) {
    Map<TrafficKey, Wanted> wanted = new LinkedHashMap<>();
    Map<TrafficKey, Bytes> next = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      TrafficKey key = observation.key();
      if (!wanted.containsKey(key)) {
        Bytes bytes = state.getOrDefault(key, Bytes.UNKNOWN).with(observation, seen.nanos());
        next.put(key, bytes);
        Plan plan = Weighted.plan(key, weights(observation, seen, bytes), 0);
        wanted.put(key, new Wanted(plan, Map.of(), Set.of(), Set.of(), bad(observation)));
      }
    }
    return new Decision<>(wanted, Collections.unmodifiableMap(next));
  }

  private static long bad(Observation observation) {
    long bad = 0;
    for (Observation.Destination row : observation.destinations()) {
      bad += Sample.of(row).bad();
    }
    return bad;
  }

  /** What a way costs, and why. */
  private record Cost(double dollars, String reason) {}

  private Map<String, Weighted> weights(Observation observation, Observations seen, Bytes bytes) {
    String from = observation.key().sourceCluster();
    Map<String, Cost> costs = new LinkedHashMap<>();
    Map<String, Weighted> weights = new LinkedHashMap<>();
    for (Observation.Destination row : observation.destinations()) {
      String to = row.name();
      boolean forbidden = seen.topology().forbidden().contains(new Topology.Way(from, to));
      weights.putIfAbsent(
          to, forbidden ? new Weighted(Double.NaN, "forbidden by residency") : Weighted.unusable());
      if (row.usable() && !forbidden) {
        costs.putIfAbsent(to, cost(from, to, seen, bytes));
      }
    }
    double mean =
        costs.values().stream()
            .mapToDouble(Cost::dollars)
            .filter(dollars -> dollars > 0)
            .average()
            .orElse(1);
    boolean free = costs.values().stream().anyMatch(cost -> cost.dollars() == 0);
    costs.forEach(
        (to, cost) -> {
          double dollars = Double.isNaN(cost.dollars()) ? mean : cost.dollars();
          double weight = free ? (dollars == 0 ? 1 : 0) : mean / dollars;
          weights.put(to, new Weighted(weight, cost.reason()));
        });
    return weights;
  }

  private static String age(Topology topology, String from, String to) {
    Topology.RoundTrip known = topology.roundTrips().get(new Topology.Way(from, to));
    return known == null || known.ageNanos() <= RoundTrips.PING_STALE_NANOS
        ? ""
        : String.format(Locale.ROOT, "; the round trip is %.0f s old", known.ageNanos() / 1e9);
  }

  private Cost cost(String from, String to, Observations seen, Bytes bytes) {
    if (from.equals(to)) {
      return new Cost(0, "its own cluster costs nothing");
    }
    Topology topology = seen.topology();
    double nanos = topology.roundTripNanos(from, to, seen.nanos());
    Locality here = topology.locality(from);
    Locality there = topology.locality(to);
    double price =
        topology
            .prices()
            .dollarsPerRequest(
                here,
                there,
                bytes.sentOr(USUAL_BYTES_SENT),
                bytes.receivedOr(USUAL_BYTES_RECEIVED),
                MonthlyVolume.NONE);
    if (Double.isNaN(nanos)) {
      return new Cost(Double.NaN, "round trip unknown: mean cost");
    }
    double second = Math.max(LEAST_DOLLARS_PER_SECOND, valuation.dollarsPerRequestSecond());
    String reason =
        String.format(
            Locale.ROOT,
            "round trip %s, $%.2g for a request's bytes",
            Describe.millis(nanos),
            price);
    String hints = topology.hintsInWords(from, to, seen.nanos());
    return new Cost(nanos / 1e9 * second + price, reason + age(topology, from, to) + hints);
  }
}

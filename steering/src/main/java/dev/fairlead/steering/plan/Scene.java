package dev.fairlead.steering.plan;

import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.capacity.CapacityEstimator;
import dev.fairlead.steering.capacity.LatencyCurve;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Estimate;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Situation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * One period's observations with what is remembered, as a {@link Situation} to optimise.
 *
 * <ul>
 *   <li>A source of which fresh numbers exist is steered; one whose numbers are stale is background
 *       at the destinations to which it was last seen to send.
 *   <li>Latency of a way is what the source measures there beyond what the destination's curve has
 *       at its present load, so that what is modelled for the present is what is measured; where
 *       nothing was measured, the round trip; where that is unknown, the mean of the known ways.
 *       Failures are added at what they cost their callers. What a queue adds at one that gets more
 *       than it can serve is not the way's.
 *   <li>A destination whose latency was never measured is as slow as the mean of the others; one
 *       that was never full is not trusted with much more than it has served.
 *   <li>Capacity is what is believed less one deviation, but at least half of it, and no less than
 *       what is served now ({@link Prudence}); at one over its capacity a request waits behind what
 *       has piled up ({@link Crowd}).
 * </ul>
 */
final class Scene {
  // While some are turned away, one that was never full gets so many times what it served: all that
  // was turned away would come to it at once, and wait there with the others.
  private static final double GROWTH = 1.5;
  // A service takes some time itself, whatever its calls' averages say.
  private static final double LEAST_OWN = 0.05;
  // Demand is planned for when the plan is in force: half a default period ahead on average.
  private static final long AHEAD_NANOS = 2_500_000_000L;

  private final Observations seen;
  private final Memory memory;

  /** Steered sources with their observations; keys of all are in the order of observation. */
  private final Map<TrafficKey, Observation> steered = new LinkedHashMap<>();

  private final Map<TrafficKey, Observation> all = new LinkedHashMap<>();
  private final Map<String, Place> places = new LinkedHashMap<>();

  /** A destination's present load by fresh and by stale sources, in rps. */
  private static final class Place {
    private boolean usable;
    private double fresh;
    private double stale;
    private double ended;
    private double good;
    private Capacity capacity = Capacity.UNKNOWN;

    /** In rps: what is planned with, and what it may be stretched to before anybody is shed. */
    private double sure;

    private double hoped;
    private LatencyCurve believed = rps -> 0;

    private void count(Sample sample) {
      if (sample.endedRps() >= 0 && sample.success() >= 0) {
        ended += sample.endedRps();
        good += sample.endedRps() * sample.success();
      }
    }
  }

  Scene(Observations seen, Memory memory) {
    this.seen = seen;
    this.memory = memory;
    Set<String> byClass = new HashSet<>();
    for (Observation observation : seen.all()) {
      all.putIfAbsent(observation.key(), observation);
      if (observation.key().trafficClass() != TrafficKey.ANY_CLASS) {
        byClass.add(observation.key().sourceCluster());
      }
    }
    all.forEach(
        (key, observation) -> {
          // Where a source is seen by class too, the whole is their sum and not more traffic.
          boolean sum =
              key.trafficClass() == TrafficKey.ANY_CLASS && byClass.contains(key.sourceCluster());
          if (!sum) {
            add(key, observation);
          }
        });
    places.forEach(
        (name, place) -> place.capacity = memory.capacities().capacity(name, seen.nanos()));
  }

  private void add(TrafficKey key, Observation observation) {
    boolean fresh = demand(key).isKnown();
    if (fresh) {
      steered.put(key, observation);
    }
    for (Observation.Destination row : rows(observation).values()) {
      Place place = places.computeIfAbsent(row.name(), name -> new Place());
      double rps = Sample.of(row).startedRps();
      double known = rps >= 0 ? rps : 0;
      if (fresh) {
        place.usable |= row.usable();
        place.fresh += known;
        place.count(Sample.of(row));
      } else {
        place.stale += known;
      }
    }
  }

  /** An observation's rows by name; the first where a name is there twice. */
  static Map<String, Observation.Destination> rows(Observation observation) {
    Map<String, Observation.Destination> rows = new LinkedHashMap<>();
    for (Observation.Destination row : observation.destinations()) {
      rows.putIfAbsent(row.name(), row);
    }
    return rows;
  }

  private Estimate demand(TrafficKey key) {
    return memory.demands().ahead(key, seen.nanos(), AHEAD_NANOS);
  }

  /** All that were observed, by key; the first where a key is there twice. */
  Map<TrafficKey, Observation> all() {
    return all;
  }

  /** The sources of the situation, in its order. */
  List<TrafficKey> sources() {
    return List.copyOf(steered.keySet());
  }

  /** The destinations of the situation, in its order. */
  List<String> destinations() {
    return List.copyOf(places.keySet());
  }

  /** Whether any latency was measured: else there is nothing to compare. */
  boolean isMeasured() {
    return memory.links().values().stream().anyMatch(Link::isKnown);
  }

  Capacity capacity(String destination) {
    Place place = places.get(destination);
    return place == null ? Capacity.UNKNOWN : place.capacity;
  }

  /** Latency of a destination at a load, as it is believed and not as it is planned with. */
  double believedNanos(String destination, double rps) {
    Place place = places.get(destination);
    return place == null ? 0 : place.believed.nanos(rps);
  }

  /** The part of all fresh load that each destination has now. */
  Map<String, Double> measured() {
    double sum = places.values().stream().mapToDouble(place -> place.fresh).sum();
    Map<String, Double> parts = new LinkedHashMap<>();
    places.forEach((name, place) -> parts.put(name, sum > 0 ? place.fresh / sum : 0));
    return parts;
  }

  Situation situation(double hedge) {
    return situation(hedge, destination -> 0);
  }

  /**
   * @param calls nanoseconds that a destination's measured latency holds for its own calls, which
   *     are steered with it: what is hedged is the rest
   */
  Situation situation(double hedge, ToDoubleFunction<String> calls) {
    List<Situation.Source> sources = new ArrayList<>();
    double total = 0;
    for (TrafficKey key : steered.keySet()) {
      double rps = Math.clamp(demand(key).value(), 0, 1e9);
      total += rps;
      sources.add(new Situation.Source(key.sourceCluster(), key.trafficClass(), rps));
    }
    Map<String, LatencyCurve> curves = curves();
    List<Situation.Destination> destinations = new ArrayList<>();
    double fair = total / places.size();
    believe(fair);
    double hope = hope(total);
    for (Map.Entry<String, Place> entry : places.entrySet()) {
      Place place = entry.getValue();
      LatencyCurve whole = present(entry.getKey(), curves);
      double now = whole.nanos(place.fresh + place.stale);
      LatencyCurve curve = own(whole, now, calls.applyAsDouble(entry.getKey()));
      place.believed = curve;
      double proven = Math.max(fair / 2, memory.capacities().likely(entry.getKey()));
      LatencyCurve unproven = Prudence.unproven(curve, place.capacity, proven);
      LatencyCurve careful =
          crowd(entry.getKey()).map(crowd -> crowd.behind(unproven)).orElse(unproven);
      double scale = Math.max(place.fresh + place.stale, fair);
      destinations.add(
          new Situation.Destination(
              entry.getKey(),
              place.usable,
              place.sure + hope(place, hope),
              place.stale,
              Prudence.hedged(careful, curve.nanos(0), scale, hedge)));
    }
    return new Situation(sources, destinations, ways(curves));
  }

  /** Capacities to plan with, and what they may be stretched to. */
  private void believe(double fair) {
    boolean shedding = all.values().stream().anyMatch(each -> each.shedRps() > 0);
    for (Place place : places.values()) {
      double serves = place.good + place.stale;
      place.sure = Prudence.capacity(place.capacity, serves);
      place.hoped = Prudence.hoped(place.capacity, serves);
      if (shedding && place.sure == Double.POSITIVE_INFINITY && !place.capacity.over()) {
        double served = place.capacity.rps().value();
        place.sure = served > fair / 2 ? served : fair / 2;
        place.hoped = GROWTH * place.sure;
      }
    }
  }

  /**
   * How far capacities go from what is sure, 0, to what is hoped for, 1: as far as it takes to
   * serve all.
   */
  private double hope(double total) {
    double demand = total;
    double sure = 0;
    double hoped = 0;
    for (Place place : places.values()) {
      if (place.usable) {
        demand += place.stale;
        sure += place.sure;
        hoped += place.hoped;
      }
    }
    return demand > sure && hoped > sure ? Math.min(1, (demand - sure) / (hoped - sure)) : 0;
  }

  private static double hope(Place place, double hope) {
    return place.hoped > place.sure ? hope * (place.hoped - place.sure) : 0;
  }

  private static LatencyCurve present(String name, Map<String, LatencyCurve> curves) {
    LatencyCurve curve = curves.get(name);
    if (curve == null) {
      throw new IllegalStateException("no curve for " + name);
    }
    return curve;
  }

  /** What a destination takes itself, of all at any load the part that it has of {@code now}. */
  private static LatencyCurve own(LatencyCurve whole, double now, double calls) {
    double part = now > 0 ? Math.clamp(1 - calls / now, LEAST_OWN, 1) : 1;
    return part < 1 ? rps -> part * whole.nanos(rps) : whole;
  }

  /** What comes to a destination over its capacity; empty where it is not. */
  private Optional<Crowd> crowd(String name) {
    Place place = places.get(name);
    Pile pile = memory.piles().get(name);
    CapacityEstimator estimator = memory.capacities().estimators().get(name);
    if (place == null || pile == null || estimator == null || !place.capacity.over()) {
      return Optional.empty();
    }
    return Optional.of(
        new Crowd(
            estimator,
            place.capacity,
            pile,
            place.fresh,
            place.stale,
            place.ended,
            place.good,
            memory.periodNanos() / 1e9));
  }

  /**
   * The share of a source's requests that may stay with a destination that is over its capacity: of
   * what it was seen to send there the part that {@link Crowd#staying} says.
   */
  double staying(TrafficKey source, String name) {
    double all = 0;
    double there = 0;
    for (Observation.Destination row : rows(present(source)).values()) {
      double rps = Sample.of(row).startedRps();
      all += rps >= 0 ? rps : 0;
      there += rps >= 0 && row.name().equals(name) ? rps : 0;
    }
    return all > 0 ? there / all * crowd(name).map(Crowd::staying).orElse(0.0) : 0;
  }

  private Observation present(TrafficKey source) {
    Observation observation = all.get(source);
    if (observation == null) {
      throw new IllegalStateException("nothing was observed of " + source);
    }
    return observation;
  }

  /** The curves that were fitted; for the others the mean latency of those, at any load. */
  private Map<String, LatencyCurve> curves() {
    Map<String, Double> present = new LinkedHashMap<>();
    places.forEach(
        (name, place) -> {
          double load = place.fresh + place.stale;
          double nanos = place.capacity.curve().map(c -> c.nanos(load)).orElse(seenNanos(name));
          if (!Double.isNaN(nanos)) {
            present.put(name, nanos);
          }
        });
    double mean = present.values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    Map<String, LatencyCurve> curves = new LinkedHashMap<>();
    places.forEach(
        (name, place) -> {
          double flat = present.getOrDefault(name, mean);
          curves.put(name, place.capacity.curve().orElse(rps -> flat));
        });
    return curves;
  }

  /** The least that any source sees of a destination beyond the round trip; NaN where none does. */
  private double seenNanos(String to) {
    double least = Double.NaN;
    for (TrafficKey key : steered.keySet()) {
      Link link = memory.link(key, to);
      if (link.isKnown()) {
        double way = seen.topology().roundTripNanos(key.sourceCluster(), to, seen.nanos());
        double own = Math.max(0, link.nanos() - (way >= 0 ? way : 0));
        least = own < least || Double.isNaN(least) ? own : least;
      }
    }
    return least;
  }

  /** What network controllers say of a way, for a reason. */
  String hints(TrafficKey source, String to) {
    return seen.topology().hintsInWords(source.sourceCluster(), to, seen.nanos());
  }

  private List<Situation.Way> ways(Map<String, LatencyCurve> curves) {
    List<Double> nanos = new ArrayList<>();
    double sum = 0;
    int known = 0;
    for (TrafficKey key : steered.keySet()) {
      for (Map.Entry<String, Place> entry : places.entrySet()) {
        Place place = entry.getValue();
        double served = present(entry.getKey(), curves).nanos(place.fresh + place.stale);
        double way = nanos(key, entry.getKey(), served);
        nanos.add(way);
        if (!Double.isNaN(way)) {
          sum += way;
          known++;
        }
      }
    }
    double mean = known > 0 ? sum / known : 0;
    List<Situation.Way> ways = new ArrayList<>();
    int at = 0;
    for (Map.Entry<TrafficKey, Observation> source : steered.entrySet()) {
      Map<String, Observation.Destination> rows = rows(source.getValue());
      for (String to : places.keySet()) {
        double way = nanos.get(at++);
        Observation.Destination row = rows.get(to);
        boolean closed = row == null || !row.usable();
        ways.add(way(source.getKey(), to, Double.isNaN(way) ? mean : way, closed));
      }
    }
    return ways;
  }

  /** Latency of a way without failures; NaN where unknown. */
  private double nanos(TrafficKey source, String to, double served) {
    Link link = memory.link(source, to);
    double trip = seen.topology().roundTripNanos(source.sourceCluster(), to, seen.nanos());
    if (!link.isKnown()) {
      return trip;
    }
    // A hint is about what is to come, so it counts on top of what was measured.
    double way =
        seen.topology()
            .hinted(source.sourceCluster(), to, Math.max(0, link.nanos() - served), seen.nanos());
    // What the queue adds goes when the load does; it is no part of the way.
    return isCrowded(to) ? Math.min(way, trip >= 0 ? trip : 0) : way;
  }

  private boolean isCrowded(String name) {
    Place place = places.get(name);
    return place != null && place.capacity.crowded();
  }

  /** What failures cost on a way; those of a crowded destination are the load's doing, not its. */
  double failureNanos(TrafficKey source, String to) {
    return isCrowded(to) ? 0 : memory.link(source, to).failureNanos();
  }

  private Situation.Way way(TrafficKey source, String to, double nanos, boolean closed) {
    Topology topology = seen.topology();
    String from = source.sourceCluster();
    Bytes bytes = memory.bytes().getOrDefault(source, Bytes.UNKNOWN);
    double dollars = bytes.dollars(topology, from, to);
    boolean forbidden = closed || topology.forbidden().contains(new Topology.Way(from, to));
    double withFailures = nanos + failureNanos(source, to);
    return new Situation.Way(
        Math.clamp(withFailures, 0, 1e13), Math.clamp(dollars, 0, 1e6), forbidden);
  }
}

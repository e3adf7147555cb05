package dev.fairlead.steering.plan;

import dev.fairlead.steering.capacity.Capacities;
import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.demand.Demands;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@link Optimized} remembers.
 *
 * @param links by source and destination
 * @param bytes by source
 * @param loads of destinations as planned last, where the next solve begins
 * @param piles requests in flight by destination, at the last look
 * @param periodNanos how long a control period is, about: until a plan can be mended
 * @param nanos monotonic time of the last period's end; means nothing before the first
 */
record Memory(
    Demands demands,
    Capacities capacities,
    Map<LinkKey, Link> links,
    Map<TrafficKey, Bytes> bytes,
    Hedge hedge,
    Map<String, Double> loads,
    Map<String, Pile> piles,
    long periodNanos,
    long nanos) {
  private static final long DEFAULT_PERIOD_NANOS = 5_000_000_000L;

  static final Memory INITIAL =
      new Memory(
          Demands.NONE,
          Capacities.NONE,
          Map.of(),
          Map.of(),
          Hedge.INITIAL,
          Map.of(),
          Map.of(),
          DEFAULT_PERIOD_NANOS,
          0);

  private static final long LONGEST_PERIOD_NANOS = 60_000_000_000L;

  /** From a source to a destination. */
  record LinkKey(TrafficKey source, String destination) {}

  Memory {
    links = Collections.unmodifiableMap(new LinkedHashMap<>(links));
    bytes = Collections.unmodifiableMap(new LinkedHashMap<>(bytes));
    loads = Collections.unmodifiableMap(new LinkedHashMap<>(loads));
    piles = Collections.unmodifiableMap(new LinkedHashMap<>(piles));
  }

  /**
   * What all classes together met there, where they were measured together: the way is the same for
   * all, and the more samples the less chance decides who is sent where.
   */
  Link link(TrafficKey source, String destination) {
    Link whole = links.getOrDefault(new LinkKey(source.whole(), destination), Link.UNKNOWN);
    return whole.isKnown()
        ? whole
        : links.getOrDefault(new LinkKey(source, destination), Link.UNKNOWN);
  }

  /** A class that comes up begins with the bytes of all together. */
  private Bytes bytesOf(TrafficKey source) {
    Bytes whole = bytes.getOrDefault(source.whole(), Bytes.UNKNOWN);
    return bytes.getOrDefault(source, whole);
  }

  /** With what was seen in a period; of sources and destinations that it does not name, nothing. */
  Memory after(Observations seen) {
    long now = seen.nanos();
    Capacities capacitiesNow = capacities.after(seen);
    Map<LinkKey, Link> nextLinks = new LinkedHashMap<>();
    Map<TrafficKey, Bytes> nextBytes = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      TrafficKey source = observation.key();
      if (nextBytes.containsKey(source)) {
        continue;
      }
      Bytes before = bytesOf(source);
      nextBytes.put(source, before.with(observation, now));
      for (Observation.Destination row : observation.destinations()) {
        LinkKey key = new LinkKey(source, row.name());
        Link link = links.getOrDefault(key, Link.UNKNOWN);
        boolean fresh = row.usable() && row.ageNanos() <= Sample.STALE_NANOS;
        if (fresh) {
          Capacity was = capacities.capacity(row.name(), now);
          boolean whole = was.over() || capacitiesNow.capacity(row.name(), now).over();
          link = link.with(Sample.of(row), now - Math.max(0, row.ageNanos()), whole);
        }
        nextLinks.putIfAbsent(key, link);
      }
    }
    // One that was cut short by something urgent does not make periods short.
    long last = links.isEmpty() ? periodNanos : Math.max(0, now - nanos);
    long period = Math.clamp(Math.max(last, periodNanos * 2 / 3), 1, LONGEST_PERIOD_NANOS);
    return new Memory(
        demands.after(seen),
        capacitiesNow,
        nextLinks,
        nextBytes,
        hedge,
        loads,
        Pile.after(piles, seen),
        period,
        now);
  }

  /** After a look at a part of a period. */
  Memory looked(Observations soFar) {
    return with(capacities.looked(soFar), soFar);
  }

  /** For a glance at a part of a period: what would be known of capacities if it ended now. */
  Memory glanced(Observations soFar) {
    return with(capacities.after(soFar), soFar);
  }

  private Memory with(Capacities known, Observations soFar) {
    return new Memory(
        demands, known, links, bytes, hedge, loads, Pile.after(piles, soFar), periodNanos, nanos);
  }

  Memory with(Hedge nextHedge, Map<String, Double> nextLoads) {
    return new Memory(
        demands, capacities, links, bytes, nextHedge, nextLoads, piles, periodNanos, nanos);
  }
}

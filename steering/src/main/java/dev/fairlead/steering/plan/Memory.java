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
 */
record Memory(
    Demands demands,
    Capacities capacities,
    Map<LinkKey, Link> links,
    Map<TrafficKey, Bytes> bytes,
    Hedge hedge,
    Map<String, Double> loads) {
  static final Memory INITIAL =
      new Memory(Demands.NONE, Capacities.NONE, Map.of(), Map.of(), Hedge.INITIAL, Map.of());

  /** From a source to a destination. */
  record LinkKey(TrafficKey source, String destination) {}

  Memory {
    links = Collections.unmodifiableMap(new LinkedHashMap<>(links));
    bytes = Collections.unmodifiableMap(new LinkedHashMap<>(bytes));
    loads = Collections.unmodifiableMap(new LinkedHashMap<>(loads));
  }

  Link link(TrafficKey source, String destination) {
    return links.getOrDefault(new LinkKey(source, destination), Link.UNKNOWN);
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
      Bytes before = bytes.getOrDefault(source, Bytes.UNKNOWN);
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
    return new Memory(demands.after(seen), capacitiesNow, nextLinks, nextBytes, hedge, loads);
  }

  Memory looked(Observations soFar) {
    return new Memory(demands, capacities.looked(soFar), links, bytes, hedge, loads);
  }

  Memory with(Hedge nextHedge, Map<String, Double> nextLoads) {
    return new Memory(demands, capacities, links, bytes, nextHedge, nextLoads);
  }
}

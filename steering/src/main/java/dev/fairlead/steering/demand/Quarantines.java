package dev.fairlead.steering.demand;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The reporters of one service's numbers: a source cluster each. Immutable.
 *
 * <p>Whoever is in quarantine is heard no more; what it last said that was good grows old, and is
 * stale after its time, so that a plan goes on without it. Whether its endpoints can be picked is
 * believed, since that concerns nobody else's traffic.
 *
 * @param reporters by source cluster
 * @param last observation of each key, to see whether the next contradicts it
 * @param good last observation of each key from a report without faults
 */
public record Quarantines(
    Map<String, Quarantine> reporters,
    Map<TrafficKey, Observation> last,
    Map<TrafficKey, Observation> good) {
  public static final Quarantines NONE = new Quarantines(Map.of(), Map.of(), Map.of());

  /** A reporter of which nobody heard for so long is forgotten. */
  private static final long FORGET_NANOS = 3600 * 1_000_000_000L;

  private static final String NOTHING_NEW = "nothing new";

  public Quarantines {
    reporters = Collections.unmodifiableMap(new LinkedHashMap<>(reporters));
    last = Collections.unmodifiableMap(new LinkedHashMap<>(last));
    good = Collections.unmodifiableMap(new LinkedHashMap<>(good));
  }

  /** With what was reported in a period. */
  public Quarantines after(Observations seen) {
    Map<String, List<String>> faults = new LinkedHashMap<>();
    Map<String, List<String>> disagreements = Inspection.disagreements(seen);
    Map<TrafficKey, Observation> nextLast = new LinkedHashMap<>(last);
    Map<TrafficKey, Observation> nextGood = new LinkedHashMap<>(good);
    for (Observation observation : seen.all()) {
      TrafficKey key = observation.key();
      Observation before = last.get(key);
      if (before != null && isRepeated(before, observation)) {
        continue;
      }
      List<String> found =
          faults.computeIfAbsent(
              key.sourceCluster(),
              name -> new ArrayList<>(disagreements.getOrDefault(name, List.of())));
      found.addAll(Inspection.faults(observation));
      if (before != null) {
        found.addAll(Inspection.contradictions(before, observation));
      }
      nextLast.put(key, observation);
    }
    Map<String, Quarantine> next = new LinkedHashMap<>(reporters);
    faults.forEach(
        (name, found) -> next.put(name, next.getOrDefault(name, Quarantine.NONE).after(found)));
    nextLast.forEach(
        (key, observation) -> {
          if (faults.getOrDefault(key.sourceCluster(), List.of(NOTHING_NEW)).isEmpty()) {
            nextGood.put(key, observation);
          }
        });
    nextLast.values().removeIf(each -> seen.nanos() - each.nanos() > FORGET_NANOS);
    nextGood.keySet().retainAll(nextLast.keySet());
    Set<String> heard = new HashSet<>();
    nextLast.keySet().forEach(key -> heard.add(key.sourceCluster()));
    next.keySet().retainAll(heard);
    return new Quarantines(next, nextLast, nextGood);
  }

  /** Whether it is an earlier report once more, by now older. */
  private static boolean isRepeated(Observation before, Observation now) {
    if (before.destinations().isEmpty() || now.destinations().isEmpty()) {
      return false;
    }
    return before.nanos() - before.destinations().getFirst().ageNanos()
        == now.nanos() - now.destinations().getFirst().ageNanos();
  }

  /** What was reported, by those that are believed; of the others what was good, with its age. */
  public Observations admitted(Observations seen) {
    List<Observation> all = new ArrayList<>();
    for (Observation observation : seen.all()) {
      Quarantine reporter =
          reporters.getOrDefault(observation.key().sourceCluster(), Quarantine.NONE);
      all.add(reporter.holds() ? withoutNumbers(observation) : observation);
    }
    return new Observations(seen.nanos(), all, seen.topology());
  }

  /** Each reporter in quarantine with the reason. */
  public Map<String, String> why() {
    Map<String, String> why = new LinkedHashMap<>();
    reporters.forEach(
        (name, reporter) -> {
          if (reporter.holds()) {
            why.put(name, reporter.why());
          }
        });
    return why;
  }

  private Observation withoutNumbers(Observation now) {
    TrafficKey key = now.key();
    Observation before = good.getOrDefault(key, new Observation(key, now.nanos(), List.of()));
    Map<String, Observation.Destination> rows = new LinkedHashMap<>();
    before.destinations().forEach(row -> rows.putIfAbsent(row.name(), row));
    long since = Math.max(0, now.nanos() - before.nanos());
    List<Observation.Destination> aged = new ArrayList<>();
    for (Observation.Destination row : now.destinations()) {
      Observation.Destination known = rows.get(row.name());
      aged.add(
          known == null
              ? Observation.Destination.unknown(row.name(), row.usable())
              : known.aged(row.usable(), older(known.ageNanos(), since)));
    }
    return new Observation(now.key(), now.nanos(), aged, before.shedRps());
  }

  /** Of what was never measured the age has no end. */
  private static long older(long ageNanos, long since) {
    return ageNanos > Long.MAX_VALUE - since ? Long.MAX_VALUE : ageNanos + since;
  }
}

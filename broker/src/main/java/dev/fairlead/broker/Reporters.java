package dev.fairlead.broker;

import dev.fairlead.broker.message.EpochId;
import dev.fairlead.broker.message.Limits;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All clusters as the broker knows them, and what they say together. */
final class Reporters {
  /**
   * After so long a silent cluster's last word is worth nothing: what it sent then says nothing of
   * what it sends now.
   */
  static final long FORGET_NANOS = 300_000_000_000L;

  // By name: no number may depend on who reported first.
  private final TreeMap<String, Reporter> byName = new TreeMap<>();
  private final long lostNanos;

  /**
   * @param lostNanos after so long without a report a cluster's numbers are stale
   */
  Reporters(long lostNanos) {
    this.lostNanos = lostNanos;
  }

  Iterable<Reporter> all() {
    return byName.values();
  }

  @Nullable Reporter get(String cluster) {
    return byName.get(cluster);
  }

  /** The one of that name, new if need be; null where there is no room for one more. */
  @Nullable Reporter enter(String cluster, long now) {
    if (!byName.containsKey(cluster) && byName.size() >= Limits.CLUSTERS) {
      byName.values().removeIf(each -> now - each.heardNanos() >= FORGET_NANOS);
      if (byName.size() >= Limits.CLUSTERS) {
        return null;
      }
    }
    return byName.computeIfAbsent(cluster, name -> new Reporter(name, now));
  }

  /** Those whose numbers are gone by, old ones and those of who is in quarantine by now too. */
  private List<Reporter> known(long now) {
    return byName.values().stream().filter(each -> each.isKnown(now, FORGET_NANOS)).toList();
  }

  /** Those for whom plans are made: known, and not in quarantine. */
  List<Reporter> believed(long now) {
    return byName.values().stream().filter(each -> each.isBelieved(now, FORGET_NANOS)).toList();
  }

  /** All that the known ones observed, dated by our clock. */
  List<Observation> observations(long now) {
    List<Observation> dated = new ArrayList<>();
    known(now).forEach(reporter -> dated.addAll(reporter.observations()));
    return dated;
  }

  /**
   * The same, as old as it is now. What others see of a cluster that has become silent is as old as
   * its silence: part of its load, its own clients', is unknown, so change control freezes its
   * shares; unless it is seen to be unusable. One in quarantine is not silent: who could by lying
   * keep others from leaving it would be a danger to them.
   */
  List<Observation> aged(long now, List<Observation> dated) {
    List<Observation> aged = new ArrayList<>();
    for (Observation observation : dated) {
      aged.add(Ages.aged(observation, now, name -> silentNanos(name, now)));
    }
    return aged;
  }

  private long silentNanos(String destination, long now) {
    Reporter reporter = byName.get(destination);
    if (reporter == null || !reporter.isBelieved(now, FORGET_NANOS)) {
      return 0;
    }
    long silent = reporter.silentNanos(now);
    return silent > lostNanos ? silent : 0;
  }

  /** The round trips that the known ones measured. */
  Map<Way, RoundTrip> roundTrips(long now) {
    Map<Way, RoundTrip> measured = new TreeMap<>(Topologies.BY_NAMES);
    for (Reporter reporter : known(now)) {
      reporter
          .roundTrips()
          .forEach(
              (to, roundTrip) ->
                  measured.put(
                      new Topology.Way(reporter.cluster(), to),
                      Ages.aged(roundTrip, reporter.silentNanos(now))));
    }
    return measured;
  }

  /**
   * By whom this broker is fenced: the newest epoch of another that more than half of the believed
   * clusters follow in a higher term, or in the same by a broker whose name comes later. One liar
   * is not more than half, and needs no believing: whoever follows another refuses ours anyway.
   */
  EpochId fence(long now, EpochId own) {
    EpochId fence = EpochId.NONE;
    int followers = 0;
    List<Reporter> believed = believed(now);
    for (Reporter reporter : believed) {
      EpochId other = reporter.following();
      boolean later = other.broker().compareTo(own.broker()) > 0;
      boolean fences =
          other.term() > own.term() || (other.term() == own.term() && later && reporter.isLed());
      if (fences) {
        followers++;
        fence = other.compareTo(fence) > 0 ? other : fence;
      }
    }
    return 2 * followers > believed.size() ? fence : EpochId.NONE;
  }
}

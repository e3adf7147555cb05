package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The loads of all places, as they outlive updates. Updates are the caller's to serialise. */
final class PlaceLoads {
  private final Map<Key, PlaceLoad> byPlace = new HashMap<>();

  /** Candidates of earlier snapshots that are in no pool and had requests in flight. */
  private List<Candidate> departed = List.of();

  /** Hints may give endpoints of one place different priorities, and so different pools. */
  private record Key(Place place, int priority) {}

  PlaceLoad of(Place place, int priority) {
    return byPlace.computeIfAbsent(new Key(place, priority), unused -> new PlaceLoad());
  }

  /**
   * Tells each place whose requests are not its pool's any more, and forgets places that are gone.
   *
   * @param before candidates of the last snapshot
   * @param all candidates of the next one
   * @param pools of the next one
   */
  void settle(Collection<Candidate> before, Collection<Candidate> all, Collection<Pool> pools) {
    Set<EndpointStatistics> members = new HashSet<>();
    for (Pool pool : pools) {
      for (Candidate candidate : pool.candidates()) {
        members.add(candidate.statistics());
      }
    }
    List<Candidate> others = new ArrayList<>();
    Map<PlaceLoad, List<EndpointStatistics>> byLoad = new HashMap<>();
    for (Collection<Candidate> some : List.of(departed, before)) {
      for (Candidate candidate : some) {
        EndpointStatistics statistics = candidate.statistics();
        PlaceLoad load = candidate.placeLoad();
        if (load != null && statistics.inFlight() > 0 && members.add(statistics)) {
          others.add(candidate);
          byLoad.computeIfAbsent(load, unused -> new ArrayList<>()).add(statistics);
        }
      }
    }
    departed = others;
    Set<Key> used = new HashSet<>();
    all.forEach(each -> used.add(new Key(each.endpoint().place(), each.priority())));
    byPlace.keySet().retainAll(used);
    byPlace.values().forEach(load -> load.departed(byLoad.getOrDefault(load, List.of())));
  }
}

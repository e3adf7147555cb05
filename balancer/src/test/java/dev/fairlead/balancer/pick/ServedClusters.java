package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Endpoints that serve what a fixture's balancer sends them, in virtual time: Poisson arrivals, and
 * at each endpoint one queue with exponential service.
 */
final class ServedClusters {
  private static final double SECOND = 1e9;

  private final Fixture fixture;
  private final Map<String, Cluster> clusters;
  private final Map<Integer, Double> freeAt = new HashMap<>();
  private final PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::at));
  private long now;

  /**
   * @param serviceMillis mean
   * @param roundTripMillis from the caller and back
   */
  record Cluster(double serviceMillis, double roundTripMillis) {}

  private record End(long at, Lease lease) {}

  /** What one interval saw: picks and mean latency in milliseconds, by cluster. */
  record Interval(Map<String, Integer> picks, Map<String, Double> latency) {
    double share(String cluster) {
      double all = picks.values().stream().mapToInt(Integer::intValue).sum();
      return picks.getOrDefault(cluster, 0) / all;
    }
  }

  ServedClusters(Fixture fixture, Map<String, Cluster> clusters) {
    this.fixture = fixture;
    this.clusters = clusters;
  }

  private double exponential() {
    return -Math.log(1 - fixture.random.nextDouble());
  }

  private void advanceTo(long at) {
    fixture.ticker.advanceNanos(at - now);
    now = at;
  }

  /** Intervals of so many seconds each, one after the other. */
  List<Interval> run(int intervals, int seconds, double requestsPerSecond) {
    List<Interval> seen = new ArrayList<>();
    for (int interval = 0; interval < intervals; interval++) {
      seen.add(run(seconds, requestsPerSecond));
    }
    return seen;
  }

  Interval run(int seconds, double requestsPerSecond) {
    Map<String, Integer> picks = new HashMap<>();
    Map<String, Double> latency = new HashMap<>();
    long over = now + (long) (seconds * SECOND);
    double arrival = now + exponential() / requestsPerSecond * SECOND;
    while (arrival < over) {
      endUntil((long) arrival);
      advanceTo((long) arrival);
      Lease lease = fixture.lease();
      String name = lease.endpoint().cluster();
      Cluster cluster = clusters.get(name);
      int port = lease.endpoint().address().port();
      double free =
          Math.max(now, freeAt.getOrDefault(port, 0.0))
              + exponential() * cluster.serviceMillis() * 1e6;
      freeAt.put(port, free);
      double answered = free + cluster.roundTripMillis() * 1e6;
      ends.add(new End((long) answered, lease));
      picks.merge(name, 1, Integer::sum);
      latency.merge(name, (answered - now) / 1e6, Double::sum);
      arrival += exponential() / requestsPerSecond * SECOND;
    }
    endUntil(over);
    advanceTo(over);
    latency.replaceAll((name, sum) -> sum / picks.get(name));
    return new Interval(picks, latency);
  }

  private void endUntil(long until) {
    while (!ends.isEmpty() && ends.peek().at() <= until) {
      End end = ends.remove();
      advanceTo(Math.max(now, end.at()));
      end.lease().end(Outcome.REPLIED);
    }
  }
}

package dev.fairlead.app.state;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What traffic each service had with each destination: an hour by minutes, a day by hours. So a
 * pair takes a few kilobytes, whatever its traffic. One thread adds; any may read.
 */
public final class TrafficLedger {
  /** As far back as it remembers. */
  public static final Duration LONGEST = Duration.ofHours(24);

  private static final long MINUTE = 60_000_000_000L;
  private static final long HOUR = 60 * MINUTE;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Ticker ticker;
  private final long began;
  private final Map<ServiceName, SortedMap<String, Pair>> services = new HashMap<>();

  public TrafficLedger(Ticker ticker) {
    this.ticker = ticker;
    this.began = ticker.nanos();
  }

  /**
   * Traffic of some time. What was measured elsewhere comes as rates, so these are no whole
   * numbers.
   *
   * @param ended requests that ended well or failed; the others are no sample
   * @param bytesSent towards the destination
   * @param dollars for the bytes both ways, at the prices of then
   * @param answered of which the latency is known
   * @param latencyNanos of those, together, to the first byte
   */
  public record Sum(
      double requests,
      double ended,
      double failed,
      double bytesSent,
      double bytesReceived,
      double dollars,
      double answered,
      double latencyNanos) {
    public static final Sum NONE = new Sum(0, 0, 0, 0, 0, 0, 0, 0);

    public Sum plus(Sum other) {
      return new Sum(
          requests + other.requests,
          ended + other.ended,
          failed + other.failed,
          bytesSent + other.bytesSent,
          bytesReceived + other.bytesReceived,
          dollars + other.dollars,
          answered + other.answered,
          latencyNanos + other.latencyNanos);
    }

    /** A second at the rates of an observation; what it does not know counts as nothing. */
    static Sum ofSecond(Observation.Destination seen, double dollars) {
      double requests = known(seen.startedRps());
      double ended = known(seen.endedRps());
      double failed = known(ended * (1 - seen.successRatio()));
      double nanos = Double.isNaN(seen.meanNanos()) ? seen.p50Nanos() : seen.meanNanos();
      double answered = nanos > 0 ? ended : 0;
      return new Sum(
          requests,
          ended,
          failed,
          known(requests * seen.bytesSentPerRequest()),
          known(requests * seen.bytesReceivedPerRequest()),
          dollars,
          answered,
          known(answered * nanos));
    }

    private static double known(double value) {
      return value >= 0 && value != Double.POSITIVE_INFINITY ? value : 0;
    }

    static Sum of(ClusterTotals totals, double dollars) {
      return new Sum(
          totals.started(),
          totals.replied() + totals.failed(),
          totals.failed(),
          totals.bytesSent(),
          totals.bytesReceived(),
          dollars,
          totals.latency().count(),
          totals.latency().sumNanos());
    }
  }

  /**
   * Traffic of a window.
   *
   * @param seconds that were looked at: less than asked for where the process is younger
   */
  public record Window(double seconds, SortedMap<String, Sum> byDestination) {}

  /** Sums of one pair, by the time that they are of. */
  private static final class Pair {
    private final TreeMap<Long, Sum> minutes = new TreeMap<>();
    private final TreeMap<Long, Sum> hours = new TreeMap<>();

    void add(long at, Sum more) {
      add(minutes, at / MINUTE, HOUR / MINUTE, more);
      add(hours, at / HOUR, LONGEST.toHours(), more);
    }

    /** The one that is not over comes on top of the whole ones. */
    private static void add(NavigableMap<Long, Sum> sums, long now, long most, Sum more) {
      sums.merge(now, more, Sum::plus);
      sums.headMap(now - most).clear();
    }

    Sum since(long first, boolean byMinutes) {
      Sum sum = Sum.NONE;
      for (Sum each : (byMinutes ? minutes : hours).tailMap(first).values()) {
        sum = sum.plus(each);
      }
      return sum;
    }
  }

  synchronized void add(ServiceName service, String destination, Sum more) {
    services
        .computeIfAbsent(service, any -> new TreeMap<>())
        .computeIfAbsent(destination, any -> new Pair())
        .add(ticker.nanos() - began, more);
  }

  synchronized void forget(Set<ServiceName> all) {
    services.keySet().retainAll(all);
  }

  /**
   * The traffic of a service, from the beginning of the minute that lies so far back, or of the
   * hour where that is more than an hour.
   */
  public synchronized Window since(ServiceName service, Duration back) {
    long now = ticker.nanos() - began;
    boolean byMinutes = back.compareTo(Duration.ofHours(1)) <= 0;
    long unit = byMinutes ? MINUTE : HOUR;
    long first = Math.max(0, now - Math.min(back.toNanos(), LONGEST.toNanos())) / unit;
    SortedMap<String, Sum> sums = new TreeMap<>();
    services
        .getOrDefault(service, new TreeMap<>())
        .forEach((destination, pair) -> sums.put(destination, pair.since(first, byMinutes)));
    return new Window((now - first * unit) / NANOS_PER_SECOND, sums);
  }
}

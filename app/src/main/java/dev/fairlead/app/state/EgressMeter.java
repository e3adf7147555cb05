package dev.fairlead.app.state;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What traffic cost so far. Added up second by second, so that a new price list prices what comes
 * after it and never what was. One thread adds; any may read.
 */
public final class EgressMeter {
  private final Map<Flow, Double> dollars = new ConcurrentHashMap<>();
  private YearMonth month = YearMonth.of(1970, 1);
  private volatile MonthlyVolume volume = MonthlyVolume.NONE;

  /** A service's traffic with one cluster, one way. */
  public record Flow(ServiceName service, String cluster, Direction direction) {}

  /** Which way bytes go, seen from the request. */
  public enum Direction {
    REQUEST,
    RESPONSE
  }

  /**
   * Adds what went between {@code here} and {@code there} since the last time.
   *
   * @return dollars for it, both ways
   */
  double add(
      PriceList prices,
      ServiceName service,
      String cluster,
      Locality here,
      Locality there,
      long bytesSent,
      long bytesReceived,
      long nowMillis) {
    turnMonth(nowMillis);
    return add(
            prices, new Flow(service, cluster, Direction.REQUEST), here, there, (double) bytesSent)
        + add(
            prices,
            new Flow(service, cluster, Direction.RESPONSE),
            there,
            here,
            (double) bytesReceived);
  }

  /** Clouds count a tier's volume by calendar month, in UTC. */
  private void turnMonth(long nowMillis) {
    YearMonth now = YearMonth.from(Instant.ofEpochMilli(nowMillis).atOffset(ZoneOffset.UTC));
    if (!now.equals(month)) {
      month = now;
      volume = MonthlyVolume.NONE;
    }
  }

  private double add(PriceList prices, Flow flow, Locality from, Locality to, double bytes) {
    double more = PriceList.dollars(bytes, prices.dollarsPerGiB(from, to, volume));
    dollars.merge(flow, more, Double::sum);
    if (bytes > 0) {
      volume = volume.plus(prices.meters(from, to), PriceList.gib(bytes));
    }
    return more;
  }

  void forget(Set<ServiceName> all) {
    dollars.keySet().removeIf(flow -> !all.contains(flow.service()));
  }

  /** Cumulative, by flow. */
  public Map<Flow, Double> dollars() {
    return Map.copyOf(dollars);
  }

  /** What this process saw of the month so far. */
  public MonthlyVolume volume() {
    return volume;
  }
}

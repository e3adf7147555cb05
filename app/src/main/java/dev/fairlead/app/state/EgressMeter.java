package dev.fairlead.app.state;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.PriceList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What traffic cost so far. Added up second by second, so that a new price list prices what comes
 * after it and never what was.
 */
public final class EgressMeter {
  private static final double GIB = 1L << 30;

  private final Map<Pair, Double> dollars = new ConcurrentHashMap<>();

  /** A service's traffic with one cluster. */
  public record Pair(ServiceName service, String cluster) {}

  /** Dollars for so many bytes each way between {@code here} and {@code there}. */
  static double price(
      PriceList prices, Locality here, Locality there, double bytesSent, double bytesReceived) {
    return bytesSent / GIB * prices.dollarsPerGiB(here, there)
        + bytesReceived / GIB * prices.dollarsPerGiB(there, here);
  }

  void add(ServiceName service, String cluster, double more) {
    dollars.merge(new Pair(service, cluster), more, Double::sum);
  }

  void forget(java.util.Set<ServiceName> all) {
    dollars.keySet().removeIf(pair -> !all.contains(pair.service()));
  }

  /** Cumulative, by pair. */
  public Map<Pair, Double> dollars() {
    return Map.copyOf(dollars);
  }
}

package dev.fairlead.broker;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Short ways to write observations and read plans in tests. */
public final class Seen {
  public static final long SECOND = 1_000_000_000L;
  public static final ServiceName CART = new ServiceName("shop", "cart");
  public static final Objective L3 =
      new Objective(PolicyKind.L3, Mode.DRIVE, Duration.ofSeconds(5), ChangeControl.DEFAULT);
  public static final List<Steered> STEERED = List.of(Steered.of(CART, L3));

  private Seen() {}

  public static TrafficKey key(String cluster) {
    return new TrafficKey(CART, cluster, TrafficKey.ANY_CLASS);
  }

  public static Observation by(String cluster, long nanos, Observation.Destination... rows) {
    return new Observation(key(cluster), nanos, List.of(rows));
  }

  /** Steady and healthy: rps, and one latency for all in milliseconds. */
  public static Observation.Destination good(String name, double rps, double millis) {
    return row(name, 0, rps, rps, rps * millis / 1e3, 1, millis * 1e6, millis * 1e6);
  }

  public static Observation.Destination gone(String name) {
    double none = Double.NaN;
    return new Observation.Destination(name, false, 0, 0, 0, 0, none, none, none, none, none, none);
  }

  public static Observation.Destination row(
      String name,
      long ageNanos,
      double started,
      double ended,
      double inFlight,
      double success,
      double p50,
      double p99) {
    return new Observation.Destination(
        name, true, ageNanos, started, ended, inFlight, success, p50, p99, 200, 800, Double.NaN);
  }

  public static Map<String, Double> shares(Plan plan) {
    Map<String, Double> shares = new TreeMap<>();
    plan.shares().forEach(share -> shares.put(share.destination(), share.share()));
    return shares;
  }

  /** The largest difference of one share. */
  public static double distance(Map<String, Double> one, Map<String, Double> other) {
    double largest = 0;
    Map<String, Double> all = new TreeMap<>(one);
    all.putAll(other);
    for (String name : all.keySet()) {
      double difference = one.getOrDefault(name, 0.0) - other.getOrDefault(name, 0.0);
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }
}

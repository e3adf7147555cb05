package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Short ways to write observations and read plans in tests. */
public final class Seen {
  public static final TrafficKey KEY =
      new TrafficKey(new ServiceName("shop", "cart"), "west", TrafficKey.ANY_CLASS);

  private Seen() {}

  public static Observation at(double seconds, Observation.Destination... destinations) {
    return new Observation(KEY, (long) (seconds * 1e9), List.of(destinations));
  }

  /** Steady and healthy: rps, P50 and P99 in milliseconds. */
  public static Observation.Destination good(String name, double rps, double p50, double p99) {
    double inFlight = rps * p50 / 1e3;
    return new Observation.Destination(
        name, true, 0, rps, rps, inFlight, 1, p50 * 1e6, p99 * 1e6, 200, 800, Double.NaN);
  }

  public static Observation.Destination silent(String name) {
    double none = Double.NaN;
    return new Observation.Destination(name, true, 0, 0, 0, 0, none, none, none, none, none, none);
  }

  /** Of which nobody ever said anything. */
  public static Observation.Destination unmeasured(String name) {
    double none = Double.NaN;
    return new Observation.Destination(
        name, true, Long.MAX_VALUE, none, none, none, none, none, none, none, none, none);
  }

  public static Observation.Destination gone(String name) {
    double none = Double.NaN;
    return new Observation.Destination(name, false, 0, 0, 0, 0, none, none, none, none, none, none);
  }

  public static Observation.Destination aged(Observation.Destination seen, double seconds) {
    return with(seen, (long) (seconds * 1e9), seen.successRatio(), seen.hintedCapacityRps());
  }

  public static Observation.Destination failing(Observation.Destination seen, double success) {
    return with(seen, seen.ageNanos(), success, seen.hintedCapacityRps());
  }

  /** A destination whose operator says what it can serve. */
  public static Observation.Destination hinted(Observation.Destination seen, double rps) {
    return with(seen, seen.ageNanos(), seen.successRatio(), rps);
  }

  private static Observation.Destination with(
      Observation.Destination seen, long ageNanos, double success, double hintedRps) {
    return new Observation.Destination(
        seen.name(),
        seen.usable(),
        ageNanos,
        seen.startedRps(),
        seen.endedRps(),
        seen.inFlight(),
        success,
        seen.p50Nanos(),
        seen.p99Nanos(),
        seen.bytesSentPerRequest(),
        seen.bytesReceivedPerRequest(),
        hintedRps);
  }

  public static Map<String, Double> shares(Plan plan) {
    Map<String, Double> shares = new HashMap<>();
    plan.shares().forEach(share -> shares.put(share.destination(), share.share()));
    return shares;
  }
}

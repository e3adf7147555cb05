package dev.fairlead.proxy.loop;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of one event loop: written by it alone, read by anyone, so without a lock prefix.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array that lives as long as the enum
public final class LoopCounters {
  /** What is counted. The gauges among them go down too. */
  public enum Counter {
    CLIENT_CONNECTIONS,
    CLIENT_CONNECTIONS_OPEN,
    /** Accepted over the limit and closed at once. */
    CLIENT_CONNECTIONS_REFUSED,
    REQUESTS,
    REQUESTS_IN_FLIGHT,
    RETRIES,
    /** Second attempts beside a first that took long. */
    HEDGES,
    /** Those whose answer began first. */
    HEDGES_WON,
    /** Copies of requests that were sent to mirrors. */
    MIRRORED,
    /** Copies that were not: too large a body, too many under way, no endpoint, cut off. */
    MIRRORS_DROPPED,
    /** What endpoints said of their load in a form that cannot be read. */
    LOAD_REPORTS_BROKEN,
    /** Probes of load that were not sent: too many under way, or the endpoint answers none. */
    PROBES_HELD_BACK,
    /** Questions for a service's load that were answered in its stead. */
    PROBES_ANSWERED,
    UPSTREAM_CONNECTS,
    UPSTREAM_CONNECTIONS_OPEN,
    UPSTREAM_CONNECTIONS_IDLE,
    /**
     * Requests that wait for a connection of HTTP/1, of which there are as many as there may be.
     */
    UPSTREAM_WAITING,
    /** Heads that stayed unfinished for too long. */
    HEAD_TIMEOUTS,
    /** Connections cut since too much waited in all, and they had taken nothing for the longest. */
    STALLED_CUT,
    /** The most bytes that ever waited to be written to one connection. */
    PEAK_BUFFERED
  }

  private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);
  private final AtomicLongArray shed = new AtomicLongArray(Overload.CLASSES);
  private final AtomicLongArray rejects;
  private final AtomicLongArray violations;
  private final Map<ServiceName, AtomicLongArray> refusals = new ConcurrentHashMap<>();

  /**
   * @param rules how many rules may reject a message
   * @param violations how many rules of framing a connection may break
   */
  public LoopCounters(int rules, int violations) {
    rejects = new AtomicLongArray(rules);
    this.violations = new AtomicLongArray(violations);
  }

  public void add(Counter counter, long delta) {
    int i = counter.ordinal();
    values.setOpaque(i, values.getPlain(i) + delta);
  }

  public void max(Counter counter, long value) {
    int i = counter.ordinal();
    if (value > values.getPlain(i)) {
      values.setOpaque(i, value);
    }
  }

  /** A request of this class was turned away as the loop lags. */
  public void shed(int trafficClass) {
    shed.setOpaque(trafficClass, shed.getPlain(trafficClass) + 1);
  }

  public long shedOf(int trafficClass) {
    return shed.getOpaque(trafficClass);
  }

  public void rejected(Enum<?> rule) {
    int i = rule.ordinal();
    rejects.setOpaque(i, rejects.getPlain(i) + 1);
  }

  public void violated(Enum<?> rule) {
    int i = rule.ordinal();
    violations.setOpaque(i, violations.getPlain(i) + 1);
  }

  public long violations(Enum<?> rule) {
    return violations.getOpaque(rule.ordinal());
  }

  /** A request that got no endpoint. */
  public void refused(ServiceName service, Refusal reason) {
    AtomicLongArray counts =
        refusals.computeIfAbsent(service, key -> new AtomicLongArray(Refusal.values().length));
    int i = reason.ordinal();
    counts.setOpaque(i, counts.getPlain(i) + 1);
  }

  public long get(Counter counter) {
    return values.getOpaque(counter.ordinal());
  }

  public long rejects(Enum<?> rule) {
    return rejects.getOpaque(rule.ordinal());
  }

  /** Adds the requests that got no endpoint to those of other loops. */
  public void addRefusals(Map<ServiceName, Map<Refusal, Long>> sums) {
    refusals.forEach(
        (service, counts) -> {
          Map<Refusal, Long> sum =
              sums.computeIfAbsent(service, key -> new EnumMap<>(Refusal.class));
          for (Refusal reason : Refusal.values()) {
            sum.merge(reason, counts.getOpaque(reason.ordinal()), Long::sum);
          }
        });
  }
}

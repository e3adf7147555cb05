package dev.fairlead.telemetry;

import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** How a source fared so far. Safe for any thread. */
final class Counters {
  private final AtomicLong queries = new AtomicLong();
  private final AtomicLong badNumbers = new AtomicLong();
  private final AtomicLong unasked = new AtomicLong();
  private final Map<Reason, AtomicLong> failures = new EnumMap<>(Reason.class);

  Counters() {
    for (Reason reason : Reason.values()) {
      failures.put(reason, new AtomicLong());
    }
  }

  void query() {
    queries.incrementAndGet();
  }

  void bad(long count) {
    badNumbers.addAndGet(count);
  }

  void notAsked() {
    unasked.incrementAndGet();
  }

  void failed(Reason reason) {
    AtomicLong count = failures.get(reason);
    if (count != null) {
      count.incrementAndGet();
    }
  }

  long queries() {
    return queries.get();
  }

  long badNumbers() {
    return badNumbers.get();
  }

  long unasked() {
    return unasked.get();
  }

  /** All reasons, those that did not occur too: a counter should be there before it counts. */
  Map<Reason, Long> failures() {
    Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    failures.forEach((reason, count) -> counts.put(reason, count.get()));
    return counts;
  }
}

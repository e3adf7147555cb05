package dev.fairlead.telemetry.reading;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Sample;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** What is known of one destination, each number with its age. Immutable. */
public record Reading(Map<Quantity, Measured> numbers) {
  public static final Reading NONE = new Reading(Map.of());

  public Reading {
    Map<Quantity, Measured> copy = new EnumMap<>(Quantity.class);
    copy.putAll(numbers);
    numbers = Collections.unmodifiableMap(copy);
  }

  /** With what a period brought; what it did not bring stays and grows old. */
  Reading after(Map<Quantity, Measured> fresh) {
    Map<Quantity, Measured> next = new EnumMap<>(Quantity.class);
    next.putAll(numbers);
    fresh.forEach((of, measured) -> next.merge(of, measured, Measured::orNewer));
    return new Reading(next);
  }

  /** Since a number was measured; {@link Long#MAX_VALUE} where it never was. */
  public long ageNanos(Quantity of, long nowNanos) {
    Measured measured = numbers.get(of);
    return measured == null ? Long.MAX_VALUE : age(measured.atNanos(), nowNanos);
  }

  private static long age(long atNanos, long nowNanos) {
    return Math.max(0, nowNanos - atNanos);
  }

  /**
   * As the slow loop takes it. An observation has one age: the oldest number's in it, so that
   * nothing is taken for newer than it is. A number that is so much older than the newest that one
   * is stale and the other not is left out, or a query that fails for good would make all stale.
   *
   * @param name of the destination
   */
  public Observation.Destination destination(String name, long nowNanos) {
    long newest = Long.MIN_VALUE;
    for (Measured each : numbers.values()) {
      newest = Math.max(newest, each.atNanos());
    }
    long oldest = Long.MAX_VALUE;
    Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
    for (Map.Entry<Quantity, Measured> each : numbers.entrySet()) {
      long at = each.getValue().atNanos();
      if (newest - at <= Sample.STALE_NANOS) {
        values.put(each.getKey(), each.getValue().value());
        oldest = Math.min(oldest, at);
      }
    }
    return new Observation.Destination(
        name,
        true,
        values.isEmpty() ? Long.MAX_VALUE : age(oldest, nowNanos),
        value(values, Quantity.STARTED_RPS),
        value(values, Quantity.ENDED_RPS),
        value(values, Quantity.IN_FLIGHT),
        value(values, Quantity.SUCCESS_RATIO),
        value(values, Quantity.P50_NANOS),
        value(values, Quantity.P99_NANOS),
        value(values, Quantity.SENT_PER_REQUEST),
        value(values, Quantity.RECEIVED_PER_REQUEST),
        Double.NaN,
        value(values, Quantity.MEAN_NANOS),
        Double.NaN);
  }

  private static double value(Map<Quantity, Double> values, Quantity of) {
    return values.getOrDefault(of, Double.NaN);
  }
}

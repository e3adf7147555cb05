package dev.fairlead.broker;

import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What was told growing older: by another's clock at first, by ours from then on. */
final class Ages {
  private Ages() {}

  /** Dated by our clock. The ages of its rows are what they were at its date. */
  static Observation dated(Observation told, long nanos) {
    return new Observation(told.key(), nanos, told.destinations(), told.shedRps());
  }

  /**
   * As old as it is now, and each row at least as {@code atLeast} says of its destination.
   *
   * @param dated by our clock
   */
  static Observation aged(Observation dated, long now, ToLongFunction<String> atLeast) {
    long older = Math.max(0, now - dated.nanos());
    List<Observation.Destination> rows = new ArrayList<>();
    for (Observation.Destination row : dated.destinations()) {
      long age = Math.max(sum(row.ageNanos(), older), atLeast.applyAsLong(row.name()));
      rows.add(row.aged(row.usable(), age));
    }
    return new Observation(dated.key(), now, rows, dated.shedRps());
  }

  static RoundTrip aged(RoundTrip told, long older) {
    return new RoundTrip(
        told.nanos(), told.deviationNanos(), sum(told.ageNanos(), Math.max(0, older)));
  }

  private static long sum(long age, long older) {
    long sum = age + older;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}

package dev.fairlead.simulator.run;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observation.Destination;

/** What a cluster says that does not tell the truth. */
final class Lie {
  private Lie() {}

  /** The same with {@code factor} times the rates and latencies. */
  static Observation about(Observation truth, double factor) {
    if (factor == 1) {
      return truth;
    }
    return new Observation(
        truth.key(),
        truth.nanos(),
        truth.destinations().stream().map(each -> about(each, factor)).toList(),
        truth.shedRps() * factor);
  }

  private static Destination about(Destination truth, double factor) {
    return new Destination(
        truth.name(),
        truth.usable(),
        truth.ageNanos(),
        truth.startedRps() * factor,
        truth.endedRps() * factor,
        truth.inFlight(),
        truth.successRatio(),
        truth.p50Nanos() * factor,
        truth.p99Nanos() * factor,
        truth.bytesSentPerRequest(),
        truth.bytesReceivedPerRequest(),
        truth.hintedCapacityRps(),
        truth.meanNanos() * factor,
        truth.readyEndpoints());
  }
}

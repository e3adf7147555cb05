package dev.fairlead.steering.control;

import dev.fairlead.steering.cost.RoundTrips;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Quarantines;
import java.util.Map;

/**
 * What is seen before a policy that decides for all sources together takes it for true: a reporter
 * that says the impossible is not heard, and ways that nobody knows are as long as requests tell.
 */
final class Intake {
  private Quarantines quarantines = Quarantines.NONE;
  private RoundTrips roundTrips = RoundTrips.NONE;

  /** A period's observations, learned from. */
  Observations period(Observations seen) {
    quarantines = quarantines.after(seen);
    Observations admitted = quarantines.admitted(seen);
    roundTrips = roundTrips.after(seen.nanos(), admitted.latencies(), seen.topology().roundTrips());
    return measured(admitted);
  }

  /** A part of a period's, from which nothing is learned. */
  Observations look(Observations soFar) {
    return measured(quarantines.admitted(soFar));
  }

  /** Whose numbers are not heard now, and why. */
  Map<String, String> quarantined() {
    return quarantines.why();
  }

  private Observations measured(Observations admitted) {
    Topology topology = admitted.topology();
    return new Observations(
        admitted.nanos(),
        admitted.all(),
        topology.with(roundTrips.known(admitted.nanos(), topology.roundTrips())));
  }
}

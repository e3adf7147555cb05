package dev.fairlead.app.simulate.trace;

import dev.fairlead.simulator.scenario.Trace;
import java.util.Optional;

/**
 * One recorded request.
 *
 * @param cluster where it entered; empty where the trace does not say
 * @param service that it called, as the trace calls it; empty where it does not say
 * @param atMicros in microseconds since any moment, the same in all of a trace
 * @param trafficClass as all below: or {@link Trace#UNKNOWN}
 * @param key hash of what an affinity would follow
 */
record Row(
    String cluster,
    String service,
    long atMicros,
    long trafficClass,
    long key,
    long requestBytes,
    long responseBytes,
    long serviceNanos) {

  /** Reads the lines of one format. */
  interface Reader {
    /**
     * @param number of the line, for mistakes
     * @return empty for a line that is right and is no request
     * @throws TraceProblem for one that is wrong
     */
    Optional<Row> read(String line, int number);
  }
}

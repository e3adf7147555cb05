package dev.fairlead.steering.plan;

import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Ewma;
import dev.fairlead.steering.demand.Observation;

/**
 * How large one source's requests and their answers are, averaged over destinations: a matter of
 * who asks for what, not of who answers.
 *
 * @param sent bytes of a request
 * @param received bytes of its answer
 */
record Bytes(Ewma sent, Ewma received) {
  static final Bytes UNKNOWN = new Bytes(Ewma.UNKNOWN, Ewma.UNKNOWN);

  private static final double TAU_NANOS = 30e9;
  // A TiB a request is not a request.
  private static final double HIGHEST = 1e12;

  Bytes with(Observation observation, long now) {
    double requests = 0;
    double out = 0;
    double in = 0;
    for (Observation.Destination row : observation.destinations()) {
      double ended = row.endedRps();
      double each = row.bytesSentPerRequest();
      double back = row.bytesReceivedPerRequest();
      boolean sane =
          ended > 0 && ended <= HIGHEST && isSize(each) && isSize(back) && row.ageNanos() >= 0;
      if (sane) {
        requests += ended;
        out += ended * each;
        in += ended * back;
      }
    }
    return requests > 0
        ? new Bytes(
            sent.with(out / requests, now, TAU_NANOS), received.with(in / requests, now, TAU_NANOS))
        : this;
  }

  /** Price of a request's and its answer's bytes between two clusters; of unknown ones nothing. */
  double dollars(Topology topology, String from, String to) {
    return topology
        .prices()
        .dollarsPerRequest(
            topology.locality(from),
            topology.locality(to),
            sentOr(0),
            receivedOr(0),
            MonthlyVolume.NONE);
  }

  private static boolean isSize(double bytes) {
    return bytes >= 0 && bytes <= HIGHEST;
  }

  double sentOr(double otherwise) {
    return sent.isKnown() ? sent.value() : otherwise;
  }

  double receivedOr(double otherwise) {
    return received.isKnown() ? received.value() : otherwise;
  }
}

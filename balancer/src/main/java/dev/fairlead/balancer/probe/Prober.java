package dev.fairlead.balancer.probe;

import dev.fairlead.balancer.endpoint.Endpoint;
import java.util.function.Consumer;

/** Asks endpoints how loaded they are. The transport implements it. Safe for any thread. */
@FunctionalInterface
public interface Prober {
  /**
   * Starts one probe and returns at once: it is called on the pick path, so it neither blocks nor
   * throws. Should it throw all the same, the probe has failed and the pick goes on.
   *
   * @param timeoutNanos after so long the answer is of no use, and the reply is {@link
   *     ProbeReply.Unanswered#TIMED_OUT}; positive
   * @param reply takes exactly one reply, from any thread, also before this method returns; others
   *     after the first are ignored. The balancer measures the round trip until then, so it is to
   *     be called as soon as the answer is there
   */
  void probe(Endpoint endpoint, long timeoutNanos, Consumer<ProbeReply> reply);
}

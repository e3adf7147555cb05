package dev.fairlead.balancer.stress;

import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.report.DestinationReport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Of two threads that end one lease, one does: nothing in flight is left or counted twice, and
 * there is one latency sample at most, even though one of them was answered.
 *
 * <p>Results: in flight, ends counted, latency samples.
 */
@JCStressTest
@Outcome(id = "0, 1, [01]", expect = Expect.ACCEPTABLE, desc = "ended once")
@Outcome(expect = Expect.FORBIDDEN, desc = "ended twice, or not, or sampled twice")
@State
public class DoubleEnd {
  private final Pair pair = new Pair();
  private final Lease lease = pair.pick();

  @Actor
  public void answeredAndEnded() {
    lease.answered();
    lease.end(dev.fairlead.balancer.outcome.Outcome.REPLIED);
  }

  @Actor
  public void failed() {
    lease.end(dev.fairlead.balancer.outcome.Outcome.FAILED);
  }

  @Arbiter
  public void look(III_Result result) {
    DestinationReport counted = pair.counted();
    result.r1 = pair.first().inFlight();
    result.r2 = (int) (counted.replied() + counted.failed() + counted.ignored());
    result.r3 = (int) counted.latency().count();
  }
}

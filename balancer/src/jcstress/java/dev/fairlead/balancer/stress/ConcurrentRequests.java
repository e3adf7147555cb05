package dev.fairlead.balancer.stress;

import dev.fairlead.balancer.report.DestinationReport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Requests that begin and end on one endpoint at the same time are all counted.
 *
 * <p>Results: in flight as one sees it after its own, in flight in the end, picks, latency samples.
 */
@JCStressTest
@Outcome(id = "[01], 0, 2, 2", expect = Expect.ACCEPTABLE, desc = "both began, both ended")
@Outcome(expect = Expect.FORBIDDEN, desc = "one was lost, or in flight went below 0")
@State
public class ConcurrentRequests {
  private final Pair pair = new Pair();

  @Actor
  public void one(IIII_Result result) {
    pair.pickAndEnd();
    result.r1 = pair.first().inFlight();
  }

  @Actor
  public void other() {
    pair.pickAndEnd();
  }

  @Arbiter
  public void look(IIII_Result result) {
    DestinationReport counted = pair.counted();
    result.r2 = pair.first().inFlight();
    result.r3 = (int) pair.first().picks();
    result.r4 = (int) counted.latency().count();
  }
}

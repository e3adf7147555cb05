package dev.fairlead.balancer.stress;

import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.report.DestinationReport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * An endpoint that left and came back under its address is a new incarnation: a lease of the old
 * one that ends meanwhile changes none of its numbers, and is still counted for the cluster.
 *
 * <p>Results: in flight and picks of the new incarnation, in flight and replies of the cluster.
 */
@JCStressTest
@Outcome(id = "0, 0, 0, 1", expect = Expect.ACCEPTABLE, desc = "new, and the reply was counted")
@Outcome(expect = Expect.FORBIDDEN, desc = "the late end touched the new one or was lost")
@State
public class EndAgainstUpdate {
  private final Pair pair = new Pair();
  private final Lease lease = pair.pick();

  @Actor
  public void updater() {
    pair.removeFirst();
    pair.addFirst();
  }

  @Actor
  public void ender() {
    lease.end(dev.fairlead.balancer.outcome.Outcome.REPLIED);
  }

  @Arbiter
  public void look(IIII_Result result) {
    DestinationReport counted = pair.counted();
    result.r1 = pair.first().inFlight();
    result.r2 = (int) pair.first().picks();
    result.r3 = counted.inFlight();
    result.r4 = (int) counted.replied();
  }
}

package dev.fairlead.balancer.stress;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Lease;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whoever looks while a lease is answered and ended twice sees one in flight or none. */
@JCStressTest
@org.openjdk.jcstress.annotations.Outcome(
    id = "1",
    expect = Expect.ACCEPTABLE,
    desc = "before the end")
@org.openjdk.jcstress.annotations.Outcome(
    id = "0",
    expect = Expect.ACCEPTABLE,
    desc = "after the end")
@org.openjdk.jcstress.annotations.Outcome(
    expect = Expect.FORBIDDEN,
    desc = "below 0, or more than were picked")
@State
public class InFlightWhileEnding {
  private final Pair pair = new Pair();
  private final Lease lease = pair.pick();

  @Actor
  public void ender() {
    lease.answered();
    lease.end(Outcome.REPLIED);
    lease.end(Outcome.REPLIED);
  }

  @Actor
  public void observer(I_Result result) {
    result.r1 = pair.first().inFlight();
  }
}

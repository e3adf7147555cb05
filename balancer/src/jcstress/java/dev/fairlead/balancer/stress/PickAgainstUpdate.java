package dev.fairlead.balancer.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A pick that begins after the update returned never goes to the endpoint that was removed. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "before the update returned: the old set")
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "before the update returned: the new set")
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "after the update: the one that stayed")
@Outcome(expect = Expect.FORBIDDEN, desc = "a refusal, or the removed endpoint after the update")
@State
public class PickAgainstUpdate {
  private final Pair pair = new Pair();
  private volatile boolean updated;

  @Actor
  public void updater() {
    pair.removeFirst();
    updated = true;
  }

  @Actor
  public void picker(II_Result result) {
    result.r1 = updated ? 1 : 0;
    result.r2 = pair.pickedPort();
  }
}

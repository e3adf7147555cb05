package dev.fairlead.balancer.benchmark;

import dev.fairlead.balancer.pick.Request;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One thread's request, with a new affinity key for each pick; policies without affinity skip it. */
@State(Scope.Thread)
public class KeyedRequest implements Request {
  // An odd step through all 64-bit numbers whose upper and lower halves both look random.
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

  private long key = System.identityHashCode(this);

  KeyedRequest next() {
    key += STEP;
    return this;
  }

  @Override
  public boolean hasAffinity() {
    return true;
  }

  @Override
  public long affinity() {
    return key;
  }
}

package dev.fairlead.proxy.probe;

import dev.fairlead.balancer.endpoint.Address;
import java.util.concurrent.TimeUnit;

/**
 * One endpoint as one loop probes it: how many probes are under way, and whether it answers any. It
 * is asked less and less often as long as it does not: most servers have no answer to give, and
 * three probes a request would be three requests more to it.
 */
final class ProbedEndpoint {
  /** One that takes longer than its probes may would else have as many as there are requests. */
  static final int MAX_UNDER_WAY = 8;

  /** A server that is starting, or a connection that breaks, is forgiven. */
  private static final int TOLERATED = 3;

  private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** 64 s: within about a minute of an upgrade its answers are heard. */
  private static final int MAX_DOUBLINGS = 6;

  private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(2);

  final CompiledProbe how;
  final Address address;
  private int underWay;
  private int failures;
  private long restsUntil;
  private long usedAt;

  ProbedEndpoint(CompiledProbe how, Address endpoint, long now) {
    this.how = how;
    this.address = how.address(endpoint);
    usedAt = now;
  }

  /** Whether it may be asked once more; counted if so, until {@link #ended}. */
  boolean mayBegin(long now) {
    usedAt = now;
    if (underWay >= MAX_UNDER_WAY || (failures >= TOLERATED && now - restsUntil < 0)) {
      return false;
    }
    underWay++;
    return true;
  }

  void ended() {
    underWay--;
  }

  void answered() {
    failures = 0;
  }

  /** It has no answer to give. */
  void failed(long now) {
    failures = Math.min(failures + 1, TOLERATED + MAX_DOUBLINGS);
    if (failures >= TOLERATED) {
      restsUntil = now + (FIRST_REST_NANOS << (failures - TOLERATED));
    }
  }

  /** Whether nothing would be lost with it. */
  boolean forgotten(long now) {
    return underWay == 0 && now - usedAt > FORGOTTEN_NANOS;
  }
}

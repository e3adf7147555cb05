package dev.fairlead.simulator.world;

/** Requests per second lately: a mean over time that forgets what was. */
final class RecentRate {
  /** Long enough that chance hides nothing: at 100 rps the rate is known to some 3 %. */
  private static final double TAU_NANOS = 5e9;

  private double rps;
  private long nanos;

  /** One more came. */
  void add(long now) {
    rps = at(now) + 1e9 / TAU_NANOS;
    nanos = now;
  }

  double at(long now) {
    return rps * StrictMath.exp((nanos - now) / TAU_NANOS);
  }
}

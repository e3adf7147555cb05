package dev.fairlead.simulator.law;

import dev.fairlead.simulator.scenario.Law;

/** Arrivals at a rate that changes with a factor, whatever becomes of what arrived. */
public final class OpenArrivals {
  /** While the rate is 0 it is looked at again so often. */
  private static final long LOOK_NANOS = 10_000_000;

  private static final Quantiles UNIT = Quantiles.of(new Law.Exponential(1));

  private final boolean poisson;
  private final double perNano;
  private final Factor factor;
  private final RandomStream random;
  private final long end;

  /**
   * @param poisson else at equal distances
   * @param perSecond where the factor is 1
   * @param end of the simulation, nanoseconds since its start
   */
  public OpenArrivals(
      boolean poisson, double perSecond, Factor factor, RandomStream random, long end) {
    this.end = end;
    this.poisson = poisson;
    this.perNano = perSecond / 1e9;
    this.factor = factor;
    this.random = random;
  }

  /** When the first arrives: equal distances begin anywhere in the first of them. */
  public long first() {
    return poisson ? next(0) : (long) (random.nextDouble() / (perNano * factor.most()));
  }

  /**
   * When the one after {@code last} arrives, nanoseconds since the start; any time after the end if
   * it does so after that.
   */
  public long next(long last) {
    return poisson ? poisson(last) : uniform(last);
  }

  /** Lewis and Shedler's thinning: arrivals at the highest rate, of which some are passed over. */
  private long poisson(long last) {
    double most = perNano * factor.most();
    double at = last;
    do {
      at += UNIT.draw(random.nextLong()) / most;
    } while (!factor.isSteady()
        && at <= end
        && random.nextDouble() * factor.most() >= factor.at((long) at));
    return (long) at;
  }

  private long uniform(long last) {
    long at = last;
    double rate = perNano * factor.at(at);
    double left = 1;
    // A distance that the rate makes longer than a look is walked in looks, since it may change.
    while (rate * LOOK_NANOS < left && at <= end) {
      left -= rate * LOOK_NANOS;
      at += LOOK_NANOS;
      rate = perNano * factor.at(at);
    }
    return at > end ? at : at + (long) (left / rate);
  }
}

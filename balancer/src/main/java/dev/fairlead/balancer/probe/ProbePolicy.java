package dev.fairlead.balancer.probe;

import dev.fairlead.balancer.RandomSource;
import java.time.Duration;

/**
 * How much is probed and how long a probe serves (Wydrowski, Kleinberg, Rumble, Archer, "Load is
 * not what you should balance: Introducing Prequal", NSDI 2024; the names in brackets are theirs).
 *
 * @param poolSize entries that the pool holds at most [m], 2…64
 * @param age after which an entry is dropped, positive: the load of a server has changed by then
 * @param probesPerRequest [r_probe], 0…16; a fraction is a probability
 * @param timeout how long a probe may take over its round trip, positive
 * @param hotQuantile [Q_RIF] an entry with more in flight than this quantile of the pool is hot;
 *     0…1
 * @param removalsPerRequest [r_remove], 0…16; a fraction is a probability
 * @param slack [δ] how much faster the pool may fill than it wears, positive
 */
public record ProbePolicy(
    int poolSize,
    Duration age,
    double probesPerRequest,
    Duration timeout,
    double hotQuantile,
    double removalsPerRequest,
    double slack) {
  public static final ProbePolicy DEFAULT =
      new ProbePolicy(16, Duration.ofSeconds(1), 3, Duration.ofMillis(3), 0.84, 1, 1);

  public ProbePolicy {
    if (poolSize < 2 || poolSize > 64) {
      throw new IllegalArgumentException("poolSize " + poolSize + " is outside 2…64");
    }
    if (!age.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException("age and timeout must be positive");
    }
    checkRate("probesPerRequest", probesPerRequest);
    checkRate("removalsPerRequest", removalsPerRequest);
    if (!(hotQuantile >= 0 && hotQuantile <= 1)) {
      throw new IllegalArgumentException("hotQuantile " + hotQuantile + " is outside 0…1");
    }
    if (!(slack > 0) || slack == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("slack " + slack + " is not a positive number");
    }
  }

  private static void checkRate(String name, double rate) {
    // More a request would load the servers more than the requests do.
    if (!(rate >= 0 && rate <= 16)) {
      throw new IllegalArgumentException(name + " " + rate + " is outside 0…16");
    }
  }

  /**
   * How many requests may be led by one entry: max(1, (1 + δ) / ((1 − m/n)·r_probe − r_remove)), so
   * that the pool does not run empty; without a limit where the denominator is not positive.
   *
   * @param endpoints that may be probed [n], at least 1
   * @return at least 1, maybe infinite
   */
  double reuse(int endpoints) {
    double surplus = (1 - (double) poolSize / endpoints) * probesPerRequest - removalsPerRequest;
    return surplus <= 0 ? Double.POSITIVE_INFINITY : Math.max(1, (1 + slack) / surplus);
  }

  /** {@code rate} as a whole number that is right on average. */
  static int whole(double rate, RandomSource random) {
    int floor = (int) rate;
    double fraction = rate - floor;
    return fraction > 0 && random.nextDouble() < fraction ? floor + 1 : floor;
  }
}

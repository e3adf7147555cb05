package dev.fairlead.balancer.locality;

import java.util.List;

/**
 * The share of traffic that each locality gets in locality mode {@code weighted}: its weight,
 * scaled by its health as Envoy does, effective = weight · min(1, 1.4 · healthy / hosts). So a
 * locality keeps its whole weight while 71 % of it are healthy. Immutable.
 */
public final class LocalityShares {
  private final double[] shares;
  private final boolean panics;

  private LocalityShares(double[] shares, boolean panics) {
    this.shares = shares;
    this.panics = panics;
  }

  /** With the usual overprovisioning factor. */
  public static LocalityShares of(List<Weighted> localities) {
    return of(localities, PriorityLoads.OVERPROVISIONING);
  }

  /**
   * @param overprovisioning percent, at least 100
   */
  public static LocalityShares of(List<Weighted> localities, int overprovisioning) {
    if (overprovisioning < 100) {
      throw new IllegalArgumentException(
          "overprovisioning factor " + overprovisioning + " % is below 100");
    }
    double largest = 0;
    boolean usable = false;
    for (Weighted locality : localities) {
      largest = Math.max(largest, locality.weight());
      usable |= locality.weight() > 0 && locality.counts().healthy() > 0;
    }
    double[] shares = new double[localities.size()];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      Weighted locality = localities.get(i);
      // In terms of the largest, since a sum of the weights themselves might overflow.
      double weight = largest > 0 ? locality.weight() / largest : 0;
      shares[i] = weight * (usable ? locality.health(overprovisioning) : locality.presence());
      sum += shares[i];
    }
    for (int i = 0; i < shares.length && sum > 0; i++) {
      shares[i] /= sum;
    }
    return new LocalityShares(shares, !usable && sum > 0);
  }

  /** Number of localities. */
  public int size() {
    return shares.length;
  }

  /**
   * Share of the traffic in [0, 1], in the order given. They sum to 1; all are 0 if no locality
   * with a weight above 0 has a host.
   */
  public double share(int locality) {
    return shares[locality];
  }

  /**
   * Whether no locality with a weight has a healthy host: health then tells nothing, and the shares
   * are the weights of those that have any host.
   */
  public boolean panics() {
    return panics;
  }

  /**
   * A locality with its declared weight.
   *
   * @param weight finite and at least 0; only the ratio to the others counts
   */
  public record Weighted(double weight, HostCounts counts) {
    public Weighted {
      if (!(weight >= 0) || weight == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("weight " + weight + " is not a finite number ≥ 0");
      }
    }

    private double health(int overprovisioning) {
      return counts.hosts() == 0
          ? 0
          : Math.min(1, overprovisioning / 100.0 * counts.healthy() / counts.hosts());
    }

    private int presence() {
      return counts.hosts() > 0 ? 1 : 0;
    }
  }
}

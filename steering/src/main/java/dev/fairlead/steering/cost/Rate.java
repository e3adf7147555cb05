package dev.fairlead.steering.cost;

import java.util.List;

/**
 * Dollars per GiB by how much was sent over a meter in the month so far. The tiers ascend and the
 * last one has no end, so that every volume has one price.
 */
public record Rate(List<Tier> tiers) {
  public static final Rate FREE = flat(0);

  /**
   * Bytes after those of the tier before, up to {@code upToGib} of the month, cost {@code
   * dollarsPerGib}.
   */
  public record Tier(double upToGib, double dollarsPerGib) {
    public Tier {
      if (!(upToGib > 0)) {
        throw new IllegalArgumentException("a tier up to " + upToGib + " GiB is empty");
      }
      if (!(dollarsPerGib >= 0) || dollarsPerGib == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "price " + dollarsPerGib + " is not a finite number ≥ 0");
      }
    }
  }

  /**
   * @throws IllegalArgumentException if there is no tier, one does not end after the one before, or
   *     the last one ends
   */
  public Rate {
    tiers = List.copyOf(tiers);
    double before = 0;
    for (Tier tier : tiers) {
      if (!(tier.upToGib() > before)) {
        throw new IllegalArgumentException(
            "a tier up to " + tier.upToGib() + " GiB after one up to " + before);
      }
      before = tier.upToGib();
    }
    if (before != Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("what is sent after " + before + " GiB has no price");
    }
  }

  /** The same price for every byte. */
  public static Rate flat(double dollarsPerGib) {
    return new Rate(List.of(new Tier(Double.POSITIVE_INFINITY, dollarsPerGib)));
  }

  public boolean isFlat() {
    return tiers.size() == 1;
  }

  /**
   * Dollars per GiB of the byte that follows {@code sentGib}: the marginal price. A tier's last
   * byte is its own, so at exactly a tier's end the next tier holds. Less than nothing counts as
   * nothing, and so does NaN.
   */
  public double dollarsPerGib(double sentGib) {
    for (Tier tier : tiers) {
      if (!(sentGib >= tier.upToGib())) {
        return tier.dollarsPerGib();
      }
    }
    return tiers.getLast().dollarsPerGib();
  }
}

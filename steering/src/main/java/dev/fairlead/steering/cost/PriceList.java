package dev.fairlead.steering.cost;

import dev.fairlead.balancer.endpoint.Locality;
import java.util.List;

/** Flat prices by pair of localities: the resolved PriceSheets. */
public record PriceList(List<Price> prices) {
  public static final PriceList FREE = new PriceList(List.of());

  public PriceList {
    prices = List.copyOf(prices);
  }

  /**
   * Bytes sent from one locality to another cost {@code dollarsPerGiB}. An empty zone or sub-zone
   * of {@code from} or {@code to} means any.
   */
  public record Price(Locality from, Locality to, double dollarsPerGiB) {
    public Price {
      if (!(dollarsPerGiB >= 0) || dollarsPerGiB == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "price " + dollarsPerGiB + " is not a finite number ≥ 0");
      }
    }
  }

  /**
   * Dollars per GiB sent from one place to another by the most exact price that matches (most
   * non-empty parts; then the first); 0 where none does.
   */
  public double dollarsPerGiB(Locality from, Locality to) {
    throw new AssertionError("contract only");
  }
}

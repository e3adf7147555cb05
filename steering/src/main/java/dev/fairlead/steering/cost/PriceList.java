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
    double dollars = 0;
    int mostExact = -1;
    for (Price price : prices) {
      int exact = parts(price.from()) + parts(price.to());
      boolean matches = matches(price.from(), from) && matches(price.to(), to);
      if (matches && exact > mostExact) {
        mostExact = exact;
        dollars = price.dollarsPerGiB();
      }
    }
    return dollars;
  }

  private static boolean matches(Locality pattern, Locality place) {
    return pattern.region().equals(place.region())
        && (pattern.zone().isEmpty() || pattern.zone().equals(place.zone()))
        && (pattern.subZone().isEmpty() || pattern.subZone().equals(place.subZone()));
  }

  private static int parts(Locality pattern) {
    return (pattern.region().isEmpty() ? 0 : 1)
        + (pattern.zone().isEmpty() ? 0 : 1)
        + (pattern.subZone().isEmpty() ? 0 : 1);
  }
}

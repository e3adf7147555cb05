package dev.fairlead.app.admin;

import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.Configuration.Cluster;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.PriceList.Sheet;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /api/prices}: what bytes cost between the clusters now, and why.
 *
 * @param sheets where the prices are from
 * @param pairs each two clusters, both ways
 */
record PriceView(List<Sheet> sheets, List<Pair> pairs) {
  /** A pair for each two of as many clusters: more would be no list for people. */
  private static final int MOST_CLUSTERS = 100;

  /**
   * Bytes from one cluster to another.
   *
   * @param dollarsPerGiB for the next bytes, surcharges included; 0 where there is no price
   */
  record Pair(
      String from,
      String to,
      String fromLocality,
      String toLocality,
      double dollarsPerGiB,
      List<Meter> meters) {}

  /**
   * One price or surcharge that the bytes pay.
   *
   * @param meter as its volume is counted: what it is for
   * @param dollarsPerGiB of the current tier, what both ends pay together
   * @param monthGiB sent over it in this calendar month, as far as this process saw
   * @param tiered whether its price changes with that
   */
  record Meter(String meter, double dollarsPerGiB, double monthGiB, boolean tiered) {}

  static PriceView of(InForce inForce, MonthlyVolume month) {
    PriceList prices = inForce.configuration().prices();
    List<Cluster> clusters =
        inForce.configuration().clusters().stream().limit(MOST_CLUSTERS).toList();
    List<Pair> pairs = new ArrayList<>();
    for (Cluster from : clusters) {
      for (Cluster to : clusters) {
        if (!from.id().equals(to.id())) {
          pairs.add(pair(prices, month, from, to));
        }
      }
    }
    return new PriceView(prices.sheets(), pairs);
  }

  private static Pair pair(PriceList prices, MonthlyVolume month, Cluster from, Cluster to) {
    Locality here = from.place().locality();
    Locality there = to.place().locality();
    return new Pair(
        from.id(),
        to.id(),
        here.toString(),
        there.toString(),
        prices.dollarsPerGiB(here, there, month),
        prices.meters(here, there).stream().map(price -> meter(price, month)).toList());
  }

  private static Meter meter(Price price, MonthlyVolume month) {
    return new Meter(
        price.meter(),
        price.dollarsPerGib(month),
        month.gib(price.meter()),
        !price.rate().isFlat());
  }
}

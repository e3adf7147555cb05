package dev.fairlead.steering.cost;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * GiB that were sent over each meter in the calendar month so far. A meter is one price: clouds
 * count a tier's volume for each line of their price list.
 *
 * @param gibByMeter by {@link PriceList.Price#meter()}; finite and at least 0; a meter that is not
 *     there has sent nothing
 */
public record MonthlyVolume(SortedMap<String, Double> gibByMeter) {
  public static final MonthlyVolume NONE = new MonthlyVolume(new TreeMap<>());

  public MonthlyVolume {
    gibByMeter = Collections.unmodifiableSortedMap(new TreeMap<>(gibByMeter));
    gibByMeter.forEach(
        (meter, gib) -> {
          if (!(gib >= 0) || gib == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(meter + " sent " + gib + " GiB");
          }
        });
  }

  /** What went over a meter so far. */
  public double gib(String meter) {
    return gibByMeter.getOrDefault(meter, 0.0);
  }

  /** With more sent over each of the meters. */
  public MonthlyVolume plus(Iterable<PriceList.Price> meters, double gib) {
    SortedMap<String, Double> more = new TreeMap<>(gibByMeter);
    meters.forEach(price -> more.merge(price.meter(), gib, Double::sum));
    return new MonthlyVolume(more);
  }
}

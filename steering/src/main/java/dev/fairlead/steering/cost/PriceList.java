package dev.fairlead.steering.cost;

import dev.fairlead.balancer.endpoint.Locality;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What bytes cost from one place to another: the resolved PriceSheets. Of all prices that match the
 * most exact holds, as {@link Scope} orders them, and of equally exact ones the dearer: an overlap
 * must not make traffic look cheaper than it may be. Surcharges are added to it: of each name the
 * most exact that matches. What has no price is free.
 *
 * @param prices in that order
 * @param providers by region: only as far as ClusterProfiles say so
 * @param sheets where all this is from
 */
public record PriceList(
    List<Price> prices,
    List<Price> surcharges,
    SortedMap<String, String> providers,
    List<Sheet> sheets) {
  // Before FREE, which needs it.
  private static final Comparator<Price> ORDER =
      Comparator.comparing(Price::scope, Scope.MOST_EXACT)
          .thenComparingDouble(price -> -price.dollarsPerGib(MonthlyVolume.NONE))
          .thenComparing(Price::meter);

  public static final PriceList FREE = new PriceList(List.of());

  private static final double GIB = 1L << 30;

  public PriceList {
    prices = prices.stream().sorted(ORDER).toList();
    surcharges = surcharges.stream().sorted(ORDER).toList();
    providers = Collections.unmodifiableSortedMap(new TreeMap<>(providers));
    sheets = List.copyOf(sheets);
  }

  /** Prices alone, without a word about providers. */
  public PriceList(List<Price> prices) {
    this(prices, List.of(), new TreeMap<>(), List.of());
  }

  /**
   * One PriceSheet.
   *
   * @param name with its namespace
   * @param source who published the prices; empty where the sheet does not say
   * @param date of their publication, {@code 2026-07-20}; empty likewise
   * @param example whether the sheet calls itself an example, that may be outdated
   */
  public record Sheet(String name, String provider, String source, String date, boolean example) {}

  /**
   * One line of a price list.
   *
   * @param name of a surcharge; empty for a price
   * @param bothBilled the receiver pays as much as the sender, as for AWS between zones
   * @param elsewhereGib what else goes over this meter in a month and is not seen here: it comes
   *     before what is
   */
  public record Price(
      String name, Scope scope, Rate rate, boolean bothBilled, double elsewhereGib) {
    public Price {
      if (!(elsewhereGib >= 0) || elsewhereGib == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(elsewhereGib + " GiB elsewhere is no finite number ≥ 0");
      }
    }

    /** A flat price that the sender pays; what is empty in the localities is any. */
    public Price(Locality from, Locality to, double dollarsPerGib) {
      this("", Scope.between(from, to), Rate.flat(dollarsPerGib), false, 0);
    }

    /** Under which its volume of the month is counted. */
    public String meter() {
      return name.isEmpty() ? scope.toString() : name + " of " + scope;
    }

    private Price marginal(MonthlyVolume month) {
      double now = rate.dollarsPerGib(elsewhereGib + month.gib(meter()));
      return rate.isFlat() ? this : new Price(name, scope, Rate.flat(now), bothBilled, 0);
    }

    /** Dollars for the next GiB, what both ends pay together. */
    public double dollarsPerGib(MonthlyVolume month) {
      return rate.dollarsPerGib(elsewhereGib + month.gib(meter())) * (bothBilled ? 2 : 1);
    }
  }

  /**
   * With the price of the current tier instead of each price in tiers: what the next bytes cost,
   * for whoever decides where they go and need not know of months.
   */
  public PriceList marginal(MonthlyVolume month) {
    return new PriceList(
        prices.stream().map(price -> price.marginal(month)).toList(),
        surcharges.stream().map(price -> price.marginal(month)).toList(),
        providers,
        sheets);
  }

  /** As {@link #dollarsPerGiB(Locality, Locality, MonthlyVolume)} at the beginning of a month. */
  public double dollarsPerGiB(Locality from, Locality to) {
    return dollarsPerGiB(from, to, MonthlyVolume.NONE);
  }

  /** Dollars for the next GiB sent from one place to another, surcharges included. */
  public double dollarsPerGiB(Locality from, Locality to, MonthlyVolume month) {
    double dollars = 0;
    for (Price meter : meters(from, to)) {
      dollars += meter.dollarsPerGib(month);
    }
    return dollars;
  }

  /**
   * Dollars for one more request: its bytes on the way there and its answer's on the way back, each
   * at its direction's marginal price.
   *
   * @param bytesOut mean bytes of a request, finite and at least 0
   * @param bytesIn mean bytes of its answer, likewise
   */
  public double dollarsPerRequest(
      Locality from, Locality to, double bytesOut, double bytesIn, MonthlyVolume month) {
    return dollars(bytesOut, dollarsPerGiB(from, to, month))
        + dollars(bytesIn, dollarsPerGiB(to, from, month));
  }

  /** Dollars for so many bytes. */
  public static double dollars(double bytes, double dollarsPerGib) {
    return gib(bytes) * dollarsPerGib;
  }

  /** Bytes in GiB. */
  public static double gib(double bytes) {
    return bytes / GIB;
  }

  /** What bytes from one place to another are counted by: their price and their surcharges. */
  public List<Price> meters(Locality from, Locality to) {
    List<Price> meters = new ArrayList<>();
    price(from, to).ifPresent(meters::add);
    String sender = provider(from);
    String receiver = provider(to);
    Set<String> added = new HashSet<>();
    for (Price surcharge : surcharges) {
      if (surcharge.scope().matches(from, sender, to, receiver) && added.add(surcharge.name())) {
        meters.add(surcharge);
      }
    }
    return meters;
  }

  /** The price that holds from one place to another, without surcharges. */
  public Optional<Price> price(Locality from, Locality to) {
    String sender = provider(from);
    String receiver = provider(to);
    for (Price price : prices) {
      if (price.scope().matches(from, sender, to, receiver)) {
        return Optional.of(price);
      }
    }
    return Optional.empty();
  }

  /** Of a region; empty where no ClusterProfile says so. */
  public String provider(Locality place) {
    return providers.getOrDefault(place.region(), "");
  }
}

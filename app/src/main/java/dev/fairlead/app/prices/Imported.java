package dev.fairlead.app.prices;

import dev.fairlead.app.command.CommandFailure;
import dev.fairlead.app.command.Exit;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Rate;
import dev.fairlead.steering.cost.Rate.Tier;
import dev.fairlead.steering.cost.Scope;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What was found in price lists: prices to be, and what was left out and why. */
final class Imported {
  /** As many as a PriceSheet may have. */
  private static final int MOST_PRICES = 10_000;

  /** Reasons name parts of the file, which must not fill the memory or the screen. */
  private static final int MOST_REASONS = 40;

  private static final String OTHER = "for other reasons";

  /** A place's name, as documents have it. */
  private static final Pattern PLACE =
      Pattern.compile("[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  /** As many as a PriceSheet may have; published lists have five at most. */
  private static final int MOST_TIERS = 32;

  /** Beyond the twelfth digit a converted price is noise of the conversion. */
  private static final MathContext DIGITS = new MathContext(12);

  private final Cloud cloud;
  private final Set<String> regions;
  private final Gigabyte gigabyte;
  private final SortedMap<String, Line> lines = new TreeMap<>();
  private final SortedMap<String, Long> skipped = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private String date = "";

  /** Prices per GiB by what was sent before, for one scope. */
  private record Line(
      String name, Scope scope, boolean bothBilled, SortedMap<Double, Double> dollarsFrom) {}

  /**
   * @param regions of senders and receivers; empty for all
   */
  Imported(Cloud cloud, Set<String> regions, Gigabyte gigabyte) {
    this.cloud = cloud;
    this.regions = regions;
    this.gigabyte = gigabyte;
  }

  Cloud cloud() {
    return cloud;
  }

  Gigabyte gigabyte() {
    return gigabyte;
  }

  static boolean isPlace(String name) {
    return PLACE.matcher(name).matches();
  }

  void skip(String reason) {
    boolean known = skipped.containsKey(reason) || skipped.size() < MOST_REASONS;
    skipped.merge(known ? reason : OTHER, 1L, Long::sum);
  }

  void note(String note) {
    if (notes.size() < MOST_REASONS) {
      notes.add(note);
    }
  }

  /** The list was published on this day or later: a time that begins with a date. */
  void publishedAt(String time) {
    String day = time.substring(0, Math.min(10, time.length()));
    try {
      if (day.compareTo(date) > 0) {
        date = LocalDate.parse(day).toString();
      }
    } catch (DateTimeException e) {
      skip("a time that is none");
    }
  }

  /**
   * Takes a price, unless it is not asked for. Of two for the same bytes the dearer stays.
   *
   * @param name of a surcharge, else empty
   * @param gb sent before this price holds
   */
  void add(String name, Scope scope, boolean bothBilled, Gigabyte unit, double gb, double perGb) {
    if (!isWanted(scope.from().place()) || !isWanted(scope.to().place())) {
      skip("of regions that --region does not name");
      return;
    }
    Line line =
        lines.computeIfAbsent(
            name + " " + scope, key -> new Line(name, scope, bothBilled, new TreeMap<>()));
    if (lines.size() > MOST_PRICES) {
      throw new CommandFailure(
          Exit.DOCUMENTS,
          "more than " + MOST_PRICES + " prices (--region takes those of some regions only)");
    }
    double dollars = rounded(unit.perGib(perGb));
    Double before = line.dollarsFrom.putIfAbsent(rounded(unit.gib(gb)), dollars);
    if (line.dollarsFrom.size() > MOST_TIERS) {
      throw new CommandFailure(
          Exit.DOCUMENTS, "more than " + MOST_TIERS + " tiers of one price: " + scope);
    }
    if (before != null && before != dollars) {
      line.dollarsFrom.merge(rounded(unit.gib(gb)), dollars, Math::max);
      skip("the cheaper of two prices for the same bytes");
    }
  }

  private boolean isWanted(LocalityPattern place) {
    String code = place.region();
    return regions.isEmpty()
        || regions.contains(code)
        || (code.endsWith("*")
            && regions.stream()
                .anyMatch(region -> region.startsWith(code.substring(0, code.length() - 1))));
  }

  private static double rounded(double number) {
    return BigDecimal.valueOf(number).round(DIGITS).doubleValue();
  }

  /** What was taken, in the order of what it is for. */
  List<Price> prices() {
    List<Price> prices = new ArrayList<>();
    lines
        .values()
        .forEach(
            line -> {
              if (line.dollarsFrom.firstKey() == 0) {
                Rate rate = rate(line.dollarsFrom);
                prices.add(new Price(line.name, line.scope, rate, line.bothBilled, 0));
              } else {
                skip("without a price for the first GB: is a page missing?");
              }
            });
    return prices;
  }

  private static Rate rate(SortedMap<Double, Double> dollarsFrom) {
    List<Double> ends = new ArrayList<>(dollarsFrom.keySet());
    ends.removeFirst();
    ends.add(Double.POSITIVE_INFINITY);
    List<Tier> tiers = new ArrayList<>();
    for (Map.Entry<Double, Double> from : dollarsFrom.entrySet()) {
      tiers.add(new Tier(ends.get(tiers.size()), from.getValue()));
    }
    return new Rate(tiers);
  }

  /** By reason, how many. */
  SortedMap<String, Long> skipped() {
    return Collections.unmodifiableSortedMap(skipped);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  /** {@code 2026-07-20}; empty where no list says one. */
  String date() {
    return date;
  }
}

package dev.fairlead.discovery.document;

import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Scope;
import dev.fairlead.steering.cost.Span;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A PriceSheet: what bytes between localities cost; symmetric entries already both ways.
 *
 * @param provider whose prices they are; empty where they hold for any sender
 */
public record PriceSheetDocument(
    Metadata metadata,
    Optional<Located<String>> provider,
    String source,
    String date,
    boolean example,
    List<Located<Price>> prices,
    List<Located<Price>> surcharges)
    implements Document {
  private static final int MOST_PRICES = 10_000;
  private static final int MOST_SURCHARGES = 1000;

  /** What stands under {@code prices} in other documents: nobody's prices in particular. */
  public static final Reader<List<Located<Price>>> PRICES =
      value -> entries("", false, MOST_PRICES).read(value).map(PriceSheetDocument::flat);

  /** Everybody's public price list has it; a rate of exchange would be a price of its own. */
  private static final String CURRENCY = "USD";

  private static final Reader<String> DATE =
      value ->
          Scalars.TEXT
              .read(value)
              .flatMap(
                  text -> {
                    try {
                      return Optional.of(LocalDate.parse(text).toString());
                    } catch (DateTimeException e) {
                      value.problem(Quoted.of(text) + " is not a date", "write it as 2026-01-31");
                      return Optional.empty();
                    }
                  });

  private static final Map<String, Span> SPANS = new TreeMap<>();

  static {
    for (Span span : Span.values()) {
      SPANS.put(span.id(), span);
    }
  }

  static PriceSheetDocument read(Metadata metadata, Fields spec) {
    Optional<Located<String>> provider = spec.optional("provider", Structures.located(Places.PART));
    String source = spec.optional("source", Scalars.TEXT, "");
    String date = spec.optional("date", DATE, "");
    boolean example = spec.optional("example", Scalars.BOOLEAN, false);
    checkCurrency(spec);
    String name = provider.map(Located::read).orElse("");
    return new PriceSheetDocument(
        metadata,
        provider,
        source,
        date,
        example,
        flat(spec.required("prices", entries(name, false, MOST_PRICES), List.of())),
        flat(spec.optional("surcharges", entries(name, true, MOST_SURCHARGES), List.of())));
  }

  private static void checkCurrency(Fields spec) {
    spec.optional("currency", Structures.located(Scalars.TEXT))
        .filter(currency -> !currency.read().equals(CURRENCY))
        .ifPresent(
            currency ->
                currency
                    .at()
                    .problem(
                        Quoted.of(currency.read()) + " is not the currency of prices",
                        "convert them to " + CURRENCY));
  }

  private static Reader<List<List<Located<Price>>>> entries(
      String provider, boolean surcharge, int most) {
    return Structures.list(
        Structures.object(fields -> entry(fields, provider, surcharge)), 0, most);
  }

  private static List<Located<Price>> flat(List<List<Located<Price>>> entries) {
    return entries.stream().flatMap(List::stream).toList();
  }

  /** One or both ways; nothing where a part is wrong, which would match other bytes than meant. */
  private static List<Located<Price>> entry(Fields fields, String provider, boolean surcharge) {
    Optional<String> name = surcharge ? fields.required("name", Places.PART) : Optional.of("");
    boolean spanned = fields.find("span").isPresent();
    Optional<Span> span =
        spanned ? fields.optional("span", Scalars.oneOf(SPANS)) : Optional.of(Span.ANY);
    Optional<LocalityPattern> from = end(fields, "from", spanned);
    Optional<LocalityPattern> to = end(fields, "to", spanned);
    Optional<Rates.Read> rate = Rates.read(fields);
    boolean symmetric = fields.optional("symmetric", Scalars.BOOLEAN, false);
    if (name.isEmpty() || span.isEmpty() || from.isEmpty() || to.isEmpty() || rate.isEmpty()) {
      return List.of();
    }
    Scope there = new Scope(provider, from.get(), to.get(), span.get());
    List<Located<Price>> prices = new ArrayList<>();
    prices.add(new Located<>(rate.get().price(name.get(), there), fields.value()));
    if (symmetric && !there.from().place().equals(there.to().place())) {
      prices.add(new Located<>(rate.get().price(name.get(), there.reversed()), fields.value()));
    }
    return List.copyOf(prices);
  }

  /** Anywhere, where a span says enough already. */
  private static Optional<LocalityPattern> end(Fields fields, String name, boolean spanned) {
    if (spanned && fields.find(name).isEmpty()) {
      return Optional.of(Places.ANYWHERE);
    }
    return fields.required(name, Places.REGION_OR_LOCALITIES);
  }
}

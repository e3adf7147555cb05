package dev.fairlead.discovery.resolve;

import dev.fairlead.discovery.document.ClusterProfileDocument;
import dev.fairlead.discovery.document.PriceSheetDocument;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.PriceList.Sheet;
import dev.fairlead.steering.cost.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The prices of all PriceSheets together, and whose region is whose. */
final class Prices {
  private Prices() {}

  static PriceList resolve(Index index) {
    List<PriceSheetDocument> sheets = index.all(PriceSheetDocument.class);
    List<ClusterProfileDocument> profiles = index.all(ClusterProfileDocument.class);
    SortedMap<String, String> providers = providers(profiles);
    if (!profiles.isEmpty()) {
      sheets.forEach(sheet -> checkProvider(sheet, providers));
    }
    return new PriceList(
        unique(sheets.stream().flatMap(sheet -> sheet.prices().stream()).toList()),
        unique(sheets.stream().flatMap(sheet -> sheet.surcharges().stream()).toList()),
        providers,
        sheets.stream().map(Prices::sheet).toList());
  }

  private static Sheet sheet(PriceSheetDocument sheet) {
    return new Sheet(
        sheet.metadata().qualified(),
        sheet.provider().map(Located::read).orElse(""),
        sheet.source(),
        sheet.date(),
        sheet.example());
  }

  /** By region. A price finds its provider by the sender's region, so a region has one. */
  private static SortedMap<String, String> providers(List<ClusterProfileDocument> profiles) {
    SortedMap<String, String> providers = new TreeMap<>();
    for (ClusterProfileDocument profile : profiles) {
      if (profile.provider().isPresent()) {
        Located<String> provider = profile.provider().get();
        String region = profile.locality().region();
        String first = region.isEmpty() ? null : providers.putIfAbsent(region, provider.read());
        if (region.isEmpty()) {
          provider.at().problem("means nothing without a region", "add locality: {region: …}");
        } else if (first != null && !first.equals(provider.read())) {
          provider
              .at()
              .problem(
                  "another cluster's region " + Quoted.of(region) + " is of " + Quoted.of(first),
                  "name one of the two otherwise, such as " + provider.read() + "-" + region);
        }
      }
    }
    return providers;
  }

  /** A sheet of a provider that no cluster is of would price nothing. */
  private static void checkProvider(PriceSheetDocument sheet, SortedMap<String, String> providers) {
    sheet
        .provider()
        .filter(provider -> !providers.containsValue(provider.read()))
        .ifPresent(
            provider ->
                provider
                    .at()
                    .unknown(
                        "no ClusterProfile has the provider " + Quoted.of(provider.read()),
                        provider.read(),
                        providers.values()));
  }

  private static List<Price> unique(List<Located<Price>> all) {
    Map<List<Object>, Located<Price>> first = new HashMap<>();
    for (Located<Price> price : all) {
      Located<Price> other = first.putIfAbsent(whatFor(price.read()), price);
      if (other != null) {
        price
            .at()
            .problem(
                "a second price of " + price.read().meter(),
                "the first is at " + other.at().where());
      }
    }
    return all.stream().map(Located::read).toList();
  }

  /** The way back of a symmetric price is another line's way there, whoever's end has the name. */
  private static List<Object> whatFor(Price price) {
    Scope.End from = price.scope().from();
    Scope.End to = price.scope().to();
    return List.of(
        price.name(),
        from.provider() + to.provider(),
        from.place(),
        to.place(),
        price.scope().span());
  }
}

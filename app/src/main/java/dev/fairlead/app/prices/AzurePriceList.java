package dev.fairlead.app.prices;

import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.steering.cost.Scope;
import dev.fairlead.steering.cost.Span;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A page of Azure's Retail Prices API: items, one for each tier of a meter in a region. Those of
 * Microsoft's own network are taken, which is what traffic uses unless it is told otherwise.
 */
final class AzurePriceList implements PublishedList {
  private static final String OWN_NETWORK = "Rtn Preference: MGN";

  private static final Set<String> TEXTS =
      Set.of(
          "armRegionName",
          "currencyCode",
          "effectiveStartDate",
          "meterName",
          "productName",
          "serviceName",
          "type",
          "unitOfMeasure");

  /** An item's numbers; those of other services may be anything. */
  private static final class Numbers {
    double tierMinimumUnits;
    double retailPrice;
  }

  @Override
  public void read(JsonInput in, Imported into) {
    in.read(
        field -> {
          switch (field) {
            case "Items" -> in.array(() -> item(in, into));
            case "NextPageLink" -> {
              if (!in.text().isEmpty()) {
                into.note("the list goes on: fetch its NextPageLink too, and name all files");
              }
            }
            default -> {}
          }
        });
  }

  private static void item(JsonInput in, Imported into) {
    Map<String, String> texts = new HashMap<>();
    Numbers numbers = new Numbers();
    in.object(
        field -> {
          if (TEXTS.contains(field)) {
            texts.put(field, in.text());
          } else if (field.equals("tierMinimumUnits")) {
            numbers.tierMinimumUnits = in.number(MAX_GB);
          } else if (field.equals("retailPrice")) {
            numbers.retailPrice = in.number(Double.MAX_VALUE);
          }
        });
    if (isWanted(texts, into)) {
      if (numbers.retailPrice > MAX_DOLLARS) {
        throw in.broken("retailPrice " + numbers.retailPrice + " is above " + MAX_DOLLARS);
      }
      into.publishedAt(texts.getOrDefault("effectiveStartDate", ""));
      String region = texts.getOrDefault("armRegionName", "");
      String meter = texts.getOrDefault("meterName", "");
      switch (meter) {
        case "Standard Data Transfer Out" ->
            add(into, "", scope(region, "*", Span.INTERNET), numbers);
        case "Standard Inter-Region Data Transfer" ->
            add(into, "", scope(region, "*", Span.CROSS_REGION), numbers);
        case "Standard Inter-Availability Zone Data Transfer Out" ->
            add(into, "", scope(region, region, Span.CROSS_ZONE), numbers);
        case "Standard Inter-Availability Zone Data Transfer In" ->
            add(into, "inter-zone-in", scope(region, region, Span.CROSS_ZONE), numbers);
        default -> into.skip("meter " + Quoted.of(meter));
      }
    }
  }

  private static boolean isWanted(Map<String, String> texts, Imported into) {
    String product = texts.getOrDefault("productName", "");
    String unit = texts.getOrDefault("unitOfMeasure", "");
    if (!texts.getOrDefault("serviceName", "").equals("Bandwidth")) {
      into.skip("of services other than Bandwidth");
    } else if (!product.equals(OWN_NETWORK)) {
      into.skip("product " + Quoted.of(product));
    } else if (!texts.getOrDefault("type", "").equals("Consumption")) {
      into.skip("reservations and offers for tests");
    } else if (!texts.getOrDefault("currencyCode", "").equals("USD")) {
      into.skip("not in USD");
    } else if (!unit.equals("1 GB")) {
      into.skip("per " + Quoted.of(unit));
    } else if (!Imported.isPlace(texts.getOrDefault("armRegionName", ""))) {
      into.skip("without a region's name");
    } else {
      return true;
    }
    return false;
  }

  private static void add(Imported into, String name, Scope scope, Numbers numbers) {
    into.add(name, scope, false, into.gigabyte(), numbers.tierMinimumUnits, numbers.retailPrice);
  }

  private static Scope scope(String from, String to, Span span) {
    return new Scope(
        Cloud.AZURE.provider(), LocalityPattern.parse(from), LocalityPattern.parse(to), span);
  }
}

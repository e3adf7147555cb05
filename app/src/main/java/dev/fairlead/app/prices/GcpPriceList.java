package dev.fairlead.app.prices;

import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.steering.cost.Scope;
import dev.fairlead.steering.cost.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of Google's Cloud Billing Catalog: SKUs of a service, of which a network's say in words
 * from where to where they are. Google called outbound data transfer egress before.
 */
final class GcpPriceList implements PublishedList {
  private static final String OUT = "(?:Data Transfer Out|Egress)";
  private static final Pattern ZONES = Pattern.compile("Network Inter Zone " + OUT);

  private static final Pattern REGIONS =
      Pattern.compile("Network Inter Region " + OUT + " from (.{1,60}) to (.{1,60})");

  private static final Pattern INTERNET =
      Pattern.compile("Network Internet " + OUT + " from (.{1,60}) to (.{1,60})");

  private static final int MOST_REGIONS = 500;
  private static final int MOST_TIERS = 32;

  /** What is read of an SKU; its fields come in any order. */
  private static final class Sku {
    String description = "";
    String family = "";
    String usage = "";
    final List<String> regions = new ArrayList<>();
    Pricing pricing = new Pricing();
  }

  private static final class Pricing {
    String effectiveTime = "";
    String unit = "";
    final List<Tier> tiers = new ArrayList<>();
  }

  private static final class Tier {
    double start;
    String currency = "";
    double units;
    double nanos;
  }

  @Override
  public void read(JsonInput in, Imported into) {
    in.read(
        field -> {
          switch (field) {
            case "skus" -> in.array(() -> take(sku(in), in, into));
            case "nextPageToken" -> {
              if (!in.text().isEmpty()) {
                into.note("the list goes on: fetch the page of its nextPageToken, name all files");
              }
            }
            default -> {}
          }
        });
  }

  private static Sku sku(JsonInput in) {
    Sku sku = new Sku();
    in.object(
        field -> {
          switch (field) {
            case "description" -> sku.description = in.text();
            case "category" ->
                in.object(
                    name -> {
                      switch (name) {
                        case "resourceFamily" -> sku.family = in.text();
                        case "usageType" -> sku.usage = in.text();
                        default -> {}
                      }
                    });
            case "serviceRegions" ->
                in.array(() -> bounded(sku.regions, MOST_REGIONS, in).add(in.text()));
            // In the order of time: what holds now is the last.
            case "pricingInfo" -> in.array(() -> sku.pricing = pricing(in));
            default -> {}
          }
        });
    return sku;
  }

  private static <T> List<T> bounded(List<T> list, int most, JsonInput in) {
    if (list.size() == most) {
      throw in.broken("has more than " + most + " items");
    }
    return list;
  }

  private static Pricing pricing(JsonInput in) {
    Pricing pricing = new Pricing();
    in.object(
        field -> {
          switch (field) {
            case "effectiveTime" -> pricing.effectiveTime = in.text();
            case "pricingExpression" ->
                in.object(
                    name -> {
                      switch (name) {
                        case "usageUnit" -> pricing.unit = in.text();
                        case "tieredRates" ->
                            in.array(() -> bounded(pricing.tiers, MOST_TIERS, in).add(tier(in)));
                        default -> {}
                      }
                    });
            default -> {}
          }
        });
    return pricing;
  }

  private static Tier tier(JsonInput in) {
    Tier tier = new Tier();
    in.object(
        field -> {
          switch (field) {
            case "startUsageAmount" -> tier.start = in.number(Double.MAX_VALUE);
            case "unitPrice" ->
                in.object(
                    name -> {
                      switch (name) {
                        case "currencyCode" -> tier.currency = in.text();
                        case "units" -> tier.units = in.number(1e12);
                        case "nanos" -> tier.nanos = in.number(999_999_999);
                        default -> {}
                      }
                    });
            default -> {}
          }
        });
    return tier;
  }

  private static void take(Sku sku, JsonInput in, Imported into) {
    Matcher zones = ZONES.matcher(sku.description);
    Matcher regions = REGIONS.matcher(sku.description);
    Matcher internet = INTERNET.matcher(sku.description);
    if (!sku.family.equals("Network")) {
      into.skip("of families other than Network");
    } else if (!sku.usage.equals("OnDemand")) {
      into.skip("usageType " + Quoted.of(sku.usage));
    } else if (zones.matches()) {
      for (String from : senders(sku, "", into)) {
        // Between zones of whatever region: the span says that it is the same.
        add(sku, scope(from, from, Span.CROSS_ZONE), in, into);
      }
    } else if (regions.matches()) {
      List<String> receivers = GcpPlaces.codes(regions.group(2));
      if (receivers.isEmpty()) {
        into.skip("to " + Quoted.of(regions.group(2)) + ", of which no region's code is known");
      }
      for (String from : senders(sku, regions.group(1), into)) {
        receivers.forEach(to -> add(sku, scope(from, to, Span.CROSS_REGION), in, into));
      }
    } else if (internet.matches()) {
      internet(sku, internet.group(1), internet.group(2), in, into);
    } else {
      into.skip("Network, but not from a zone, a region or to the internet");
    }
  }

  /** Where another provider's region is, its name does not tell: taken to be in the same area. */
  private static void internet(Sku sku, String fromName, String area, JsonInput in, Imported into) {
    for (String from : senders(sku, fromName, into)) {
      if (GcpPlaces.isArea(area, from)) {
        add(sku, scope(from, "*", Span.INTERNET), in, into);
      } else {
        into.skip("to the internet in another part of the world");
      }
    }
  }

  /** Regions that the SKU is for: those that it lists, or else those of its description. */
  private static List<String> senders(Sku sku, String name, Imported into) {
    if (sku.regions.isEmpty() || sku.regions.contains("global")) {
      List<String> codes = name.isEmpty() ? List.of("*") : GcpPlaces.codes(name);
      if (codes.isEmpty()) {
        into.skip("from " + Quoted.of(name) + ", of which no region's code is known");
      }
      return codes;
    }
    return sku.regions.stream()
        .filter(
            region -> {
              boolean place = Imported.isPlace(region);
              if (!place) {
                into.skip("without a region's code");
              }
              return place;
            })
        .toList();
  }

  private static Scope scope(String from, String to, Span span) {
    return new Scope(
        Cloud.GCP.provider(), LocalityPattern.parse(from), LocalityPattern.parse(to), span);
  }

  private static void add(Sku sku, Scope scope, JsonInput in, Imported into) {
    Pricing pricing = sku.pricing;
    Gigabyte unit = pricing.unit.equals("GBy") ? Gigabyte.DECIMAL : Gigabyte.BINARY;
    if (!pricing.unit.equals("GiBy") && !pricing.unit.equals("GBy")) {
      into.skip("per " + Quoted.of(pricing.unit));
      return;
    }
    into.publishedAt(pricing.effectiveTime);
    for (Tier tier : pricing.tiers) {
      double dollars = tier.units + tier.nanos / 1e9;
      if (!tier.currency.equals("USD")) {
        into.skip("not in USD");
      } else if (dollars > MAX_DOLLARS) {
        throw in.broken("a unitPrice of " + dollars + " is above " + MAX_DOLLARS);
      } else if (tier.start > MAX_GB) {
        throw in.broken("a startUsageAmount of " + tier.start + " is above " + MAX_GB);
      } else {
        into.add("", scope, false, unit, tier.start, dollars);
      }
    }
  }
}

package dev.fairlead.app.prices;

import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.steering.cost.Scope;
import dev.fairlead.steering.cost.Span;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An offer file of AWS's Price List Bulk API, of AWSDataTransfer or another service: products with
 * attributes, then the terms on which each SKU is sold, in tiers of GB.
 */
final class AwsPriceList implements PublishedList {
  private static final Set<String> ATTRIBUTES =
      Set.of(
          "fromLocationType",
          "fromRegionCode",
          "operation",
          "toLocationType",
          "toRegionCode",
          "transferType",
          "usagetype");

  private final Map<String, Product> bySku = new HashMap<>();
  private boolean hasProducts;

  private record Product(Scope scope, boolean bothBilled) {}

  /** One tier of an SKU's price. */
  private static final class Dimension {
    double begin;
    double dollars;
    boolean inDollars;
    String unit = "";
  }

  @Override
  public void read(JsonInput in, Imported into) {
    in.read(
        field -> {
          switch (field) {
            case "publicationDate" -> into.publishedAt(in.text());
            case "products" -> {
              hasProducts = true;
              in.object(sku -> product(sku, in, into));
            }
            case "terms" -> terms(in, into);
            default -> {}
          }
        });
  }

  private void product(String sku, JsonInput in, Imported into) {
    Map<String, String> attributes = new HashMap<>();
    in.object(
        field -> {
          if (field.equals("attributes")) {
            in.object(
                name -> {
                  if (ATTRIBUTES.contains(name)) {
                    attributes.put(name, in.text());
                  }
                });
          }
        });
    String type = attributes.getOrDefault("transferType", "");
    String usage = attributes.getOrDefault("usagetype", "");
    String from = attributes.getOrDefault("fromRegionCode", "");
    String to = attributes.getOrDefault("toRegionCode", "");
    switch (type) {
      case "" -> into.skip("no data transfer");
      case "InterRegion Inbound", "AWS Inbound" -> into.skip("inbound: the sender pays");
      case "IntraRegion" -> {
        // In this family each of the two ends pays, by a line of its own in the bill.
        if (isBetweenRegions(attributes, from, from, into)
            && isMeter(usage, "DataTransfer-Regional-Bytes", into)) {
          bySku.put(sku, new Product(scope(from, from, Span.CROSS_ZONE), true));
        }
      }
      case "InterRegion Outbound" -> {
        if (isBetweenRegions(attributes, from, to, into)
            && isMeter(usage, "-AWS-Out-Bytes", into)
            && isPlain(attributes, into)) {
          bySku.put(sku, new Product(scope(from, to, Span.ANY), false));
        }
      }
      case "AWS Outbound" -> {
        if (isPlace(from, into) && isMeter(usage, "DataTransfer-Out-Bytes", into)) {
          bySku.put(sku, new Product(scope(from, "*", Span.INTERNET), false));
        }
      }
      default -> into.skip("transferType " + Quoted.of(type));
    }
  }

  private static Scope scope(String from, String to, Span span) {
    return new Scope(
        Cloud.AWS.provider(), LocalityPattern.parse(from), LocalityPattern.parse(to), span);
  }

  private static boolean isBetweenRegions(
      Map<String, String> attributes, String from, String to, Imported into) {
    for (String end : new String[] {"fromLocationType", "toLocationType"}) {
      String type = attributes.getOrDefault(end, "AWS Region");
      if (!type.equals("AWS Region")) {
        into.skip("from or to an " + type);
        return false;
      }
    }
    return isPlace(from, into) && isPlace(to, into);
  }

  private static boolean isPlace(String region, Imported into) {
    boolean place = Imported.isPlace(region);
    if (!place) {
      into.skip("without a region's code");
    }
    return place;
  }

  private static boolean isMeter(String usage, String wanted, Imported into) {
    boolean right = usage.endsWith(wanted);
    if (!right) {
      into.skip("meters other than " + wanted);
    }
    return right;
  }

  /** Some services have a price of their own for the same way. */
  private static boolean isPlain(Map<String, String> attributes, Imported into) {
    boolean plain = attributes.getOrDefault("operation", "").isEmpty();
    if (!plain) {
      into.skip("of one operation only");
    }
    return plain;
  }

  private void terms(JsonInput in, Imported into) {
    if (!hasProducts) {
      throw in.broken("stands before 'products': what its SKUs are is not known yet");
    }
    in.object(
        kind -> {
          if (kind.equals("OnDemand")) {
            in.object(sku -> offers(bySku.get(sku), in, into));
          }
        });
  }

  private static void offers(@Nullable Product product, JsonInput in, Imported into) {
    if (product != null) {
      in.object(
          offer ->
              in.object(
                  field -> {
                    if (field.equals("priceDimensions")) {
                      in.object(rateCode -> dimension(product, in, into));
                    }
                  }));
    }
  }

  private static void dimension(Product product, JsonInput in, Imported into) {
    Dimension read = new Dimension();
    in.object(
        field -> {
          switch (field) {
            case "beginRange" -> read.begin = in.number(MAX_GB);
            case "unit" -> read.unit = in.text();
            case "pricePerUnit" ->
                in.object(
                    currency -> {
                      if (currency.equals("USD")) {
                        read.dollars = in.number(MAX_DOLLARS);
                        read.inDollars = true;
                      }
                    });
            default -> {}
          }
        });
    if (!read.inDollars) {
      into.skip("not in USD");
    } else if (!read.unit.equals("GB")) {
      into.skip("per " + Quoted.of(read.unit));
    } else {
      into.add("", product.scope, product.bothBilled, into.gigabyte(), read.begin, read.dollars);
    }
  }
}

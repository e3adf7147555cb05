package dev.fairlead.app.prices;

import dev.fairlead.app.state.Json;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Rate.Tier;
import dev.fairlead.steering.cost.Span;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a PriceSheet as a person would. */
final class SheetWriter {
  /** Regions' names that are text in YAML without quotes. */
  private static final Pattern PLAIN =
      Pattern.compile("(?!(true|false|null)$)[a-z]{2,}(-[a-z]+)*-?[0-9]{0,2}");

  private SheetWriter() {}

  /**
   * One document.
   *
   * @param comments lines above it
   * @param source of the prices, in words
   */
  static String write(Imported imported, List<Price> prices, List<String> comments, String source) {
    String provider = imported.cloud().provider();
    StringBuilder text = new StringBuilder();
    comments.forEach(line -> text.append("# ").append(line).append('\n'));
    text.append("apiVersion: fairlead.dev/v1alpha1\n")
        .append("kind: PriceSheet\n")
        .append("metadata:\n  name: ")
        .append(provider)
        .append("\nspec:\n  provider: ")
        .append(provider)
        .append("\n  source: ")
        .append(quoted(source));
    if (!imported.date().isEmpty()) {
      text.append("\n  date: ").append(quoted(imported.date()));
    }
    text.append("\n  currency: USD\n");
    entries(text, "prices", prices.stream().filter(price -> price.name().isEmpty()).toList());
    List<Price> surcharges = prices.stream().filter(price -> !price.name().isEmpty()).toList();
    if (!surcharges.isEmpty()) {
      entries(text, "surcharges", surcharges);
    }
    return text.toString();
  }

  private static void entries(StringBuilder text, String field, List<Price> prices) {
    text.append("  ").append(field).append(prices.isEmpty() ? ": []\n" : ":\n");
    for (Price price : prices) {
      text.append("    - {").append(String.join(", ", fields(price))).append("}\n");
    }
  }

  private static List<String> fields(Price price) {
    List<String> fields = new ArrayList<>();
    if (!price.name().isEmpty()) {
      fields.add("name: " + quoted(price.name()));
    }
    boolean spanned = price.scope().span() != Span.ANY;
    if (spanned) {
      fields.add("span: " + price.scope().span().id());
    }
    end(fields, "from", price.scope().from().place(), spanned);
    end(fields, "to", price.scope().to().place(), spanned);
    List<Tier> tiers = price.rate().tiers();
    if (price.rate().isFlat()) {
      fields.add("dollarsPerGiB: " + plain(tiers.getFirst().dollarsPerGib()));
    } else {
      fields.add(
          tiers.stream().map(SheetWriter::tier).collect(Collectors.joining(", ", "tiers: [", "]")));
    }
    if (price.bothBilled()) {
      fields.add("paidBy: both");
    }
    return fields;
  }

  private static void end(
      List<String> fields, String name, LocalityPattern place, boolean spanned) {
    // Importers know regions, no zones.
    String region = place.region();
    if (!spanned || !region.equals("*")) {
      fields.add(name + ": " + (PLAIN.matcher(region).matches() ? region : quoted(region)));
    }
  }

  private static String tier(Tier tier) {
    String upTo =
        tier.upToGib() == Double.POSITIVE_INFINITY
            ? ""
            : "upToGiB: " + plain(tier.upToGib()) + ", ";
    return "{" + upTo + "dollarsPerGiB: " + plain(tier.dollarsPerGib()) + "}";
  }

  private static String plain(double number) {
    return number == 0 ? "0" : BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** JSON's quotes are YAML's. */
  private static String quoted(String text) {
    return Json.MAPPER.writeValueAsString(text);
  }
}

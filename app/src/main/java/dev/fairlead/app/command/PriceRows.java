package dev.fairlead.app.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The table of {@code get prices}. */
final class PriceRows {
  private PriceRows() {}

  static Table of(JsonNode prices, boolean wide) {
    Table table =
        wide
            ? new Table("FROM", "TO", "$/GIB", "LOCALITIES", "MONTH-GIB", "WHY")
            : new Table("FROM", "TO", "$/GIB");
    for (JsonNode pair : prices.path("pairs")) {
      String from = pair.path("from").asString();
      String to = pair.path("to").asString();
      String dollars = dollars(pair.path("dollarsPerGiB"));
      if (wide) {
        String localities =
            pair.path("fromLocality").asString() + " → " + pair.path("toLocality").asString();
        table.row(from, to, dollars, localities, month(pair), why(pair));
      } else {
        table.row(from, to, dollars);
      }
    }
    return table;
  }

  /** What a person should know of where the prices are from. */
  static List<String> notes(JsonNode prices) {
    List<String> notes = new ArrayList<>();
    for (JsonNode sheet : prices.path("sheets")) {
      if (sheet.path("example").asBoolean()) {
        notes.add(
            sheet.path("name").asString()
                + " has example prices of "
                + sheet.path("date").asString()
                + ", that may be outdated");
      }
    }
    return notes;
  }

  /** Of the price, which comes before surcharges. */
  private static String month(JsonNode pair) {
    JsonNode gib = pair.path("meters").path(0).path("monthGiB");
    return gib.isNumber() ? String.format(Locale.ROOT, "%.1f", gib.asDouble()) : "-";
  }

  private static String why(JsonNode pair) {
    List<String> meters = new ArrayList<>();
    for (JsonNode meter : pair.path("meters")) {
      meters.add(
          meter.path("meter").asString()
              + " "
              + dollars(meter.path("dollarsPerGiB"))
              + (meter.path("tiered").asBoolean() ? " (tiered)" : ""));
    }
    return meters.isEmpty() ? "no price: free" : String.join("; ", meters);
  }

  private static String dollars(JsonNode value) {
    return String.format(Locale.ROOT, "%.4f", value.asDouble());
  }
}

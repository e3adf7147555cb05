package dev.fairlead.app.command;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Numbers as a person reads them; what is not known is a dash. */
final class Amounts {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Amounts() {}

  static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f%%", ratio * 100);
  }

  static String dollars(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "$%.2f", value.asDouble()) : "-";
  }

  static String millis(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.1fms", value.asDouble()) : "-";
  }

  static String bytes(double bytes) {
    double left = bytes;
    int unit = 0;
    while (left >= 1024 && unit < UNITS.length - 1) {
      left /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.1f%s", left, UNITS[unit]);
  }
}

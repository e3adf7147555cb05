package dev.fairlead.steering.plan;

import java.util.Locale;

/** Numbers as an operator reads them, the same in every locale. */
public final class Describe {
  private Describe() {}

  public static String percent(double share) {
    return share > 0 && share < 0.095
        ? String.format(Locale.ROOT, "%.1f %%", share * 100)
        : String.format(Locale.ROOT, "%.0f %%", share * 100);
  }

  public static String millis(double nanos) {
    double millis = nanos / 1e6;
    return String.format(Locale.ROOT, millis < 9.95 ? "%.1f ms" : "%.0f ms", millis);
  }

  public static String number(double value) {
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value);
  }
}

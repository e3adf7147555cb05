package dev.fairlead.app.simulate.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as a person reads them, in any locale alike; what is not known is a dash. */
final class Numbers {
  /** Hours of a month of 30 days, as prices per month are usually reckoned. */
  static final double HOURS_PER_MONTH = 30 * 24;

  private static final String UNKNOWN = "–";

  private Numbers() {}

  static String millis(double millis) {
    return Double.isNaN(millis) ? UNKNOWN : String.format(Locale.ROOT, "%.1f", millis);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? UNKNOWN : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Cents, and of less than a dollar four digits. */
  static String dollars(double dollars) {
    if (Double.isNaN(dollars)) {
      return UNKNOWN;
    }
    return String.format(Locale.ROOT, dollars < 1 ? "%.4f" : "%.2f", dollars);
  }

  static String index(double index) {
    return Double.isNaN(index) ? UNKNOWN : String.format(Locale.ROOT, "%.2f", index);
  }

  /** Four digits that count, without a trailing zero. */
  static String plain(double number) {
    if (!Double.isFinite(number)) {
      return Double.isNaN(number) ? UNKNOWN : number > 0 ? "∞" : "-∞";
    }
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString((long) number);
    }
    BigDecimal rounded = new BigDecimal(number).round(new MathContext(4));
    return rounded.stripTrailingZeros().toPlainString();
  }
}

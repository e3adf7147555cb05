package dev.fairlead.steering.optimize;

import java.util.Locale;

/**
 * What a limit costs beside not having it.
 *
 * @param servedDollarsPerHour price of what is now shed or overloads and then would not; 0 for none
 * @param milliseconds latency saved of all requests together, in ms·rps; negative where money is
 *     saved by waiting
 * @param dollarsPerHour money saved; negative where latency is bought
 * @param exchangeable whether latency and money are the same saving, told twice, rather than two
 */
public record Saving(
    double servedDollarsPerHour, double milliseconds, double dollarsPerHour, boolean exchangeable) {
  public static final Saving NONE = new Saving(0, 0, 0, false);

  private static final double SECONDS_PER_HOUR = 3600;

  /** From the parts of a cost, negative for a saving; {@code prices} are those of the ranks. */
  static Saving of(Costs.Parts parts, double[] prices, double dollarsPerRequestSecond) {
    int rank = Math.clamp(-parts.rank(), 0, prices.length);
    double served = rank == 0 ? 0 : prices[rank - 1] * SECONDS_PER_HOUR;
    if (Double.isNaN(parts.mixedDollars())) {
      return new Saving(
          served, zero(-parts.seconds() * 1e3), zero(-parts.dollars() * SECONDS_PER_HOUR), false);
    }
    double dollars = -parts.mixedDollars();
    double milliseconds = dollarsPerRequestSecond > 0 ? dollars / dollarsPerRequestSecond * 1e3 : 0;
    return new Saving(served, zero(milliseconds), zero(dollars * SECONDS_PER_HOUR), true);
  }

  private static double zero(double value) {
    return value == 0 ? 0 : value;
  }

  boolean isNone() {
    return servedDollarsPerHour == 0 && milliseconds == 0 && dollarsPerHour == 0;
  }

  /** For sorting: all of it as money, what is served far above all else. */
  double size(double dollarsPerRequestSecond) {
    double latency = exchangeable ? 0 : milliseconds / 1e3 * dollarsPerRequestSecond * 3600;
    return servedDollarsPerHour * 1e6 + dollarsPerHour + latency;
  }

  /** As in {@code saves 4.1 ms·rps or $2.3 an hour}. */
  String words() {
    if (servedDollarsPerHour > 0) {
      return "serves 1 rps that is turned away now, worth "
          + dollars(servedDollarsPerHour)
          + " an hour";
    }
    if (exchangeable) {
      return milliseconds == 0
          ? "saves " + dollars(dollarsPerHour) + " an hour"
          : "saves " + milliseconds(milliseconds) + " or " + dollars(dollarsPerHour) + " an hour";
    }
    if (milliseconds > 0) {
      return "saves "
          + milliseconds(milliseconds)
          + (dollarsPerHour > 0
              ? " and " + dollars(dollarsPerHour) + " an hour"
              : dollarsPerHour < 0 ? " for " + dollars(-dollarsPerHour) + " an hour" : "");
    }
    return "saves "
        + dollars(dollarsPerHour)
        + " an hour"
        + (milliseconds < 0 ? " for " + milliseconds(-milliseconds) : "");
  }

  static String milliseconds(double value) {
    return significant(value) + " ms·rps";
  }

  static String dollars(double value) {
    return "$" + significant(value);
  }

  /** Two digits that count, at least. */
  private static String significant(double value) {
    double size = Math.abs(value);
    String format =
        size >= 99.5 ? "%.0f" : size >= 0.95 ? "%.1f" : size >= 0.0095 ? "%.2g" : "%.1e";
    return String.format(Locale.ROOT, size == 0 ? "%.0f" : format, value);
  }
}

package dev.fairlead.app.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The demo's table, and what it says in words. Numbers are as a C locale writes them. */
final class ResultTable {
  private static final String HEADER =
      String.format(
          "%-8s %9s %9s %9s %9s %10s %7s %12s %9s %12s",
          "policy",
          "p50 ms",
          "p90 ms",
          "p99 ms",
          "p99.9 ms",
          "completed",
          "failed",
          "failed late",
          "crossed",
          "egress $");

  private ResultTable() {}

  /** {@code -o json}: the object that scripts read. */
  record Json(List<PolicyResult> policies) {}

  static String json(List<PolicyResult> results) {
    return Roles.JSON.writeValueAsString(new Json(results));
  }

  static String table(List<PolicyResult> results) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (PolicyResult result : results) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-8s %9.1f %9.1f %9.1f %9.1f %10d %7d %12d %7.1f %% %12.7f%n",
              result.name(),
              result.p50Millis(),
              result.p90Millis(),
              result.p99Millis(),
              result.p999Millis(),
              result.completed(),
              result.failed(),
              result.failedLate(),
              100 * result.crossClusterRatio(),
              result.egressDollars()));
    }
    return text.toString();
  }

  /** What the columns mean, and what the crossings would cost in a month of 30 days. */
  static String footnotes(List<PolicyResult> results, Duration measured) {
    StringBuilder text = new StringBuilder();
    text.append("Latencies of completed requests, from the intended send time. ");
    text.append("Failed late: intended later than 2 s after the kill.\n");
    text.append("Egress: bytes over the links at example prices; a month like this:");
    double runs = Duration.ofDays(30).toMillis() / (double) measured.toMillis();
    for (PolicyResult result : results) {
      text.append(
          String.format(Locale.ROOT, " %s $%.2f", result.name(), result.egressDollars() * runs));
    }
    return text.append(".\n").toString();
  }

  /** Reads the result as it is, whether it flatters or not. */
  static String reading(List<PolicyResult> results) {
    Optional<PolicyResult> even = find(results, DemoPolicy.EVEN);
    Optional<PolicyResult> l3 = find(results, DemoPolicy.L3);
    Optional<PolicyResult> byDefault = find(results, DemoPolicy.DEFAULT);
    if (even.isEmpty() || l3.isEmpty() || byDefault.isEmpty()) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "The default's p99 is %s round robin's and %s L3's at 5 s; its median is %.1f ms against"
            + " round robin's %.1f ms.%n"
            + "It failed %d requests where round robin failed %d and L3 %d; %s%n",
        against(byDefault.get().p99Millis(), even.get().p99Millis()),
        against(byDefault.get().p99Millis(), l3.get().p99Millis()),
        byDefault.get().p50Millis(),
        even.get().p50Millis(),
        byDefault.get().failed(),
        even.get().failed(),
        l3.get().failed(),
        byDefault.get().failedLate() == 0
            ? "none of its failures came later than 2 s after the kill."
            : byDefault.get().failedLate() + " of them later than 2 s after the kill.");
  }

  private static Optional<PolicyResult> find(List<PolicyResult> results, DemoPolicy policy) {
    return results.stream().filter(result -> result.name().equals(policy.id())).findFirst();
  }

  private static String against(double value, double reference) {
    if (!(reference > 0)) {
      return "not comparable with";
    }
    double percent = 100 * (value / reference - 1);
    if (Math.abs(percent) < 0.5) {
      return "equal to";
    }
    return String.format(
        Locale.ROOT, "%.0f %% %s", Math.abs(percent), percent < 0 ? "below" : "above");
  }
}

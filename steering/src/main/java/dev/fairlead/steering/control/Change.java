package dev.fairlead.steering.control;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.plan.Describe;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One plan following another, in words: {@code west 53 % → 43 %: P99 80 ms → 800 ms; step limited}.
 *
 * @param then what was seen when the plan changed last
 * @param now what is seen as it changes
 */
record Change(
    Map<String, Double> before,
    Map<String, Double> after,
    Map<String, Observation.Destination> then,
    Map<String, Observation.Destination> now,
    Set<String> overCapacity) {

  /** What limited the change, in words. */
  static String limit(String held) {
    return switch (held) {
      case "step" -> "step limited";
      case "deadband" -> "within the deadband";
      case "hold" -> "held";
      case "freeze" -> "frozen";
      default -> held;
    };
  }

  /** Every share that moved by half a point or more, the cause where one stands out. */
  String why(String held) {
    if (before.isEmpty()) {
      return "first plan";
    }
    StringJoiner moves = new StringJoiner(", ");
    String cause = "";
    double largest = 0;
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      double from = before.getOrDefault(name, 0.0);
      double to = after.getOrDefault(name, 0.0);
      if (Math.abs(to - from) >= 0.005) {
        moves.add(name + " " + Describe.percent(from) + " → " + Describe.percent(to));
      }
      Cause found = cause(name);
      if (found.size() > largest) {
        largest = found.size();
        cause = name + " " + found.text();
      }
    }
    StringBuilder why = new StringBuilder(moves.length() == 0 ? "small changes" : moves.toString());
    if (!cause.isEmpty()) {
      why.append(": ").append(cause);
    }
    if (!held.isEmpty()) {
      why.append("; ").append(limit(held));
    }
    return why.toString();
  }

  /** A difference that may have caused a change, and how large it is as a factor's logarithm. */
  private record Cause(double size, String text) {}

  private Cause cause(String name) {
    Observation.@Nullable Destination was = then.get(name);
    Observation.@Nullable Destination is = now.get(name);
    if (is == null) {
      return new Cause(Double.MAX_VALUE, "gone");
    }
    if (!is.usable()) {
      boolean news = was == null || was.usable();
      return new Cause(news ? Double.MAX_VALUE : 0, "has no usable endpoint");
    }
    if (was == null || !was.usable()) {
      return new Cause(Double.MAX_VALUE, was == null ? "is new" : "is usable again");
    }
    if (overCapacity.contains(name)) {
      return new Cause(
          1e6 + finite(is.inFlight()),
          "over its capacity, P50 "
              + Describe.millis(was.p50Nanos())
              + " → "
              + Describe.millis(is.p50Nanos())
              + ", in flight "
              + Describe.number(was.inFlight())
              + " → "
              + Describe.number(is.inFlight()));
    }
    Cause latency =
        new Cause(
            factor(was.p50Nanos(), is.p50Nanos()),
            "P50 " + Describe.millis(was.p50Nanos()) + " → " + Describe.millis(is.p50Nanos()));
    Cause success =
        new Cause(
            10 * factor(was.successRatio(), is.successRatio()),
            "success "
                + Describe.percent(was.successRatio())
                + " → "
                + Describe.percent(is.successRatio()));
    return latency.size() >= success.size() ? latency : success;
  }

  private static double factor(double was, double is) {
    return finite(Math.abs(Math.log(is / was)));
  }

  private static double finite(double size) {
    return size <= 1e9 ? size : 0;
  }
}

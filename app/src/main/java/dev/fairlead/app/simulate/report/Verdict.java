package dev.fairlead.app.simulate.report;

import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Expectation.AtLeast;
import dev.fairlead.simulator.scenario.Expectation.AtMost;
import dev.fairlead.simulator.scenario.Expectation.Near;
import java.util.List;
import java.util.Optional;

/**
 * What was expected, beside what was measured.
 *
 * @param measured NaN where there is no such number, which is never as expected
 */
public record Verdict(Expectation expected, double measured) {
  /** Empty where a contender that it is about was not run. */
  static Optional<Verdict> of(Expectation expected, List<Outcome> outcomes) {
    Optional<Double> own = metric(expected, expected.contender(), outcomes);
    if (expected.relativeTo().isEmpty()) {
      return own.map(number -> new Verdict(expected, number));
    }
    return own.flatMap(
        number ->
            metric(expected, expected.relativeTo().get(), outcomes)
                .map(other -> new Verdict(expected, number / other)));
  }

  private static Optional<Double> metric(
      Expectation expected, String contender, List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(outcome -> outcome.name().equals(contender))
        .findFirst()
        .map(
            outcome ->
                expected
                    .route()
                    .map(route -> outcome.share(route.from(), route.to()))
                    .orElseGet(() -> outcome.metric(expected.metric(), expected.trafficClass())));
  }

  public boolean met() {
    return expected.bound().holds(measured);
  }

  /** {@code l3 p99Millis ÷ even}, {@code l3 share of east → west}. */
  private String subject() {
    return expected.contender()
        + " "
        + expected.metric().id()
        + expected.route().map(each -> " of " + each.from() + " → " + each.to()).orElse("")
        + expected.trafficClass().map(each -> " of class " + each).orElse("")
        + expected.relativeTo().map(other -> " ÷ " + other).orElse("");
  }

  /** {@code at most 0.74}. */
  private String bound() {
    return switch (expected.bound()) {
      case Near near -> Numbers.plain(near.value()) + " ± " + Numbers.plain(near.tolerance());
      case AtMost most -> "at most " + Numbers.plain(most.value());
      case AtLeast least -> "at least " + Numbers.plain(least.value());
    };
  }

  /** {@code l3 p99Millis ÷ even: expected at most 0.74, measured 0.71 (why)}. */
  String sentence() {
    String why = expected.why().strip();
    return subject()
        + ": expected "
        + bound()
        + ", measured "
        + Numbers.plain(measured)
        + (why.isEmpty() ? "" : " (" + why + ")");
  }
}

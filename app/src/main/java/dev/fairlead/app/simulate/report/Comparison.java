package dev.fairlead.app.simulate.report;

import dev.fairlead.app.simulate.document.ScenarioDocument;
import dev.fairlead.simulator.result.Outcome;
import java.util.List;

/**
 * What came of one scenario, or of one point of its sweep.
 *
 * @param outcomes of the contenders that were run, in the scenario's order
 * @param verdicts of the expectations that are about them
 */
public record Comparison(ScenarioDocument.Run run, List<Outcome> outcomes, List<Verdict> verdicts) {
  public Comparison {
    outcomes = List.copyOf(outcomes);
    verdicts = List.copyOf(verdicts);
  }

  public static Comparison of(ScenarioDocument.Run run, List<Outcome> outcomes) {
    List<Verdict> verdicts =
        run.scenario().expectations().stream()
            .flatMap(expected -> Verdict.of(expected, outcomes).stream())
            .toList();
    return new Comparison(run, outcomes, verdicts);
  }

  /** Whether all is as expected. */
  public boolean met() {
    return verdicts.stream().allMatch(Verdict::met);
  }

  String name() {
    return run.scenario().name();
  }
}

package dev.fairlead.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Summary;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Scenario;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens, no request is lost from the books. */
class ConservationTest {
  static IntStream runs() {
    return IntStream.range(0, 2);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void whatStartedHasCompletedOrFailedOrIsInFlight(int run) {
    Scenario scenario = Everything.scenario();
    for (Contender contender : scenario.contenders()) {
      Run simulation = new Run(scenario, contender, Seeds.SEED + run);
      Outcome outcome = simulation.toEnd(part -> {});
      Summary all = outcome.all();
      long byClass =
          outcome.byClass().values().stream()
              .mapToLong(each -> each.completed() + each.failed())
              .sum();

      assertThat(outcome.started()).as(contender.name()).isGreaterThan(10_000);
      assertThat(outcome.inFlight())
          .as("%s, %s", contender.name(), Seeds.replay())
          .isEqualTo(simulation.inFlight());
      assertThat(byClass).isEqualTo(all.completed() + all.failed());
      assertThat(all.shed()).isLessThanOrEqualTo(all.failed());
      assertThat(all.failed()).as("something goes wrong in it").isPositive();
      assertThat(simulation.balancersInFlight())
          .as("leases that were never ended, %s, %s", contender.name(), Seeds.replay())
          .isEqualTo(simulation.leasesInFlight());
    }
  }
}

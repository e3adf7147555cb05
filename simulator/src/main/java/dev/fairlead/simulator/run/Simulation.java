package dev.fairlead.simulator.run;

import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Scenario;
import java.util.function.DoubleConsumer;

/**
 * A scenario's run with one contender: the same scenario and seed, the same outcome, everywhere.
 */
public final class Simulation {
  private Simulation() {}

  /**
   * Runs it to its end.
   *
   * @param seed in place of the scenario's
   * @param progress is told now and then which part of the time is over, from 0 to 1
   */
  public static Outcome run(
      Scenario scenario, Contender contender, long seed, DoubleConsumer progress) {
    return new Run(scenario, contender, seed).toEnd(progress);
  }

  /** As {@link #run} with the scenario's seed, without anybody who watches. */
  public static Outcome run(Scenario scenario, Contender contender) {
    return run(scenario, contender, scenario.seed(), part -> {});
  }
}

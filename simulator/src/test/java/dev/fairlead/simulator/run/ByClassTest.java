package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Summary;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Machines;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * One of three clusters is lost at 85 % load where pods know no classes: they work on all that
 * comes at the same time, so that whoever is let in slows all others down.
 */
class ByClassTest {
  private static final int WARM_UP = 60;
  private static final int LOST_AT = 120;
  private static final int LOST_FOR = 240;
  private static final double PER_CLASS = 1 / 3.0;

  private static Scenarios oneIsLost() {
    Scenarios scenarios =
        new Scenarios()
            .threeRegions()
            .service(service())
            .fault(LOST_AT, LOST_FOR, new Fault.Down(new Fault.Target("ap", "web"), false))
            .lasts(WARM_UP, 420)
            .exchange(1, 0.05);
    for (String from : new String[] {"us", "eu", "ap"}) {
      for (int trafficClass : new int[] {0, 3, 6}) {
        scenarios.traffic(
            new Traffic(
                new Traffic.At(from, ""),
                "web",
                trafficClass,
                new Arrivals.Poisson(new Arrivals.PerSecond(0.85 * 502 * PER_CLASS)),
                new Shape.Steady(),
                Optional.empty()));
      }
    }
    return scenarios;
  }

  private static Service service() {
    List<Pods> pods = List.of(pods("us"), pods("eu"), pods("ap"));
    Service plain = new Service("web", new Law.LogNormal(20 * MS, 80 * MS), pods);
    return new Service(
        plain.name(),
        plain.requestBytes(),
        plain.responseBytes(),
        plain.serviceTime(),
        Service.DEFAULT_DEADLINE,
        Service.DEFAULT_DEADLINE,
        Service.DEFAULT_RETRIES,
        plain.balancer(),
        pods,
        Optional.empty(),
        List.of(),
        false);
  }

  /** Four cores each, and 600 workers: 12 cores and 23.9 ms are 502 rps. */
  private static Pods pods(String cluster) {
    return new Pods(
        cluster,
        "",
        3,
        600,
        0,
        Optional.empty(),
        Service.Slowdown.NONE,
        Optional.of(new Machines(1, 4, 4, new Law.Fixed(0), new Law.Fixed(3600e9))),
        1,
        Optional.empty());
  }

  private static Map<Integer, Summary> byClass(boolean shedding) {
    Contender central = Scenarios.central(PolicyKind.OPTIMIZED);
    Contender contender =
        new Contender(
            central.name(),
            central.objective().map(objective -> objective.shedding(shedding)),
            central.balancer(),
            true,
            false);
    return Simulation.run(oneIsLost().build(contender), contender).byClass();
  }

  /**
   * Without it all classes lose the same, for the queues know none. With it the highest keeps what
   * is not lost before the first plan that knows of the loss, and to what estimates of capacity err
   * by: 95.4 % at one of six seeds and above 99.8 % at the others, where it is 78 to 81 % without.
   * What the classes below keep of that varies: the middle one mostly gains, and lost at one seed.
   */
  @Test
  void turningAwayAtTheSourceIsForTheHigherClassesWhereQueuesKnowNone() {
    Map<Integer, Summary> without = byClass(false);
    Map<Integer, Summary> with = byClass(true);

    String about = "without " + without + ", with " + with + ", " + Seeds.replay();
    for (Summary each : without.values()) {
      assertThat(each.successRatio()).as(about).isCloseTo(ratio(without, 6), within(0.02));
    }
    assertThat(ratio(with, 6)).as(about).isGreaterThan(0.95);
    assertThat(ratio(with, 6)).as(about).isGreaterThan(ratio(without, 6) + 0.15);
    assertThat(ratio(with, 3)).as(about).isLessThan(ratio(with, 6));
    assertThat(ratio(with, 0)).as(about).isLessThan(ratio(with, 3) - 0.15);
  }

  private static double ratio(Map<Integer, Summary> byClass, int trafficClass) {
    return byClass.get(trafficClass).successRatio();
  }
}

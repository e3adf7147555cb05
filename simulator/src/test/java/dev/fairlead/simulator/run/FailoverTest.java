package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Curves.Point;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** One of three clusters is lost at 85 % load: the other two cannot carry it all. */
class FailoverTest {
  private static final int WARM_UP = 30;
  private static final int LOST_AT = 90;
  private static final int LOST_FOR = 90;

  /** What the workers of two clusters can serve: 12 each, and 23.9 ms a request. */
  private static final double SURVIVORS_RPS = 2 * 12 / 0.0239;

  private static Scenarios oneIsLost() {
    Scenarios scenarios =
        new Scenarios()
            .threeRegions()
            .service(service())
            .fault(LOST_AT, LOST_FOR, new Fault.Down(new Fault.Target("ap", "web"), false))
            .lasts(WARM_UP, 300);
    for (String from : new String[] {"us", "eu", "ap"}) {
      scenarios.traffic(traffic(from, 6, 107));
      scenarios.traffic(traffic(from, 3, 213));
      scenarios.traffic(traffic(from, 0, 107));
    }
    return scenarios;
  }

  /** With the one retry that the proxy makes where a connection is refused. */
  private static Service service() {
    List<Pods> pods =
        List.of(new Pods("us", 3, 4, 200), new Pods("eu", 3, 4, 200), new Pods("ap", 3, 4, 200));
    Service plain = new Service("web", new Law.LogNormal(20 * MS, 80 * MS), pods);
    return new Service(
        plain.name(),
        plain.requestBytes(),
        plain.responseBytes(),
        plain.serviceTime(),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Service.DEFAULT_RETRIES,
        plain.balancer(),
        pods,
        Optional.empty(),
        List.of(),
        false);
  }

  private static Traffic traffic(String from, int trafficClass, double rate) {
    return new Traffic(
        new Traffic.At(from, ""),
        "web",
        trafficClass,
        new Arrivals.Poisson(new Arrivals.PerSecond(rate)),
        new Shape.Steady(),
        Optional.empty());
  }

  /**
   * The one that is back gets what it can serve and not everything at once: in no ten seconds do
   * the three serve much less than the two did, and after a minute next to nothing is turned away.
   * Not nothing: at 85 % chance alone may look like an overload once in some minutes.
   */
  private static void recovers(Outcome outcome) {
    long late = 0;
    long of = 0;
    Map<Integer, Long> served = new TreeMap<>();
    for (Point point : outcome.curves().points()) {
      double after = point.seconds() + WARM_UP - LOST_AT - LOST_FOR;
      long completed = point.requests().completed();
      if (after > 0) {
        served.merge((int) ((after - 1) / 10), completed, Long::sum);
      }
      if (after > 60) {
        late += point.requests().failed();
        of += completed;
      }
    }
    served.forEach(
        (ten, requests) ->
            assertThat(requests)
                .as("%d0 s after the return, %s", ten, Seeds.replay())
                .isGreaterThan((long) (10 * 0.7 * SURVIVORS_RPS)));
    assertThat((double) late / of).as(Seeds.replay()).isLessThan(0.005);
  }

  @Test
  void theHighestClassIsServedAndTheLowestGivesWay() {
    Scenario scenario = oneIsLost().build(Scenarios.central(PolicyKind.OPTIMIZED));

    Outcome outcome = Simulation.run(scenario, scenario.contenders().get(0));

    double highest = outcome.byClass().get(6).successRatio();
    double middle = outcome.byClass().get(3).successRatio();
    assertThat(highest).as(Seeds.replay()).isGreaterThanOrEqualTo(0.999);
    assertThat(outcome.byClass().get(0).successRatio()).as(Seeds.replay()).isLessThan(middle);
    assertThat(middle).as(Seeds.replay()).isLessThan(highest);
    for (Point point : outcome.curves().points()) {
      double second = point.seconds() + WARM_UP;
      if (second > LOST_AT + 10 && second <= LOST_AT + LOST_FOR) {
        // In one second chance makes the 48 workers' sum of service times vary by a few percent.
        assertThat(point.requests().completed())
            .as("at %s s, %s", second, Seeds.replay())
            .isLessThan((long) (1.15 * SURVIVORS_RPS));
      }
    }
    recovers(outcome);
  }
}

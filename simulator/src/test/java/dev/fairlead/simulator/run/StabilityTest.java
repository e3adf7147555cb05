package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static dev.fairlead.simulator.Scenarios.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Curves.ShareCurve;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Shape.Step;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans under demand that changes, metrics that come late, and many who decide alone. */
class StabilityTest {
  private static final int WARM_UP = 30;
  private static final int LASTS = 300;

  /**
   * To and fro of a plan that never rests: a step of 10 points out of one destination and into
   * another (0.2) in every third period of 5 s, which is all that change control lets through.
   */
  private static final double RESTLESS = 0.2 * (WARM_UP + LASTS) / 15;

  /** What the demand of one of three clusters does. */
  private static Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new TreeMap<>();
    shapes.put("step", new Shape.Steps(List.of(new Step(seconds(120), 1.6))));
    shapes.put("ramp", new Shape.Ramp(seconds(60), seconds(240), 0.5, 1.6));
    shapes.put("sine", new Shape.Sine(seconds(60), 0.6, Duration.ZERO));
    shapes.put("sawtooth", new Shape.Sawtooth(seconds(5), 0.4, 1.6));
    shapes.put("noise", new Shape.Noise(seconds(5), 0.6));
    return shapes;
  }

  private static List<String> shapeNames() {
    return List.copyOf(shapes().keySet());
  }

  /** The callers of {@code east} are most, and send by the shape. */
  private static Scenarios three(Shape shape) {
    return new Scenarios()
        .clusters("east", "west", "far")
        .link("east", "west", new Link.Way(Duration.ofMillis(10)))
        .link("east", "far", new Link.Way(Duration.ofMillis(25)))
        .link("west", "far", new Link.Way(Duration.ofMillis(25)))
        .service(
            Scenarios.service(
                "web",
                new Law.LogNormal(20 * MS, 80 * MS),
                5,
                Algorithm.DEFAULT,
                new Pods("east", 1, 4, 500),
                new Pods("west", 1, 4, 500),
                new Pods("far", 1, 4, 500)))
        .traffic(traffic("east", 90, shape))
        .traffic(traffic("west", 60, new Shape.Steady()))
        .traffic(traffic("far", 30, new Shape.Steady()))
        .lasts(WARM_UP, LASTS);
  }

  private static Traffic traffic(String from, double rate, Shape shape) {
    return new Traffic(
        new Traffic.At(from, ""),
        "web",
        Traffic.DEFAULT_CLASS,
        new Arrivals.Poisson(new Arrivals.PerSecond(rate)),
        shape,
        Optional.empty());
  }

  private static Outcome run(Scenarios scenarios, Contender contender) {
    Scenario scenario = scenarios.build(contender);
    return Simulation.run(scenario, contender);
  }

  /** A wave of a minute has to be followed; all else averages out or happens once. */
  @ParameterizedTest
  @MethodSource("shapeNames")
  void plansAreCalmerThanThePublishedLoops(String name) {
    Outcome optimized = calmer(three(shapes().get(name)), true);

    double bound = name.equals("sine") ? RESTLESS : RESTLESS / 2;
    assertThat(optimized.oscillationIndex()).as(Seeds.replay()).isLessThan(bound);
    noMoreThanAStep(optimized);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 30})
  void metricsThatComeLateDoNotMakeItSwing(int delaySeconds) {
    Scenarios scenarios = three(shapes().get("step")).exchange(5, delaySeconds);

    Outcome optimized = calmer(scenarios, true);

    assertThat(optimized.oscillationIndex()).as(Seeds.replay()).isLessThan(RESTLESS / 2);
    noMoreThanAStep(optimized);
  }

  /** Returns the outcome of {@code optimized}, which is below that of {@code l3-reference}. */
  private static Outcome calmer(Scenarios scenarios, boolean central) {
    Outcome reference =
        run(
            scenarios,
            central
                ? Scenarios.central(PolicyKind.L3_REFERENCE)
                : Scenarios.steered(PolicyKind.L3_REFERENCE));
    Outcome optimized =
        run(
            scenarios,
            central
                ? Scenarios.central(PolicyKind.OPTIMIZED)
                : Scenarios.steered(PolicyKind.OPTIMIZED));
    assertThat(optimized.oscillationIndex())
        .as(Seeds.replay())
        .isLessThan(reference.oscillationIndex());
    return optimized;
  }

  /** Nobody is unusable or over capacity here, so nothing moves faster than change control says. */
  private static void noMoreThanAStep(Outcome outcome) {
    double step = ChangeControl.DEFAULT.largestStep() + 1e-9;
    for (ShareCurve curve : outcome.curves().shares()) {
      for (int at = 1; at < curve.planned().size(); at++) {
        double before = curve.planned().get(at - 1);
        assertThat(curve.planned().get(at))
            .as("%s of %s at %d s, %s", curve.destination(), curve.source(), at, Seeds.replay())
            .isBetween(before - step, before + step);
      }
    }
  }

  /** What is not heard of keeps its shares from half a minute on, though demand changes. */
  @Test
  void aClusterThatNoLongerReportsIsNeitherStarvedNorFed() {
    Scenarios scenarios =
        three(shapes().get("sine")).fault(120, 0, new Fault.StaleTelemetry("west"));

    Outcome outcome = run(scenarios, Scenarios.central(PolicyKind.OPTIMIZED));

    for (ShareCurve curve : outcome.curves().shares()) {
      if (curve.destination().equals("west")) {
        List<Double> later = curve.planned().subList(160 - WARM_UP, LASTS);
        assertThat(later)
            .as("%s, %s", curve.source(), Seeds.replay())
            .allSatisfy(each -> assertThat(each).isCloseTo(later.get(0), within(1e-9)));
      }
    }
  }

  /** The destination {@code b} is three times as slow for a minute. */
  private static Scenarios herd() {
    Scenarios scenarios = new Scenarios().clusters("a", "b", "c");
    for (String to : List.of("a", "b", "c")) {
      for (String other : List.of("a", "b", "c")) {
        if (to.compareTo(other) < 0) {
          scenarios.link(to, other, new Link.Way(Duration.ofMillis(10)));
        }
      }
    }
    for (int at = 0; at < 50; at++) {
      String name = "s" + at;
      scenarios.clusters(name);
      for (String to : List.of("a", "b", "c")) {
        scenarios.link(name, to, new Link.Way(Duration.ofMillis(10)));
      }
      scenarios.traffic(traffic(name, 4, new Shape.Steady()));
    }
    return scenarios
        .service(
            Scenarios.service(
                "web",
                new Law.LogNormal(20 * MS, 80 * MS),
                5,
                Algorithm.DEFAULT,
                new Pods("a", 1, 4, 500),
                new Pods("b", 1, 4, 500),
                new Pods("c", 1, 4, 500)))
        .fault(90, 60, new Fault.Slow(new Fault.Target("b", "web"), 3, false))
        .lasts(WARM_UP, 210);
  }

  /**
   * Fifty who decide alone and see the same slow destination leave it, and come back, in steps. The
   * way back needs no hold, so that a plan that never rests moves by 0.2 in each of the 48 periods;
   * the one that moves most stays within half of that.
   */
  @Test
  void fiftySourcesAloneAreNoHerd() {
    Outcome optimized = calmer(herd(), false);

    assertThat(optimized.oscillationIndex()).as(Seeds.replay()).isLessThan(0.2 * 48 / 2);
    assertThat(optimized.all().failed()).isZero();
    noMoreThanAStep(optimized);
  }

  @Test
  void fiftySourcesThatTheBrokerPlansForAreNoHerd() {
    assertThat(calmer(herd(), true).all().failed()).isZero();
  }
}

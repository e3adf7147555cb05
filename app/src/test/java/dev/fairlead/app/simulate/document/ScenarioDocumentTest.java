package dev.fairlead.app.simulate.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.PolicyKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a right document says. */
class ScenarioDocumentTest {
  static final Path EVERYTHING = Path.of("src/test/resources/scenario/everything.yaml");

  private static Scenario everything() {
    Documented.Read read = Documented.file(EVERYTHING);
    assertThat(read.problems()).isEmpty();
    return read.runs().getFirst().scenario();
  }

  private static Scenario small(String... settings) {
    Documented.Read read = Documented.text(Documented.SMALL, settings);
    assertThat(read.problems()).isEmpty();
    return read.runs().getFirst().scenario();
  }

  @Test
  void aSmallScenarioHasTheDefaultsOfThePage() {
    Scenario scenario = small();

    assertThat(scenario.seed()).isEqualTo(1);
    assertThat(scenario.warmUp()).isZero();
    assertThat(scenario.resolution()).isEqualTo(Duration.ofSeconds(1));
    assertThat(scenario.clusters().getFirst().zones()).containsExactly("us-easta");
    assertThat(scenario.exchange().interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(scenario.services().getFirst().deadline()).isEqualTo(Duration.ofSeconds(5));
    assertThat(scenario.services().getFirst().successWithin()).isEqualTo(Duration.ofSeconds(5));
    assertThat(scenario.services().getFirst().responseBytes()).isEqualTo(new Law.Fixed(16384));
    assertThat(scenario.traffic().getFirst().trafficClass()).isEqualTo(Traffic.DEFAULT_CLASS);
    assertThat(scenario.traffic().getFirst().arrivals())
        .isEqualTo(new Arrivals.Poisson(new Arrivals.PerSecond(50)));
    assertThat(scenario.contenders().getFirst().objective()).isEmpty();
  }

  @Test
  void aLinkGoesBothWaysUnlessItSaysOneWay() {
    assertThat(everything().links())
        .extracting(link -> link.from() + ">" + link.to())
        .containsExactly("east>west", "west>east", "east/us-east-1>east/us-east-2");
    assertThat(everything().links().getFirst().way())
        .isEqualTo(
            new Link.Way(
                Duration.ofMillis(10), Duration.ofNanos(1_500_000), 0.001, 100 * 1024 * 1024));
  }

  @Test
  void lawsShapesAndArrivalsAreThoseThatTheDocumentNames() {
    Scenario scenario = everything();

    assertThat(scenario.services().get(0).serviceTime()).isEqualTo(new Law.LogNormal(20e6, 80e6));
    assertThat(scenario.services().get(1).serviceTime()).isEqualTo(new Law.Uniform(1e6, 5e6));
    assertThat(scenario.services().get(2).serviceTime()).isEqualTo(new Law.Fixed(300_000));
    assertThat(scenario.services().get(2).responseBytes()).isEqualTo(new Law.Pareto(1024, 1.5));
    assertThat(scenario.services().get(2).requestBytes())
        .isEqualTo(new Law.TruncatedNormal(512, 100));
    assertThat(scenario.traffic())
        .extracting(each -> each.shape().getClass().getSimpleName())
        .startsWith("Sine", "Steady", "Steps", "Sawtooth", "Burst", "Ramp", "Noise");
    assertThat(scenario.traffic().get(1).arrivals())
        .isEqualTo(new Arrivals.Poisson(Arrivals.Load.BENCHMARK));
    assertThat(scenario.traffic().get(2).shape())
        .isEqualTo(
            new Shape.Steps(
                List.of(
                    new Shape.Step(Duration.ofSeconds(10), 2),
                    new Shape.Step(Duration.ofSeconds(20), 1))));
  }

  @Test
  void faultsOfALinkGoBothWaysToo() {
    List<Fault> faults = everything().faults();

    assertThat(faults).filteredOn(each -> each.effect() instanceof Fault.Worse).hasSize(3);
    assertThat(faults)
        .extracting(Fault::effect)
        .contains(
            new Fault.BrokerDown(),
            new Fault.StaleTelemetry("east"),
            new Fault.LyingTelemetry("east", Double.NaN),
            new Fault.Scale("west", "web", -1),
            new Fault.Errors(new Fault.Target("east", ""), 0.05, Duration.ofMillis(2)),
            new Fault.Slow(new Fault.Target("east", "us-east-1", "", 0.5), 3, true));
  }

  @Test
  void contendersShareTheCommonSteeringAndOverrideIt() {
    Scenario scenario = everything();
    var even = scenario.contenders().get(1).objective().orElseThrow();
    var l3 = scenario.contenders().get(2).objective().orElseThrow();

    assertThat(even.policy()).isEqualTo(PolicyKind.EVEN);
    assertThat(even.period()).isEqualTo(Duration.ofSeconds(1));
    assertThat(even.changeControl().deadband()).isEqualTo(0.01);
    assertThat(even.mode()).isEqualTo(Mode.DRIVE);
    assertThat(l3.period()).isEqualTo(Duration.ofSeconds(5));
    assertThat(l3.changeControl().deadband()).isEqualTo(0.01);
  }

  @Test
  void prequalCanBeHadSinceTheSimulatorProbes() {
    assertThat(everything().contenders().get(3).balancer().orElseThrow().algorithm())
        .isInstanceOfSatisfying(
            Algorithm.Prequal.class,
            prequal -> assertThat(prequal.probes().hotQuantile()).isEqualTo(0.8));
  }

  @Test
  void aSweepIsARunForEachValueWithTheExpectationsOfThatValue() {
    List<ScenarioDocument.Run> runs = Documented.file(EVERYTHING).runs();

    assertThat(runs)
        .extracting(run -> run.scenario().links().getFirst().way().delay().toMillis())
        .containsExactly(10L, 30L);
    assertThat(runs.getFirst().point())
        .contains(new ScenarioDocument.Point("spec.links[0].delay", "10ms", 0, 2));
    assertThat(runs.get(0).scenario().expectations()).hasSize(3);
    assertThat(runs.get(1).scenario().expectations()).hasSize(2);
    assertThat(runs.get(0).scenario().expectations().get(1).bound())
        .isEqualTo(new Expectation.Near(10_000, 500));
    assertThat(runs.get(1).continues(runs.get(0))).isTrue();
    assertThat(runs.get(0).continues(runs.get(1))).isFalse();
  }

  @Test
  void aSweepMayReplaceAWholeMappingOrAnItemByName() {
    String swept =
        Documented.SMALL
            + """
              sweep:
                path: spec.services[web].serviceTime
                values: [5ms, {exponential: {mean: 5ms}}]
            """;
    List<ScenarioDocument.Run> runs = Documented.text(swept).runs();

    assertThat(runs)
        .extracting(run -> run.scenario().services().getFirst().serviceTime())
        .containsExactly(new Law.Fixed(5e6), new Law.Exponential(5e6));
    assertThat(runs.get(1).point().orElseThrow().value()).isEqualTo("{exponential: {mean: 5ms}}");
  }

  @Test
  void aTraceInColumnsBecomesTrafficForEachClusterAndService() {
    List<Traffic> traced =
        everything().traffic().stream()
            .filter(each -> each.arrivals() instanceof Arrivals.Replay)
            .toList();

    assertThat(traced)
        .extracting(each -> each.from() + " " + each.service())
        .containsExactly(
            "At[cluster=east, zone=] web",
            "At[cluster=west, zone=] web",
            "At[cluster=west, zone=] cache",
            "At[cluster=west, zone=] web");
    assertThat(((Arrivals.Replay) traced.get(2).arrivals()).trace().atNanos(0))
        .isEqualTo(1_250_000);
    assertThat(((Arrivals.Replay) traced.get(2).arrivals()).repeat()).isTrue();
    assertThat(((Arrivals.Replay) traced.get(3).arrivals()).trace().size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0",
    "50ns, 50",
    "1.5us, 1500",
    "1m30s, 90000000000",
    "0.001ms, 1000",
    "1h1m1s1ms, 3661001000000",
  })
  void timesAreAsFineAsNanoseconds(String time, long nanos) {
    assertThat(small("spec.warmUp=" + time).warmUp().toNanos()).isEqualTo(nanos);
  }

  @Test
  void settingsReplaceFieldsAndAddThoseThatAreLeftOut() {
    Scenario scenario =
        small(
            "spec.seed=42",
            "spec.links[0].delay=5ms",
            "spec.contenders[l3].steering.period=2s",
            "spec.services[0].pods[1].workers=16");

    assertThat(scenario.seed()).isEqualTo(42);
    assertThat(scenario.links().getFirst().way().delay()).isEqualTo(Duration.ofMillis(5));
    assertThat(scenario.contenders().get(1).objective().map(each -> each.period()))
        .isEqualTo(Optional.of(Duration.ofSeconds(2)));
    assertThat(scenario.services().getFirst().pods().get(1).workers()).isEqualTo(16);
  }

  @Test
  void aSettingOfNothingLeavesAFieldOut() {
    assertThat(Documented.file(EVERYTHING, "spec.sweep=~", "spec.expect=").runs())
        .singleElement()
        .satisfies(run -> assertThat(run.scenario().expectations()).isEmpty());
  }

  @Test
  void aSettingThatLeadsNowhereOrIsWrongIsAProblemAtTheNearestPlace() {
    assertThat(Documented.text(Documented.SMALL, "spec.links[7].delay=5ms").problems())
        .containsExactly(
            "scenario.yaml:10:5: spec.links: has nothing that 'spec.links[7].delay' could be (mend"
                + " the path to set)");
    assertThat(Documented.text(Documented.SMALL, "spec.links[0].delay=fast").problems())
        .singleElement()
        .asString()
        .startsWith("scenario.yaml:10:37: spec.links[0].delay: 'fast' is not a time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spec",
        "=5",
        ".spec=1",
        "spec..a=1",
        "spec.a=[1",
        "spec.a=&x 1",
        "spec.a=1\n---\n2"
      })
  void whatIsNoSettingIsRefused(String text) {
    assertThatThrownBy(() -> Setting.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}

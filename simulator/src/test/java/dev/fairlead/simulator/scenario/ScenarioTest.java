package dev.fairlead.simulator.scenario;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.scenario.Service.Call;
import dev.fairlead.simulator.scenario.Service.Pods;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What fits together and what does not, said where and how to mend it. */
class ScenarioTest {
  private static final Law TEN = new Law.Fixed(10 * MS);
  private static final Arrivals SOME = new Arrivals.Poisson(new Arrivals.PerSecond(1));

  private static Scenarios base() {
    return new Scenarios()
        .clusters("a", "b")
        .link("a", "b", new Link.Way(Duration.ofMillis(1)))
        .service(service("web", new Pods("a", 1, 1, 1), new Pods("b", 1, 1, 1)))
        .traffic(new Traffic("a", "web", SOME));
  }

  private static Service service(String name, Pods... pods) {
    return Scenarios.service(name, TEN, 1, Algorithm.DEFAULT, pods);
  }

  private static Service calling(String name, String called) {
    return new Service(
        name,
        TEN,
        TEN,
        TEN,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        0,
        BalancerPolicy.DEFAULT,
        List.of(new Pods("a", 1, 1, 1)),
        Optional.empty(),
        List.of(new Call(called, 1, Optional.empty())),
        false);
  }

  @Test
  void partsThatFitAreTaken() {
    assertThat(base().build().services()).hasSize(1);
  }

  private static Arguments problem(String path, String what, Consumer<Scenarios> wrong) {
    return Arguments.of(path, what, wrong);
  }

  static Stream<Arguments> problems() {
    Fault.Target nowhere = new Fault.Target("x", "");
    return Stream.of(
        problem("clusters[2].name", "'a' is there twice", s -> s.clusters("a")),
        problem("links[2].to.cluster", "no cluster 'x'", s -> s.link("a", "x", Link.Way.NONE)),
        problem("links[2]", "second link", s -> s.link("a", "b", Link.Way.NONE)),
        problem("services[1].name", "'web' is there twice", s -> s.service(service("web"))),
        problem("services[1].pods", "there are none", s -> s.service(service("db"))),
        problem(
            "services[1].pods[0].cluster",
            "no cluster 'x'",
            s -> s.service(service("db", new Pods("x", 1, 1, 1)))),
        problem(
            "services[1].calls[0].service",
            "no service 'db'",
            s -> s.service(calling("api", "db"))),
        problem(
            "services",
            "in a circle",
            s -> s.service(calling("one", "two")).service(calling("two", "one"))),
        problem(
            "traffic[1].service", "no service 'x'", s -> s.traffic(new Traffic("a", "x", SOME))),
        problem(
            "traffic[1].from.cluster",
            "no cluster 'x'",
            s -> s.traffic(new Traffic("x", "web", SOME))),
        problem(
            "links",
            "there is none from c to a",
            s -> s.clusters("c").traffic(new Traffic("c", "web", SOME))),
        problem(
            "faults[0].slow.cluster",
            "no cluster 'x'",
            s -> s.fault(1, 1, new Fault.Slow(nowhere, 2, false))),
        problem(
            "faults[0].down.service",
            "no service 'x'",
            s -> s.fault(1, 1, new Fault.Down(new Fault.Target("a", "x"), false))),
        problem(
            "faults[0].hang.zone",
            "no zone 'x'",
            s -> s.fault(1, 1, new Fault.Hang(new Fault.Target("a", "x", "", 1)))),
        problem(
            "faults[0].link.to.cluster",
            "no cluster 'x'",
            s ->
                s.fault(
                    1,
                    1,
                    new Fault.Worse(
                        new Link.End("a"), new Link.End("x"), Duration.ZERO, 0, 1, true))),
        problem(
            "faults[0].telemetry.cluster",
            "no cluster 'x'",
            s -> s.fault(1, 1, new Fault.StaleTelemetry("x"))),
        problem(
            "faults[0].pods.cluster",
            "no pod of web in 'x'",
            s -> s.fault(1, 1, new Fault.Scale("x", "web", 1))));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void whatDoesNotFitIsRefusedWithItsPath(String path, String what, Consumer<Scenarios> wrong) {
    Scenarios scenarios = base();
    wrong.accept(scenarios);
    ScenarioProblem problem = catchThrowableOfType(ScenarioProblem.class, () -> scenarios.build());

    assertThat(problem.path()).isEqualTo(path);
    assertThat(problem.what()).contains(what);
    assertThat(problem.mend()).isNotEmpty();
    assertThat(problem).hasMessageContainingAll(path, what, problem.mend());
  }

  static Stream<ThrowingCallable> numbersOutOfRange() {
    Duration second = Duration.ofSeconds(1);
    return Stream.of(
        () -> new Law.Fixed(Double.NaN),
        () -> new Law.Fixed(-1),
        () -> new Law.Uniform(2, 1),
        () -> new Law.Exponential(0),
        () -> new Law.LogNormal(2, 1),
        () -> new Law.Pareto(1, 1),
        () -> new Law.TruncatedNormal(1, Double.POSITIVE_INFINITY),
        () -> new Link.Way(second, Duration.ofSeconds(2), 0, 1),
        () -> new Link.Way(second, Duration.ZERO, 1.1, 1),
        () -> new Link.Way(second, Duration.ZERO, 0, 0),
        () -> new Pods("a", 1, 0, 1),
        () -> new Pods("a", -1, 1, 1),
        () -> new Service.Slowdown.Filling(0.5, 0.9),
        () -> new Service.Machines(3, 2, 1, TEN, TEN),
        () -> new Service.Autoscaler(0, second, second, second, 1, 2),
        () -> new Service.Autoscaler(0.5, second, second, second, 3, 2),
        () -> new Call("a", -1, Optional.empty()),
        () -> new Call("a", 1, Optional.of(8)),
        () -> new Arrivals.PerSecond(0),
        () -> new Arrivals.Load(Double.NaN),
        () -> new Traffic.Keys(0, 1),
        () -> new Shape.Sine(second, 1.1, second),
        () -> new Shape.Ramp(second, second, 1, 1),
        () -> new Shape.Steps(List.of(new Shape.Step(second, 1), new Shape.Step(second, 2))),
        () -> new Fault(second, second, Duration.ofMillis(1), new Fault.BrokerDown()),
        () ->
            new Fault(
                second,
                Duration.ZERO,
                Duration.ZERO,
                new Fault.Slow(new Fault.Target("a", ""), 2, true)),
        () -> new Fault.Scale("a", "web", 0),
        () -> new Fault.Target("a", "", "", 0),
        () -> new Exchange(Duration.ZERO, second),
        () -> new Trace.Builder().add(2, 3, 0, 0, 0, 0).add(1, 3, 0, 0, 0, 0),
        () -> new Trace.Builder().build());
  }

  @ParameterizedTest
  @MethodSource("numbersOutOfRange")
  void numbersOutOfRangeAreRefused(ThrowingCallable made) {
    assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class);
  }
}

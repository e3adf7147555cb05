package dev.fairlead.steering.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.demand.Ewma;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class L3ReferenceTest {
  private final L3Reference reference = new L3Reference(L3Reference.Formula.L3);

  private static Observation.Destination row(
      String name, double rps, double inFlight, double success, double p50, double p99) {
    return new Observation.Destination(
        name,
        true,
        0,
        rps,
        rps,
        inFlight,
        success,
        p50 * 1e6,
        p99 * 1e6,
        Double.NaN,
        Double.NaN,
        Double.NaN);
  }

  private static Observation.Destination missing(String name) {
    double none = Double.NaN;
    return new Observation.Destination(
        name, true, 0, none, none, none, none, none, none, none, none, none);
  }

  @Test
  void priorsAloneWeighTwenty() {
    SourceDecision<L3Reference.Memory> decision =
        reference.decide(Seen.at(0, missing("a")), reference.initial());
    // 100 / ((1+0)²·5 s); ratio 0 since rps is 0
    assertThat(decision.wanted().plan().shares().getFirst().weight()).isEqualTo(20);
  }

  @Test
  void wholeMillisecondsTowardsThePriorOverFiveSeconds() {
    L3Reference.Memory memory =
        reference.decide(Seen.at(0, missing("a")), reference.initial()).next();
    L3Reference.Backend a =
        reference
            .decide(Seen.at(5, row("a", 100, 10, 0.9, 20.9, 80.9)), memory)
            .next()
            .backends()
            .get("a");
    // d = e^−1 = 0.367879: 20·0.632121 + 5000·0.367879, 80·0.632121 + 5000·0.367879
    assertThat(a.p50().value()).isCloseTo(1852.03962, within(1e-4));
    assertThat(a.p99().value()).isCloseTo(1889.96685, within(1e-4));
    assertThat(a.inFlight().value()).isCloseTo(43.10915, within(1e-4));
    // d = e^−0.5 = 0.606531
    assertThat(a.success().value()).isCloseTo(0.96065307, within(1e-7));
    assertThat(a.rps().value()).isCloseTo(39.346934, within(1e-5));
  }

  @Test
  void weightsAreTruncated() {
    Ewma latency = new Ewma(30, 0);
    L3Reference.Backend backend =
        new L3Reference.Backend(
            List.of(), latency, latency, new Ewma(1, 0), new Ewma(0, 0), new Ewma(10, 0));
    // 100/0.03 = 3333.33
    assertThat(backend.weight(L3Reference.Formula.L3)).isEqualTo(3333);
  }

  @Test
  void missingSamplesDriftTowardsThePriors() {
    Ewma latency = new Ewma(30, 0);
    L3Reference.Backend before =
        new L3Reference.Backend(
            List.of(), latency, latency, new Ewma(0.5, 0), new Ewma(4, 0), new Ewma(10, 0));
    L3Reference.Backend after = before.with(Sample.of(missing("a")), 10_000_000_000L);
    assertThat(after.p50().value()).isEqualTo(130);
    assertThat(after.p99().value()).isEqualTo(130);
    assertThat(after.success().value()).isCloseTo(0.51, within(1e-12));
    assertThat(after.inFlight().value()).isEqualTo(5);
    // an explicit 0: 10·e^−1
    assertThat(after.rps().value()).isCloseTo(3.678794, within(1e-6));
  }

  @Test
  void driftStopsAtThePrior() {
    Ewma latency = new Ewma(4950, 0);
    L3Reference.Backend before =
        new L3Reference.Backend(
            List.of(), latency, latency, new Ewma(0.995, 0), new Ewma(100.5, 0), new Ewma(0, 0));
    L3Reference.Backend after = before.with(Sample.of(missing("a")), 5_000_000_000L);
    assertThat(after.p50().value()).isEqualTo(5000);
    assertThat(after.success().value()).isEqualTo(1);
    assertThat(after.inFlight().value()).isEqualTo(100);
  }

  @Test
  void windowIsTheLastTenSecondsWeightedByRequests() {
    L3Reference.Backend start = L3Reference.Backend.initial(0);
    L3Reference.Backend two =
        start
            .with(Sample.of(row("a", 10, 0, 1, 20, 20)), 0)
            .with(Sample.of(row("a", 30, 0, 1, 40, 40)), 5_000_000_000L);
    // (10·20 + 30·40)/40 = 35, of which 1 − e^−1 is taken
    assertThat(two.p50().value()).isCloseTo(35 * 0.6321206 + 5000 * 0.3678794, within(1e-3));
    L3Reference.Backend three = two.with(Sample.of(row("a", 30, 0, 1, 40, 40)), 10_000_000_000L);
    assertThat(three.window()).hasSize(2);
    assertThat(three.p50().value())
        .isCloseTo(40 * 0.6321206 + two.p50().value() * 0.3678794, within(1e-3));
  }

  @Test
  void changeOfLoadIsAgainstTheAverageAfterTheSample() {
    Ewma fast = new Ewma(100, 0);
    Ewma slow = new Ewma(400, 0);
    Ewma one = new Ewma(1, 0);
    Ewma zero = new Ewma(0, 0);
    L3Reference.Memory memory =
        new L3Reference.Memory(
            Map.of(
                "a", new L3Reference.Backend(List.of(), fast, fast, one, zero, zero),
                "b", new L3Reference.Backend(List.of(), slow, slow, one, zero, zero)),
            new Ewma(100, 0));
    Observation now = Seen.at(0, row("a", 100, 0, 1, 100, 100), row("b", 100, 0, 1, 400, 400));
    // Δt = 0: the average stays 100, so r = 1; weights 1000 and 250, mean 625, 1/(1+1) kept.
    Plan plan = reference.decide(now, memory).wanted().plan();
    assertThat(plan.shares().get(0).weight()).isEqualTo(812);
    assertThat(plan.shares().get(1).weight()).isEqualTo(437);
  }
}

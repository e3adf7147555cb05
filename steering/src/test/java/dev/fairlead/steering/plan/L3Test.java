package dev.fairlead.steering.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.demand.Observation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class L3Test {
  private final L3 l3 = new L3();

  private static Plan.Share share(SourceDecision<?> decision, String name) {
    return decision.wanted().plan().shares().stream()
        .filter(share -> share.destination().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void sharesFollowTheFormula() {
    // In flight/rps is P50 here: 0.02 and 0.07.
    SourceDecision<L3.Memory> decision =
        l3.decide(
            Seen.at(1, Seen.good("west", 200, 20, 20), Seen.good("east", 200, 70, 70)),
            l3.initial());
    double west = 100 / (1.02 * 1.02 * 0.02);
    double east = 100 / (1.07 * 1.07 * 0.07);
    assertThat(share(decision, "west").weight()).isCloseTo(west, within(1e-6));
    assertThat(share(decision, "west").share()).isCloseTo(west / (west + east), within(1e-9));
    assertThat(share(decision, "west").reason())
        .isEqualTo("P50 20 ms, P99 20 ms, success 100 %, in flight/rps 4.0/200");
  }

  @Test
  void unknownDestinationsGetTheMeanWeightOfTheKnown() {
    SourceDecision<L3.Memory> decision =
        l3.decide(
            Seen.at(1, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 70, 70), Seen.silent("c")),
            l3.initial());
    double mean = (share(decision, "a").weight() + share(decision, "b").weight()) / 2;
    assertThat(share(decision, "c").weight()).isCloseTo(mean, within(1e-9));
  }

  @Test
  void nothingKnownIsEven() {
    SourceDecision<L3.Memory> decision =
        l3.decide(Seen.at(1, Seen.silent("a"), Seen.silent("b")), l3.initial());
    assertThat(Seen.shares(decision.wanted().plan())).isEqualTo(Map.of("a", 0.5, "b", 0.5));
  }

  @Test
  void silenceKeepsTheAveragesUntilTheyAreForgotten() {
    L3.Memory memory =
        l3.decide(
                Seen.at(1, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 200, 200)),
                l3.initial())
            .next();
    SourceDecision<L3.Memory> soon =
        l3.decide(Seen.at(20, Seen.good("a", 200, 20, 20), Seen.silent("b")), memory);
    assertThat(share(soon, "b").share()).isLessThan(0.2);
    SourceDecision<L3.Memory> late =
        l3.decide(Seen.at(60, Seen.good("a", 200, 20, 20), Seen.silent("b")), memory);
    assertThat(share(late, "b").share()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void theSlowestIsStillExploredWithOneRequestASecond() {
    SourceDecision<L3.Memory> decision =
        l3.decide(
            Seen.at(1, Seen.good("a", 390, 2, 2), Seen.good("b", 10, 60_000, 60_000)),
            l3.initial());
    assertThat(share(decision, "b").share()).isCloseTo(1 / 400.0, within(1e-9));
  }

  @Test
  void moreLoadThanUsualDrawsSharesTogether() {
    L3.Memory memory =
        l3.decide(
                Seen.at(1, Seen.good("a", 100, 20, 20), Seen.good("b", 100, 70, 70)), l3.initial())
            .next();
    SourceDecision<L3.Memory> same =
        l3.decide(Seen.at(2, Seen.good("a", 100, 20, 20), Seen.good("b", 100, 70, 70)), memory);
    SourceDecision<L3.Memory> doubled =
        l3.decide(Seen.at(2, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 70, 70)), memory);
    // r = (400 − 200)/200 = 1, the EWMA being the one before the sample; the raw weights differ
    // from the steady ones since the averaged in flight and rps follow at different speeds.
    assertThat(share(doubled, "a").share()).isLessThan(share(same, "a").share() - 0.1);
  }

  @Test
  void badNumbersAreCountedAndTheRestIsUsed() {
    double inf = Double.POSITIVE_INFINITY;
    Observation.Destination bad =
        new Observation.Destination(
            "b", true, 0, -1, inf, 1e300, 1.5, 80e6, 20e6, 1, 0, Double.NaN);
    SourceDecision<L3.Memory> decision =
        l3.decide(Seen.at(1, Seen.good("a", 200, 20, 20), bad), l3.initial());
    // started, ended, in flight, success, and P99 < P50
    assertThat(decision.wanted().badSamples()).isEqualTo(5);
    assertThat(share(decision, "b").share()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void whatWasNeverMeasuredHasNoAge() {
    SourceDecision<L3.Memory> decision =
        l3.decide(Seen.at(1, Seen.good("a", 100, 20, 20), Seen.unmeasured("b")), l3.initial());
    assertThat(share(decision, "b").reason())
        .isEqualTo("no latency known: mean weight; never measured");
  }

  @Test
  void staleNumbersChangeNothingAndAreNamed() {
    L3.Memory memory =
        l3.decide(
                Seen.at(1, Seen.good("a", 100, 20, 20), Seen.good("b", 100, 20, 20)), l3.initial())
            .next();
    SourceDecision<L3.Memory> decision =
        l3.decide(
            Seen.at(2, Seen.good("a", 100, 20, 20), Seen.aged(Seen.good("b", 100, 900, 900), 16)),
            memory);
    assertThat(decision.wanted().stale()).containsExactly("b");
    assertThat(decision.next().destinations().get("b")).isEqualTo(memory.destinations().get("b"));
  }
}

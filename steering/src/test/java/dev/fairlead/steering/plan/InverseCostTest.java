package dev.fairlead.steering.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Valuation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InverseCostTest {
  private static final TrafficKey C1 =
      new TrafficKey(new ServiceName("shop", "cart"), "c1", TrafficKey.ANY_CLASS);

  private static Topology trips(double c2, double c3) {
    return new Topology(
        Map.of(),
        PriceList.FREE,
        Map.of(
            new Topology.Way("c1", "c2"), new Topology.RoundTrip(c2, 0, 0),
            new Topology.Way("c1", "c3"), new Topology.RoundTrip(c3, 0, 0)),
        List.of(),
        Set.of());
  }

  private static Map<String, Double> shares(Topology topology, Observation.Destination... rows) {
    Valuation valuation = Valuation.of(Valuation.Objective.MIXED, 1e-4);
    InverseCost policy = new InverseCost(valuation);
    Observation seen = new Observation(C1, 0, List.of(rows));
    Observations all = new Observations(0, List.of(seen), topology);
    Wanted wanted = policy.decide(all, policy.initial()).wanted().get(C1);
    return wanted == null ? Map.of() : Seen.shares(wanted.plan());
  }

  @Test
  void halfTheCostIsTwiceTheShare() {
    Map<String, Double> shares =
        shares(trips(10e6, 5e6), Seen.gone("c1"), Seen.silent("c2"), Seen.silent("c3"));
    assertThat(shares.get("c2")).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(shares.get("c3")).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(shares.get("c1")).isZero();
  }

  @Test
  void theOwnClusterTakesEverythingWhileItIsUsable() {
    Map<String, Double> shares =
        shares(trips(10e6, 5e6), Seen.silent("c1"), Seen.silent("c2"), Seen.silent("c3"));
    assertThat(shares).containsEntry("c1", 1.0).containsEntry("c2", 0.0);
  }

  @Test
  void aWayOfUnknownLengthCostsTheMeanOfTheOthers() {
    Map<String, Double> shares =
        shares(trips(10e6, 30e6), Seen.silent("c2"), Seen.silent("c3"), Seen.silent("c4"));
    assertThat(shares.get("c2")).isCloseTo(6 / 11.0, within(1e-9));
    assertThat(shares.get("c4")).isCloseTo(3 / 11.0, within(1e-9));
    assertThat(shares(Topology.UNKNOWN, Seen.silent("c2"), Seen.silent("c3")))
        .containsEntry("c2", 0.5);
  }

  @Test
  void bytesCostWhatTheirPriceSays() {
    Locality here = new Locality("eu", "", "");
    Locality there = new Locality("us", "", "");
    Topology topology =
        new Topology(
            Map.of("c1", here, "c2", there, "c3", here),
            new PriceList(List.of(new PriceList.Price(here, there, 1.0))),
            Map.of(
                new Topology.Way("c1", "c2"), new Topology.RoundTrip(10e6, 0, 0),
                new Topology.Way("c1", "c3"), new Topology.RoundTrip(10e6, 0, 0)),
            List.of(),
            Set.of());
    // 10 ms at 1e-4 $/s are 1e-6 $; 1024 bytes out at 1 $/GiB about as much again.
    Observation.Destination row = Seen.good("c2", 10, 5, 9);
    Observation.Destination sized =
        new Observation.Destination(
            "c2", true, 0, 10, 10, 1, 1, 5e6, 9e6, 1e-6 * (1 << 30), 0, Double.NaN);
    assertThat(row.usable()).isTrue();
    Map<String, Double> shares = shares(topology, sized, Seen.silent("c3"));
    assertThat(shares.get("c2")).isCloseTo(1 / 3.0, within(1e-9));
  }

  @Test
  void whatResidencyForbidsGetsNothing() {
    Topology forbidding =
        new Topology(
            Map.of(), PriceList.FREE, Map.of(), List.of(), Set.of(new Topology.Way("c1", "c2")));
    assertThat(shares(forbidding, Seen.silent("c2"), Seen.silent("c3")))
        .containsEntry("c2", 0.0)
        .containsEntry("c3", 1.0);
  }
}

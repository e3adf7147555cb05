package dev.fairlead.steering.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedTest {
  private static final ServiceName SERVICE = new ServiceName("shop", "cart");
  private static final long SECOND = 1_000_000_000L;

  private static Observation from(
      String source, int trafficClass, long ageSeconds, double rps, double millis) {
    Observation.Destination row =
        new Observation.Destination(
            "east",
            true,
            ageSeconds * SECOND,
            rps,
            rps,
            rps / 10,
            1,
            millis * 1e6,
            4 * millis * 1e6,
            200,
            800,
            600,
            1.2 * millis * 1e6,
            3);
    return new Observation(
        new TrafficKey(SERVICE, source, trafficClass), 100 * SECOND, List.of(row));
  }

  private static Served served(Map<Topology.Way, Double> ways, Observation... observations) {
    Map<Topology.Way, Topology.RoundTrip> roundTrips = new HashMap<>();
    ways.forEach((way, millis) -> roundTrips.put(way, new Topology.RoundTrip(millis * 1e6, 0, 0)));
    Topology topology = new Topology(Map.of(), PriceList.FREE, roundTrips, List.of(), Set.of());
    return Served.of(new Observations(100 * SECOND, List.of(observations), topology)).get("east");
  }

  @Test
  void sourcesAreAddedUpWithoutTheirWays() {
    Served served =
        served(
            Map.of(new Topology.Way("west", "east"), 60.0),
            from("east", -1, 0, 300, 20),
            from("west", -1, 0, 100, 80));
    assertThat(served.startedRps()).isEqualTo(400);
    assertThat(served.inFlight()).isEqualTo(40);
    assertThat(served.p50Nanos()).isCloseTo(20e6, within(1.0));
    // 1.2 · 20 ms; 1.2 · 80 − 60 ms.
    assertThat(served.meanNanos()).isCloseTo((300 * 24e6 + 100 * 36e6) / 400, within(1.0));
    assertThat(served.readyEndpoints()).isEqualTo(3);
    assertThat(served.hintedRps()).isEqualTo(600);
  }

  @Test
  void aWayOfUnknownLengthTellsNoLatencyWhereAnotherIsKnown() {
    Served served = served(Map.of(), from("east", -1, 0, 300, 20), from("west", -1, 0, 100, 80));
    assertThat(served.endedRps()).isEqualTo(400);
    assertThat(served.timedRps()).isEqualTo(300);
    assertThat(served.p50Nanos()).isCloseTo(20e6, within(1.0));
    assertThat(served(Map.of(), from("west", -1, 0, 100, 80)).p50Nanos())
        .isCloseTo(80e6, within(1.0));
  }

  @Test
  void classesAreAddedUpUnlessTheWholeIsThere() {
    assertThat(
            served(Map.of(), from("east", 1, 0, 30, 20), from("east", 5, 0, 70, 20)).startedRps())
        .isEqualTo(100);
    assertThat(
            served(
                    Map.of(),
                    from("east", 1, 0, 30, 20),
                    from("east", -1, 0, 90, 20),
                    from("east", -1, 0, 500, 20))
                .startedRps())
        .isEqualTo(90);
  }

  @Test
  void whatIsStaleIsLeftOut() {
    assertThat(
            served(Map.of(), from("east", -1, 0, 30, 20), from("west", -1, 15, 70, 20)).endedRps())
        .isEqualTo(100);
    assertThat(
            served(Map.of(), from("east", -1, 0, 30, 20), from("west", -1, 16, 70, 20)).endedRps())
        .isEqualTo(30);
  }

  @Test
  void oneUnknownRateMakesTheSumUnknown() {
    Served served =
        served(Map.of(), from("east", -1, 0, 30, 20), from("west", -1, 0, Double.NaN, 20));
    assertThat(served.counted()).isFalse();
    assertThat(served.endedRps()).isNaN();
  }
}

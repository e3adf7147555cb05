package dev.fairlead.steering.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.plan.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Way WEST_EAST = new Way("west", "east");
  private static final Way NORTH_EAST = new Way("north", "east");
  private static final Way EAST_EAST = new Way("east", "east");

  /** The median of some log-normal answers (σ 0.6) after a way, to a histogram bucket's width. */
  private static RoundTrips.Latency median(
      Random random, Way way, double serviceMillis, double wayMillis, int requests) {
    double deviation = 1.2533 * 0.6 * serviceMillis / Math.sqrt(requests);
    double median = serviceMillis + deviation * random.nextGaussian() + wayMillis;
    double bucket = Math.pow(2, Math.floor(Math.log(median) / Math.log(2))) / 16;
    double seen = (Math.floor(median / bucket) + 0.5) * bucket;
    return new RoundTrips.Latency(way, seen * 1e6, deviation * 1e6);
  }

  @Test
  void theLocalSourceTellsHowFarTheOtherIs() {
    for (long seed = Seeds.base(); seed < Seeds.base() + 100; seed++) {
      Random random = new Random(seed);
      RoundTrips trips = RoundTrips.NONE;
      for (int second = 1; second <= 40; second++) {
        // The service's own time goes up and down meanwhile.
        double service = 20 * (1 + 0.5 * Math.sin(second));
        trips =
            trips.after(
                second * SECOND,
                List.of(
                    median(random, EAST_EAST, service, 0, 200),
                    median(random, WEST_EAST, service, 50, 100)),
                Map.of());
      }
      RoundTrip known = trips.known(40 * SECOND, Map.of()).get(WEST_EAST);
      assertThat(known.nanos()).as("-Dseed=" + seed).isCloseTo(50e6, within(2.2e6));
      assertThat(Math.abs(known.nanos() - 50e6))
          .as("-Dseed=" + seed)
          .isLessThan(2 * known.deviationNanos());
    }
  }

  @Test
  void thirdsFollowFromOneThatIsConfigured() {
    for (long seed = Seeds.base(); seed < Seeds.base() + 100; seed++) {
      Random random = new Random(seed);
      RoundTrips trips = RoundTrips.NONE;
      Map<Way, RoundTrip> configured = Map.of(NORTH_EAST, new RoundTrip(20e6, 0, 0));
      for (int second = 1; second <= 40; second++) {
        List<RoundTrips.Latency> seen = new ArrayList<>();
        seen.add(median(random, NORTH_EAST, 20, 20, 200));
        seen.add(median(random, WEST_EAST, 20, 50, 100));
        // Now and then west asks for something else.
        if (second % 8 == 0) {
          seen.set(1, median(random, WEST_EAST, 400, 50, 100));
        }
        trips = trips.after(second * SECOND, seen, configured);
      }
      Map<Way, RoundTrip> known = trips.known(40 * SECOND, configured);
      assertThat(known.get(WEST_EAST).nanos()).as("-Dseed=" + seed).isCloseTo(50e6, within(3e6));
      assertThat(known.get(NORTH_EAST).nanos()).isEqualTo(20e6);
      // What is known of a way says something of the way back.
      assertThat(known.get(new Way("east", "west")).nanos())
          .isEqualTo(known.get(WEST_EAST).nanos());
    }
  }

  @Test
  void withoutAnyKnownWayNothingFollows() {
    Random random = new Random(Seeds.base());
    RoundTrips trips = RoundTrips.NONE;
    for (int second = 1; second <= 40; second++) {
      trips =
          trips.after(
              second * SECOND,
              List.of(
                  median(random, NORTH_EAST, 20, 20, 200), median(random, WEST_EAST, 20, 50, 100)),
              Map.of());
    }
    assertThat(trips.known(40 * SECOND, Map.of())).isEmpty();
  }

  @Test
  void pingsGoBeforeConfigurationGoesBeforeInference() {
    RoundTrips trips = RoundTrips.NONE;
    for (int second = 1; second <= 5; second++) {
      trips =
          trips.after(
              second * SECOND,
              List.of(
                  new RoundTrips.Latency(EAST_EAST, 20e6, 1e6),
                  new RoundTrips.Latency(WEST_EAST, 70e6, 1e6)),
              Map.of());
    }
    Map<Way, RoundTrip> configured = Map.of(WEST_EAST, new RoundTrip(40e6, 0, 0));
    assertThat(trips.known(5 * SECOND, Map.of()).get(WEST_EAST).nanos()).isEqualTo(50e6);
    assertThat(trips.known(5 * SECOND, configured).get(WEST_EAST).nanos()).isEqualTo(40e6);
    RoundTrips pinged = trips;
    for (double millis : List.of(33.0, 31.0, 500.0, 32.0, 31.5)) {
      pinged = pinged.pinged(5 * SECOND, WEST_EAST, millis * 1e6);
    }
    assertThat(pinged.known(6 * SECOND, configured).get(WEST_EAST))
        .satisfies(
            known -> {
              assertThat(known.nanos()).isEqualTo(32e6);
              assertThat(known.ageNanos()).isEqualTo(SECOND);
              assertThat(known.deviationNanos()).isLessThan(3e6);
            });
    // Pings that stopped are of another time.
    assertThat(pinged.known(66 * SECOND, configured).get(WEST_EAST).nanos()).isEqualTo(40e6);
    // So are differences, after ten minutes.
    assertThat(trips.known(700 * SECOND, Map.of())).isEmpty();
  }

  @Test
  void anOldPingIsBetterThanNothingAndSaysItsAge() {
    RoundTrips trips = RoundTrips.NONE.pinged(5 * SECOND, WEST_EAST, 32e6);
    Map<Way, RoundTrip> none = Map.of();

    assertThat(trips.given(3605 * SECOND, none))
        .isEqualTo(Map.of(WEST_EAST, new RoundTrip(32e6, 0, 3600 * SECOND)));
    assertThat(trips.known(3605 * SECOND, none)).containsKey(WEST_EAST);
    // What the operator says has no age.
    Map<Way, RoundTrip> configured = Map.of(WEST_EAST, new RoundTrip(40e6, 0, 0));
    assertThat(trips.given(3605 * SECOND, configured)).isEqualTo(configured);
    assertThat(trips.given(64 * SECOND, configured).get(WEST_EAST).nanos()).isEqualTo(32e6);
  }

  @Test
  void whatRequestsTellIsBetterThanAnOldMeasurementOfSomebodyElse() {
    RoundTrips trips = RoundTrips.NONE;
    for (int second = 1; second <= 5; second++) {
      trips =
          trips.after(
              second * SECOND,
              List.of(
                  new RoundTrips.Latency(EAST_EAST, 20e6, 1e6),
                  new RoundTrips.Latency(WEST_EAST, 70e6, 1e6)),
              Map.of());
    }
    Map<Way, RoundTrip> fresh = Map.of(WEST_EAST, new RoundTrip(40e6, 0, 59 * SECOND));
    Map<Way, RoundTrip> old = Map.of(WEST_EAST, new RoundTrip(40e6, 0, 61 * SECOND));
    assertThat(trips.known(5 * SECOND, fresh).get(WEST_EAST).nanos()).isEqualTo(40e6);
    assertThat(trips.known(5 * SECOND, old).get(WEST_EAST).nanos()).isEqualTo(50e6);
  }

  @Test
  void anOldMeasurementIsNoReferenceForOthers() {
    List<RoundTrips.Latency> seen =
        List.of(
            new RoundTrips.Latency(NORTH_EAST, 40e6, 1e6),
            new RoundTrips.Latency(WEST_EAST, 70e6, 1e6));
    Map<Way, RoundTrip> old = Map.of(NORTH_EAST, new RoundTrip(20e6, 0, 61 * SECOND));
    assertThat(RoundTrips.NONE.after(SECOND, seen, old).inferred()).isEmpty();
    Map<Way, RoundTrip> fresh = Map.of(NORTH_EAST, new RoundTrip(20e6, 0, 59 * SECOND));
    assertThat(RoundTrips.NONE.after(SECOND, seen, fresh).inferred()).containsKey(WEST_EAST);
  }

  @Test
  void aWayThatChangedIsKnownWithinHalfAMinute() {
    RoundTrips trips = RoundTrips.NONE;
    for (int second = 1; second <= 100; second++) {
      double way = second <= 70 ? 50e6 : 250e6;
      trips =
          trips.after(
              second * SECOND,
              List.of(
                  new RoundTrips.Latency(EAST_EAST, 20e6, 1e6),
                  new RoundTrips.Latency(WEST_EAST, 20e6 + way, 1e6)),
              Map.of());
    }
    assertThat(trips.known(100 * SECOND, Map.of()).get(WEST_EAST).nanos()).isEqualTo(250e6);
  }

  @Test
  void whatIsNoTimeIsIgnored() {
    RoundTrips trips = RoundTrips.NONE;
    for (double nanos : List.of(Double.NaN, -1.0, Double.POSITIVE_INFINITY, 1e18)) {
      trips = trips.pinged(SECOND, WEST_EAST, nanos);
      trips =
          trips.after(
              SECOND,
              List.of(
                  new RoundTrips.Latency(EAST_EAST, 20e6, nanos),
                  new RoundTrips.Latency(WEST_EAST, nanos, 1e6)),
              Map.of());
    }
    assertThat(trips).isEqualTo(RoundTrips.NONE);
  }
}

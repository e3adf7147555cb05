package dev.fairlead.steering.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QuarantineTest {
  private static final ServiceName SERVICE = new ServiceName("shop", "cart");
  private static final long SECOND = 1_000_000_000L;
  private static final double NONE = Double.NaN;
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static Observation.Destination row(
      long ageSeconds,
      double started,
      double ended,
      double inFlight,
      double success,
      double p50,
      double p99,
      double hinted,
      double ready) {
    return new Observation.Destination(
        "east",
        true,
        ageSeconds * SECOND,
        started,
        ended,
        inFlight,
        success,
        p50 * 1e6,
        p99 * 1e6,
        200,
        800,
        hinted,
        NONE,
        ready);
  }

  private static final Observation.Destination GOOD = row(0, 100, 100, 3, 1, 20, 80, 600, 3);

  private static Observation from(String source, long second, Observation.Destination... rows) {
    TrafficKey key = new TrafficKey(SERVICE, source, TrafficKey.ANY_CLASS);
    return new Observation(key, second * SECOND, List.of(rows));
  }

  private static Observations all(long second, Observation... observations) {
    return new Observations(second * SECOND, List.of(observations), Topology.UNKNOWN);
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        Arguments.of("from the future", row(-1, 100, 100, 3, 1, 20, 80, 600, 3), "in the future"),
        Arguments.of("of yesterday", row(86_400, 100, 100, 3, 1, 20, 80, 600, 3), "86400.0 s ago"),
        Arguments.of("10⁹ requests a second", row(0, 1e9, 100, 3, 1, 20, 80, 600, 3), "started"),
        Arguments.of("infinite answers", row(0, 100, INFINITE, 3, 1, 20, 80, 600, 3), "ended rps"),
        Arguments.of("negative in flight", row(0, 100, 100, -3, 1, 20, 80, 600, 3), "in flight"),
        Arguments.of("in flight NaN", row(0, 100, 100, NONE, 1, 20, 80, 600, 3), "in flight"),
        Arguments.of("rates NaN", row(0, NONE, NONE, 3, 1, 20, 80, 600, 3), "as after a restart"),
        Arguments.of("success above 1", row(0, 100, 100, 3, 1.1, 20, 80, 600, 3), "success"),
        Arguments.of("P99 below P50", row(0, 100, 100, 3, 1, 80, 20, 600, 3), "below P50"),
        Arguments.of("P50 without P99", row(0, 100, 100, 3, 1, 20, NONE, 600, 3), "with P99"),
        Arguments.of("negative latency", row(0, 100, 100, 3, 1, -20, 80, 600, 3), "P50 ns"),
        Arguments.of("an hour's latency", row(0, 100, 100, 3, 1, 20, 1e9, 600, 3), "P99 ns"),
        Arguments.of("infinite capacity", row(0, 100, 100, 3, 1, 20, 80, INFINITE, 3), "hint"),
        Arguments.of("more served than sent", row(0, 100, 900, 3, 1, 20, 80, 600, 3), "were sent"),
        Arguments.of("endpoints of nowhere", row(0, 100, 100, 3, 1, 20, 80, 600, 90), "others say"),
        Arguments.of("a capacity of nowhere", row(0, 100, 100, 3, 1, 20, 80, 9e4, 3), "others"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void aLiarIsInQuarantineAfterThreeReports(
      String what, Observation.Destination lie, String words) {
    Quarantines state = Quarantines.NONE;
    for (int second = 1; second <= 12; second++) {
      boolean lies = second > 9;
      state =
          state.after(
              all(
                  second,
                  from("west", second, lies ? lie : GOOD),
                  from("north", second, GOOD),
                  from("east", second, GOOD)));
      assertThat(state.why()).as(what + " at " + second).hasSize(second == 12 ? 1 : 0);
    }
    assertThat(state.why().get("west")).contains("east").contains(words).contains("now 0");
  }

  static Stream<Arguments> honest() {
    return Stream.of(
        Arguments.of("nothing was asked", row(0, 0, 0, 0, NONE, NONE, NONE, 600, 3)),
        Arguments.of("all fail", row(0, 100, 100, 3, 0, NONE, NONE, 600, 3)),
        Arguments.of("nothing is answered", row(0, 100, 0, 30, NONE, NONE, NONE, 600, 3)),
        Arguments.of("no operator's hint", row(0, 100, 100, 3, 1, 20, 80, NONE, NONE)),
        Arguments.of("it sees one endpoint fewer", row(0, 100, 100, 3, 1, 20, 80, 400, 2)),
        Arguments.of("it sees an autoscaler first", row(0, 100, 100, 3, 1, 20, 80, 1200, 6)),
        Arguments.of("its way is slow", row(0, 100, 100, 50, 1, 900, 5000, 600, 3)),
        Arguments.of("counters are read in turn", row(0, 100, 104, 3, 1, 20, 80, 600, 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("honest")
  void honestReportersStayOut(String what, Observation.Destination row) {
    Quarantines state = Quarantines.NONE;
    for (int second = 1; second <= 30; second++) {
      state =
          state.after(
              all(
                  second,
                  from("west", second, row),
                  from("north", second, GOOD),
                  from("east", second, GOOD)));
    }
    assertThat(state.why()).as(what).isEmpty();
    assertThat(state.reporters().get("west").reports()).as(what).isZero();
  }

  @Test
  void whoStillSeesEndpointsOfALostDestinationIsNoLiar() {
    Observation.Destination tries = row(0, 5, 5, 0, 0, NONE, NONE, 600, 3);
    Observation.Destination none = row(0, 0, 0, 0, NONE, NONE, NONE, 0, 0);
    Quarantines state = Quarantines.NONE;
    for (int second = 1; second <= 30; second++) {
      state =
          state.after(
              all(
                  second,
                  from("west", second, tries),
                  from("north", second, none),
                  from("east", second, none)));
    }
    assertThat(state.why()).isEmpty();
    assertThat(state.reporters().get("west").reports()).isZero();
  }

  @Test
  void whatNobodyMeasuredIsNoFaultAndStaysOfNoAge() {
    Observation.Destination never = Observation.Destination.unknown("west", true);
    Quarantines quarantines = Quarantines.NONE;
    for (int second = 0; second < 20; second++) {
      quarantines = quarantines.after(all(second, from("a", second, GOOD, never)));
    }
    assertThat(quarantines.why()).isEmpty();

    // And when its reporter is held for another reason, of what was good it is still unknown.
    for (int second = 20; second < 24; second++) {
      Observation.Destination lie = row(-1, 100, 100, 3, 1, 20, 80, 600, 3);
      quarantines = quarantines.after(all(second, from("a", second, lie, never)));
    }
    assertThat(quarantines.why()).containsKey("a");
    Observations admitted = quarantines.admitted(all(24, from("a", 24, GOOD, never)));
    assertThat(admitted.all().getFirst().destinations().get(1).ageNanos())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void oneRestartIsForgivenButThreeInTenReportsAreNot() {
    Observation.Destination restart = row(0, NONE, NONE, 0, NONE, NONE, NONE, 600, 3);
    Quarantines state = Quarantines.NONE;
    for (int second = 1; second <= 60; second++) {
      state = state.after(all(second, from("west", second, second % 6 == 0 ? restart : GOOD)));
    }
    assertThat(state.why()).isEmpty();
    for (int second = 61; second <= 72; second++) {
      state = state.after(all(second, from("west", second, second % 4 == 0 ? restart : GOOD)));
    }
    assertThat(state.why()).containsKey("west");
  }

  @Test
  void tenCleanReportsLetItOut() {
    Quarantines state = Quarantines.NONE;
    for (int second = 1; second <= 3; second++) {
      state = state.after(all(second, from("west", second, row(0, 1e9, 0, 0, 1, 1, 1, 1, 1))));
    }
    for (int second = 4; second <= 12; second++) {
      state = state.after(all(second, from("west", second, GOOD)));
      assertThat(state.why()).hasSize(1);
    }
    assertThat(state.why().get("west")).contains("(now 9)");
    assertThat(state.after(all(13, from("west", 13, GOOD))).why()).isEmpty();
  }

  @Test
  void theLastGoodNumbersOfTheHeldAgeAndTheOthersGoOn() {
    Quarantines state = Quarantines.NONE;
    Demands demands = Demands.NONE;
    TrafficKey west = new TrafficKey(SERVICE, "west", TrafficKey.ANY_CLASS);
    TrafficKey north = new TrafficKey(SERVICE, "north", TrafficKey.ANY_CLASS);
    List<Double> believed = new ArrayList<>();
    for (int second = 1; second <= 40; second++) {
      Observation.Destination lie = row(0, 1e7, 1e9, 3, 1, 20, 80, 600, 3);
      Observations seen =
          all(second, from("west", second, second <= 10 ? GOOD : lie), from("north", second, GOOD));
      state = state.after(seen);
      demands = demands.after(state.admitted(seen));
      believed.add(demands.ahead(west, seen.nanos(), 0).value());
      assertThat(demands.ahead(north, seen.nanos(), 0).value()).isCloseTo(100, within(1e-6));
    }
    Observation.Destination held =
        state
            .admitted(all(40, from("west", 40, row(0, 1e7, 1e9, 3, 1, 20, 80, 600, 3))))
            .all()
            .getFirst()
            .destinations()
            .getFirst();
    assertThat(held.startedRps()).isEqualTo(100);
    assertThat(held.ageNanos()).isEqualTo(30 * SECOND);
    assertThat(held.usable()).isTrue();
    // 15 s after the last good report nothing is known of it any more.
    assertThat(believed.get(39)).isNaN();
  }

  @Test
  void anOldReportThatIsSeenAgainIsNoSecondOne() {
    Quarantines state = Quarantines.NONE;
    for (int second = 1; second <= 9; second++) {
      Observation.Destination old = row(second - 1, 1e9, 100, 3, 1, 20, 80, 600, 3);
      state = state.after(all(second, from("west", second, old)));
    }
    assertThat(state.reporters().get("west").reports()).isEqualTo(1);
    assertThat(state.why()).isEqualTo(Map.of());
  }
}

package dev.fairlead.steering.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.LatencySnapshot;
import dev.fairlead.balancer.report.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassesTest {
  private static final ServiceName SERVICE = new ServiceName("n", "s");
  private static final TrafficKey WHOLE = new TrafficKey(SERVICE, "west", TrafficKey.ANY_CLASS);

  private Classes classes = Classes.NONE;
  private final long[] started = new long[8];
  private final Long[] shed = {0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L};
  private double seconds;
  private Report last = report();

  private Report report() {
    List<DestinationReport> rows = new ArrayList<>();
    for (int at = 0; at < started.length; at++) {
      rows.add(
          new DestinationReport(
              "west", at, started[at], started[at], 0, 0, 0, 0, 0, LatencySnapshot.EMPTY, 1, 1));
    }
    return new Report(SERVICE, (long) (seconds * 1e9), rows, List.of(shed));
  }

  /** Five seconds with so many requests of classes 0, 3 and 6. */
  private List<Observation> period(long lowest, long middle, long highest) {
    started[0] += lowest;
    started[3] += middle;
    started[6] += highest;
    seconds += 5;
    Report now = report();
    classes = classes.after(last, now);
    List<Observation> seen = classes.between(WHOLE, last, now, Double.NaN);
    last = now;
    return seen;
  }

  private static double rps(Observation seen) {
    return seen.destinations().stream().mapToDouble(row -> row.startedRps()).sum();
  }

  @Test
  void oneClassIsObservedAsAllTogether() {
    assertThat(period(0, 500, 0)).extracting(Observation::key).containsExactly(WHOLE);
  }

  @Test
  void severalAreObservedEachAndTogether() {
    List<Observation> seen = period(100, 500, 200);
    assertThat(seen)
        .extracting(observation -> observation.key().trafficClass())
        .containsExactly(-1, 0, 3, 6);
    assertThat(seen).extracting(ClassesTest::rps).containsExactly(160.0, 20.0, 100.0, 40.0);
  }

  @Test
  void fewRequestsAreCountedWithTheNextClassAboveOrTheHighest() {
    period(1000, 1000, 0);
    List<Observation> seen = period(990, 1000, 10);
    assertThat(classes.own()).containsExactly(0, 3);
    assertThat(classes.with(1)).isEqualTo(3);
    assertThat(classes.with(6)).isEqualTo(3);
    assertThat(seen).extracting(ClassesTest::rps).containsExactly(400.0, 198.0, 202.0);
  }

  @Test
  void aClassThatPausesStaysForMinutesAndThenGoes() {
    period(1000, 1000, 1000);
    for (int period = 0; period < 24; period++) {
      period(0, 1000, 1000);
      assertThat(classes.own()).as("after %d periods", period).contains(0);
    }
    for (int period = 0; period < 60; period++) {
      period(0, 1000, 1000);
    }
    assertThat(classes.own()).containsExactly(3, 6);
  }

  @Test
  void whatIsTurnedAwayKeepsItsClassInView() {
    period(1000, 1000, 1000);
    List<Observation> seen = List.of();
    for (int period = 0; period < 100; period++) {
      shed[0] += 1000;
      seen = period(0, 1000, 1000);
    }
    assertThat(classes.own()).containsExactly(0, 3, 6);
    assertThat(seen.get(1).shedRps()).isCloseTo(200, within(1e-9));
    assertThat(seen.get(0).shedRps()).isCloseTo(200, within(1e-9));
    assertThat(seen.get(3).shedRps()).isZero();
  }

  @Test
  void countersThatBeginAnewAreNoRequests() {
    period(1000, 1000, 1000);
    started[0] = 0;
    List<Observation> seen = period(0, 1000, 1000);
    assertThat(classes.own()).containsExactly(0, 3, 6);
    assertThat(rps(seen.get(1))).isNaN();
  }
}

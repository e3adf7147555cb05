package dev.fairlead.steering.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.LatencyHistogram;
import dev.fairlead.balancer.report.LatencySnapshot;
import dev.fairlead.balancer.report.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
  private static final ServiceName SERVICE = new ServiceName("shop", "cart");
  private static final TrafficKey ALL = new TrafficKey(SERVICE, "west", TrafficKey.ANY_CLASS);

  private static DestinationReport row(
      String cluster, int trafficClass, long started, long replied, long failed, long ignored) {
    return new DestinationReport(
        cluster,
        trafficClass,
        started,
        replied,
        failed,
        ignored,
        (int) (started - replied - failed - ignored),
        100 * replied,
        300 * replied,
        LatencySnapshot.EMPTY,
        4,
        3);
  }

  private static Report report(double seconds, DestinationReport... rows) {
    return new Report(SERVICE, (long) (seconds * 1e9), List.of(rows));
  }

  private static Observation.Destination first(TrafficKey key, Report earlier, Report now) {
    return Demand.between(key, earlier, now).destinations().getFirst();
  }

  @Test
  void classesAreAddedUp() {
    Observation.Destination seen =
        first(
            ALL,
            report(10, row("west", 3, 100, 90, 0, 0)),
            report(12, row("west", 3, 200, 180, 6, 4), row("west", 5, 20, 10, 0, 0)));
    assertThat(seen.usable()).isTrue();
    assertThat(seen.startedRps()).isEqualTo(60);
    assertThat(seen.endedRps()).isEqualTo(55);
    assertThat(seen.inFlight()).isEqualTo(20);
    assertThat(seen.successRatio()).isCloseTo(100 / 106.0, within(1e-12));
    assertThat(seen.bytesSentPerRequest() + seen.bytesReceivedPerRequest())
        .isCloseTo(400 * 100 / 110.0, within(1e-9));
    assertThat(seen.p50Nanos()).isNaN();
  }

  @Test
  void oneClassIsCountedAlone() {
    Observation.Destination seen =
        first(
            new TrafficKey(SERVICE, "west", 5),
            report(10),
            report(12, row("west", 3, 200, 180, 6, 4), row("west", 5, 20, 10, 0, 0)));
    assertThat(seen.startedRps()).isEqualTo(10);
    assertThat(seen.inFlight()).isEqualTo(10);
  }

  @Test
  void percentilesAreOfThePeriodOnly() {
    LatencyHistogram histogram = new LatencyHistogram();
    for (int i = 0; i < 1000; i++) {
      histogram.record(500_000_000);
    }
    LatencySnapshot before = histogram.snapshot();
    for (int i = 1; i <= 100; i++) {
      histogram.record(i * 1_000_000L);
    }
    Observation.Destination seen =
        first(ALL, report(1, withLatency(before)), report(2, withLatency(histogram.snapshot())));
    assertThat(seen.p50Nanos()).isCloseTo(50e6, within(50e6 / 32));
    assertThat(seen.p99Nanos()).isCloseTo(99e6, within(99e6 / 32));
  }

  private static DestinationReport withLatency(LatencySnapshot latency) {
    long count = latency.count();
    return new DestinationReport("west", 3, count, count, 0, 0, 0, 0, 0, latency, 4, 0);
  }

  @Test
  void aRestartIsUnknownNotNegative() {
    Observation.Destination seen =
        first(
            ALL,
            report(10, row("west", 3, 100, 90, 0, 0)),
            report(11, row("west", 3, 150, 40, 0, 0)));
    assertThat(seen.usable()).isTrue();
    assertThat(seen.startedRps()).isNaN();
    assertThat(seen.endedRps()).isNaN();
    assertThat(seen.successRatio()).isNaN();
    assertThat(seen.inFlight()).isEqualTo(110);
  }

  @Test
  void noTimeIsUnknown() {
    DestinationReport row = row("west", 3, 100, 90, 0, 0);
    assertThat(first(ALL, report(10, row), report(10, row)).startedRps()).isNaN();
    assertThat(first(ALL, report(10, row), report(9, row)).endedRps()).isNaN();
  }

  @Test
  void silenceIsNoSuccessRatio() {
    DestinationReport row = row("west", 3, 100, 100, 0, 0);
    Observation.Destination seen = first(ALL, report(10, row), report(11, row));
    assertThat(seen.startedRps()).isZero();
    assertThat(seen.successRatio()).isNaN();
  }
}

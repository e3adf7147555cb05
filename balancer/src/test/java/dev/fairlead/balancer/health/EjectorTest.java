package dev.fairlead.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EjectorTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long INTERVAL = 10 * SECOND;

  /** As the default, without jitter, so that times can be told. */
  private static final OutlierDetection POLICY = withShare(0.5);

  private final AtomicInteger transitions = new AtomicInteger();
  private final Ejector ejector = new Ejector(POLICY, Seed.source(), transitions, 0);

  private static OutlierDetection withShare(double share) {
    return new OutlierDetection(
        5,
        Duration.ofSeconds(10),
        Optional.of(OutlierDetection.SuccessRate.DEFAULT),
        Optional.of(OutlierDetection.Latency.DEFAULT),
        new OutlierDetection.Ejection(Duration.ofSeconds(30), Duration.ofSeconds(300), 0, share));
  }

  private List<EndpointMonitor> monitors(int count) {
    List<EndpointMonitor> monitors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      monitors.add(ejector.monitor("west"));
    }
    update(monitors);
    return monitors;
  }

  private void update(List<EndpointMonitor> monitors) {
    ejector.update(POLICY, monitors, () -> {});
  }

  private static void fail(EndpointMonitor monitor, int times, long now) {
    for (int i = 0; i < times; i++) {
      monitor.ended(Outcome.FAILED, now);
    }
  }

  @Test
  void fiveFailuresInARowEject() {
    EndpointMonitor monitor = monitors(4).get(0);
    fail(monitor, 4, 0);
    monitor.ended(Outcome.REPLIED, 0);
    fail(monitor, 4, 0);
    assertThat(monitor.ejected()).isFalse();
    int before = transitions.get();
    fail(monitor, 1, 0);
    assertThat(monitor.ejected()).isTrue();
    assertThat(transitions.get()).isGreaterThan(before);
    assertThat(ejector.enforced(OutlierReason.CONSECUTIVE_FAILURES)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"REPLIED", "IGNORED", "CONNECT_FAILED"})
  void whatIsNoFailureOfAnOutlierEjectsNobody(Outcome outcome) {
    EndpointMonitor monitor = monitors(4).get(0);
    for (int i = 0; i < 100; i++) {
      monitor.ended(outcome, 0);
    }
    assertThat(monitor.ejected()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.5, 0",
    "2, 0.5, 1",
    "3, 0.5, 1",
    "4, 0.5, 2",
    "5, 0.5, 2",
    "3, 0, 0",
    "3, 1, 3",
    "100, 0.29, 29",
    "10, 0.1, 1",
    "9, 0.1, 0"
  })
  void theCapIsHardAndWhatItPreventsIsCounted(int endpoints, double share, int cap) {
    List<EndpointMonitor> monitors = monitors(endpoints);
    ejector.update(withShare(share), monitors, () -> {});
    monitors.forEach(monitor -> fail(monitor, 5, 0));
    assertThat(monitors.stream().filter(EndpointMonitor::ejected)).hasSize(cap);
    assertThat(ejector.current().cap()).isEqualTo(cap);
    assertThat(ejector.enforced(OutlierReason.CONSECUTIVE_FAILURES)).isEqualTo(cap);
    assertThat(ejector.prevented(OutlierReason.CONSECUTIVE_FAILURES)).isEqualTo(endpoints - cap);
  }

  @Test
  void anEjectionEndsByTimeAndLastsLongerEachTime() {
    EndpointMonitor monitor = monitors(4).get(0);
    long now = 0;
    for (int count = 1; count <= 12; count++) {
      fail(monitor, 5, now);
      long length = Math.min(300, 30 * count) * SECOND;
      ejector.advance(now + length - 1);
      assertThat(monitor.ejected()).isTrue();
      ejector.advance(now + length);
      assertThat(monitor.ejected()).as("after ejection %s", count).isFalse();
      now += length;
    }
  }

  @Test
  void theCountFallsByOneForEachBaseTimeWellBehaved() {
    EndpointMonitor monitor = monitors(4).get(0);
    fail(monitor, 5, 0);
    ejector.advance(30 * SECOND);
    fail(monitor, 5, 30 * SECOND);
    ejector.advance(90 * SECOND);
    // Twice ejected; one of them is lived down by 120 s.
    fail(monitor, 5, 125 * SECOND);
    ejector.advance(125 * SECOND + 60 * SECOND - 1);
    assertThat(monitor.ejected()).isTrue();
    ejector.advance(125 * SECOND + 60 * SECOND);
    assertThat(monitor.ejected()).isFalse();
    fail(monitor, 5, 1000 * SECOND);
    ejector.advance(1030 * SECOND);
    assertThat(monitor.ejected()).isFalse();
  }

  @Test
  void jitterShortensAnEjectionAndNeverLengthensIt() {
    OutlierDetection.Ejection rule =
        new OutlierDetection.Ejection(Duration.ofSeconds(30), Duration.ofSeconds(300), 0.1, 0.5);
    assertThat(rule.nanos(1, 0)).isEqualTo(30 * SECOND);
    assertThat(rule.nanos(1, Math.nextDown(1.0))).isEqualTo(27 * SECOND);
    assertThat(rule.nanos(1000, 0)).isEqualTo(300 * SECOND);
    assertThat(rule.nanos(1000, 0.5)).isEqualTo(285 * SECOND);
  }

  @Test
  void failuresOfBeforeTheEjectionDoNotCountAfterIt() {
    EndpointMonitor monitor = monitors(4).get(0);
    fail(monitor, 5 + 4, 0);
    ejector.advance(30 * SECOND);
    fail(monitor, 1, 30 * SECOND);
    assertThat(monitor.ejected()).isFalse();
  }

  @Test
  void anEndpointThatLeftFreesItsPlaceAndItsLateRequestsChangeNothing() {
    List<EndpointMonitor> monitors = monitors(3);
    fail(monitors.get(0), 5, 0);
    fail(monitors.get(1), 5, 0);
    assertThat(monitors.get(1).ejected()).isFalse();
    EndpointMonitor fresh = ejector.monitor("west");
    update(List.of(fresh, monitors.get(1), monitors.get(2)));
    assertThat(ejector.current().count()).isZero();
    fail(monitors.get(0), 5, 1);
    assertThat(ejector.current().count()).isZero();
    fail(monitors.get(1), 5, 1);
    assertThat(monitors.get(1).ejected()).isTrue();
  }

  @Test
  void whereTheCapShrinksThoseThatEndFirstAreLetGo() {
    List<EndpointMonitor> monitors = monitors(6);
    fail(monitors.get(1), 5, 0);
    fail(monitors.get(0), 5, 1);
    fail(monitors.get(2), 5, 2);
    update(monitors.subList(0, 4));
    assertThat(monitors.stream().map(EndpointMonitor::ejected))
        .containsExactly(true, false, true, false, false, false);
  }

  @Test
  void duringAnUpdateTheLowerCapHolds() {
    List<EndpointMonitor> two = monitors(2);
    List<EndpointMonitor> ten = new ArrayList<>(two);
    for (int i = 0; i < 8; i++) {
      ten.add(ejector.monitor("west"));
    }
    List<Integer> seen = new ArrayList<>();
    ejector.update(POLICY, ten, () -> seen.add(ejector.current().cap()));
    ten.forEach(monitor -> fail(monitor, 5, 0));
    assertThat(ejector.current().count()).isEqualTo(5);
    ejector.update(POLICY, two, () -> seen.add(ejector.current().count()));
    assertThat(seen).containsExactly(1, 1);
  }

  @Test
  void aPlaceWhoseTimeIsOverIsFreeAlsoBeforeAnyPickSawIt() {
    List<EndpointMonitor> monitors = monitors(2);
    fail(monitors.get(0), 5, 0);
    fail(monitors.get(1), 5, 30 * SECOND);
    assertThat(monitors.stream().map(EndpointMonitor::ejected)).containsExactly(false, true);
  }

  @Test
  void aLowSuccessRateEjects() {
    List<EndpointMonitor> monitors = monitors(10);
    for (int i = 0; i < 100; i++) {
      for (EndpointMonitor monitor : monitors) {
        boolean bad = monitor == monitors.get(3) && i % 2 == 0;
        monitor.ended(bad ? Outcome.FAILED : Outcome.REPLIED, 0);
      }
    }
    ejector.advance(INTERVAL - 1);
    assertThat(ejector.current().count()).isZero();
    ejector.advance(INTERVAL);
    assertThat(monitors.get(3).ejected()).isTrue();
    assertThat(ejector.current().count()).isEqualTo(1);
    assertThat(ejector.enforced(OutlierReason.SUCCESS_RATE)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"4, 100", "10, 99"})
  void tooFewHostsOrRequestsSayNothing(int hosts, int requests) {
    List<EndpointMonitor> monitors = monitors(hosts);
    for (int i = 0; i < requests; i++) {
      for (EndpointMonitor monitor : monitors) {
        boolean bad = monitor == monitors.get(0);
        monitor.answered(bad ? 10 * SECOND : 1);
        monitor.ended(bad && i % 2 == 0 ? Outcome.FAILED : Outcome.REPLIED, 0);
      }
    }
    ejector.advance(INTERVAL);
    assertThat(ejector.current().count()).isZero();
  }

  @Test
  void oneOfTwentyErringOnePercentKeepsItsTraffic() {
    SplittableRandom random = new SplittableRandom(Seed.value());
    List<EndpointMonitor> monitors = monitors(20);
    for (int interval = 1; interval <= 200; interval++) {
      for (int i = 0; i < 100; i++) {
        for (EndpointMonitor monitor : monitors) {
          boolean bad = monitor == monitors.get(7) && random.nextDouble() < 0.01;
          monitor.ended(bad ? Outcome.FAILED : Outcome.REPLIED, interval * INTERVAL - 1);
        }
      }
      ejector.advance(interval * INTERVAL);
      assertThat(ejector.current().count()).as(Seed.replay()).isZero();
    }
  }

  @Test
  void theSlowestOfAClusterIsEjectedAndADistantClusterIsNot() {
    List<EndpointMonitor> monitors = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      monitors.add(ejector.monitor(i < 5 ? "west" : "east"));
    }
    update(monitors);
    for (int i = 0; i < 100; i++) {
      for (int at = 0; at < 10; at++) {
        long millis = at == 2 ? 90 : at < 5 ? 10 : 200;
        monitors.get(at).answered(millis * 1_000_000);
      }
    }
    ejector.advance(INTERVAL);
    assertThat(monitors.get(2).ejected()).isTrue();
    assertThat(ejector.current().count()).isEqualTo(1);
    assertThat(ejector.enforced(OutlierReason.LATENCY)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"79, false", "81, true", "200, true"})
  void latencyMustExceedAMultipleOfTheMedianByMoreThanTheFloor(int millis, boolean ejected) {
    List<EndpointMonitor> monitors = monitors(6);
    for (int i = 0; i < 100; i++) {
      for (EndpointMonitor monitor : monitors) {
        monitor.answered((monitor == monitors.get(0) ? millis : 10) * 1_000_000L);
      }
    }
    ejector.advance(INTERVAL);
    assertThat(monitors.get(0).ejected()).isEqualTo(ejected);
  }

  @Test
  void theWorstComesFirstUnderTheCap() {
    List<EndpointMonitor> monitors = monitors(6);
    ejector.update(withShare(0.17), monitors, () -> {});
    for (int i = 0; i < 100; i++) {
      for (int at = 0; at < 6; at++) {
        monitors.get(at).answered((at == 1 ? 300 : at == 4 ? 900 : 10) * 1_000_000L);
      }
    }
    ejector.advance(INTERVAL);
    assertThat(monitors.get(4).ejected()).isTrue();
    assertThat(monitors.get(1).ejected()).isFalse();
    assertThat(ejector.prevented(OutlierReason.LATENCY)).isEqualTo(1);
  }

  @Test
  void badLatenciesAreCountedAndDropped() {
    EndpointMonitor monitor = monitors(1).get(0);
    monitor.answered(-1);
    monitor.answered(Long.MAX_VALUE);
    monitor.answered(0);
    assertThat(ejector.badSamples()).isEqualTo(2);
  }

  @Test
  void policiesOutOfRangeAreRefused() {
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.Ejection(second, Duration.ofMillis(1), 0, 0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.Ejection(second, second, 1, 0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.Ejection(second, second, 0, 1.01));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.Ejection(second, second, 0, Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.SuccessRate(1, 100, 1.9, 0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.Latency(2, 100, 3, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.Latency(3, 100, 0.9, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OutlierDetection.Latency(3, 100, 3, second.negated()));
  }

  @Test
  void switchedOffItEjectsNobody() {
    List<EndpointMonitor> monitors = monitors(10);
    fail(monitors.get(1), 5, 0);
    assertThat(monitors.get(1).ejected()).isTrue();
    ejector.update(OutlierDetection.OFF, monitors, () -> {});
    assertThat(monitors.get(1).ejected()).isFalse();
    for (int i = 0; i < 1000; i++) {
      monitors.get(0).answered(100 * SECOND);
      monitors.get(0).ended(Outcome.FAILED, 0);
    }
    ejector.advance(INTERVAL);
    assertThat(ejector.current().count()).isZero();
  }
}

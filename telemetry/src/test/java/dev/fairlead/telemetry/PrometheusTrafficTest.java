package dev.fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.telemetry.PrometheusTraffic.Settings;
import dev.fairlead.telemetry.prometheus.Answer;
import dev.fairlead.telemetry.prometheus.PrometheusException;
import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import dev.fairlead.telemetry.prometheus.Queries;
import dev.fairlead.telemetry.query.QuerySet;
import dev.fairlead.telemetry.query.QuerySets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of answers, with a server and a clock that do as they are told. */
class PrometheusTrafficTest {
  private static final long SECOND = 1_000_000_000L;
  private static final ServiceName WEB = new ServiceName("shop", "web");
  private static final TrafficKey KEY = new TrafficKey(WEB, "here", TrafficKey.ANY_CLASS);
  private static final Map<String, String> EAST =
      Map.of("dst_namespace", "shop", "dst_service", "web-east");

  private long now = 7 * SECOND;
  private final FakeServer server = new FakeServer();
  private PrometheusTraffic traffic = traffic(QuerySets.LINKERD);

  private PrometheusTraffic traffic(QuerySet set) {
    return new PrometheusTraffic(server, set, Settings.DEFAULT, () -> now);
  }

  /** Answers each query whose text has a word in it. */
  private final class FakeServer implements Queries {
    final Map<String, List<Answer.Series>> answers = new HashMap<>();
    final Map<String, Reason> failures = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    double clockSeconds = 1_795_000_000;
    long takesNanos;

    @Override
    public Answer ask(String promql, double atSeconds, Duration most) {
      asked.add(promql);
      now += takesNanos;
      for (Map.Entry<String, Reason> each : failures.entrySet()) {
        if (promql.contains(each.getKey())) {
          throw new PrometheusException(each.getValue(), "Prometheus at x: told to (y)");
        }
      }
      double at = Double.isNaN(atSeconds) ? clockSeconds + now / 1e9 : atSeconds;
      String best = "";
      for (String word : answers.keySet()) {
        if (promql.contains(word) && word.length() > best.length()) {
          best = word;
        }
      }
      List<Answer.Series> series = answers.getOrDefault(best, List.of());
      return new Answer(series.isEmpty() ? Double.NaN : at, series, List.of());
    }

    void say(String word, double value) {
      answers.put(word, List.of(new Answer.Series(EAST, value)));
    }

    void buckets(String word, Object... pairs) {
      List<Answer.Series> rows = new ArrayList<>();
      for (int at = 0; at < pairs.length; at += 2) {
        Map<String, String> labels = new HashMap<>(EAST);
        labels.put("le", (String) pairs[at]);
        rows.add(new Answer.Series(labels, (double) pairs[at + 1]));
      }
      answers.put(word, rows);
    }
  }

  private static final String AGE = "time() - max";
  private static final String STARTED = "deriv(request_total";
  private static final String ENDED = "deriv(response_total";
  private static final String FAILED = "classification=\"failure\"";
  private static final String IN_FLIGHT = "or 0 *";
  private static final String LATENCY = "response_latency_ms_bucket";
  private static final String LATENCY_SUM = "response_latency_ms_sum";

  private void serveAll(double age, double rps) {
    server.say(AGE, age);
    server.say(STARTED, rps);
    server.say(ENDED, rps);
    server.say(FAILED, rps / 10);
    server.say(IN_FLIGHT, 3);
    server.buckets(LATENCY, "10", 0.0, "50", rps, "+Inf", rps);
    server.say(LATENCY_SUM, rps * 20);
  }

  private Observation.Destination seen() {
    return traffic.seen(KEY, List.of("web-east"), now).destinations().getFirst();
  }

  private Observation.Destination afterTick() {
    traffic.tick();
    return seen();
  }

  private Observation.Destination next() {
    now += 5 * SECOND;
    return afterTick();
  }

  @Test
  void whatTheServerSaysIsWhatIsSeen() {
    serveAll(1.5, 100);
    assertThat(seen().ageNanos()).isEqualTo(Long.MAX_VALUE);

    Observation.Destination row = afterTick();

    assertThat(row.usable()).isTrue();
    assertThat(row.ageNanos()).isEqualTo(1_500_000_000L);
    assertThat(row.startedRps()).isEqualTo(100);
    assertThat(row.endedRps()).isEqualTo(100);
    assertThat(row.successRatio()).isEqualTo(0.9);
    assertThat(row.inFlight()).isEqualTo(3);
    assertThat(row.p50Nanos()).isCloseTo(30e6, within(1.0));
    assertThat(row.p99Nanos()).isCloseTo(49.6e6, within(1.0));
    assertThat(row.meanNanos()).isEqualTo(20e6);
    assertThat(row.bytesSentPerRequest()).isNaN();
    assertThat(row.hintedCapacityRps()).isNaN();
    assertThat(server.asked).hasSize(7);
  }

  @Test
  void aDestinationThatNobodyMeasuresIsUnknown() {
    serveAll(1, 100);
    traffic.seen(KEY, List.of("web-east", "web-west"), now);
    traffic.tick();

    Observation.Destination west =
        traffic.seen(KEY, List.of("web-west"), now).destinations().getFirst();

    assertThat(west.name()).isEqualTo("web-west");
    assertThat(west.ageNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(west.startedRps()).isNaN();
    assertThat(west.inFlight()).isNaN();
    assertThat(server.asked).hasSize(7);
  }

  @Test
  void ofAClassNothingIsKnown() {
    serveAll(1, 100);
    seen();
    traffic.tick();

    Observation ofClass = traffic.seen(new TrafficKey(WEB, "here", 3), List.of("web-east"), now);

    assertThat(ofClass.destinations().getFirst().startedRps()).isNaN();
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whateverFailsNumbersStayAndAgesRise(Reason reason) {
    serveAll(1, 100);
    seen();
    Observation.Destination before = afterTick();
    server.failures.put("", reason);

    Observation.Destination after = next();

    assertThat(after).isEqualTo(before.aged(true, before.ageNanos() + 5 * SECOND));
    assertThat(traffic.status(now).failures()).containsEntry(reason, 1L);
    assertThat(traffic.status(now).ageNanos()).isEqualTo(5 * SECOND);
    assertThat(traffic.failure()).isPresent();

    server.failures.clear();
    assertThat(next().ageNanos()).isEqualTo(SECOND);
    assertThat(traffic.failure()).isEmpty();
    assertThat(traffic.status(now).ageNanos()).isZero();
  }

  @Test
  void aServerThatIsDownIsAskedOnceAPeriod() {
    serveAll(1, 100);
    seen();
    traffic.tick();
    server.asked.clear();
    server.failures.put("", Reason.UNREACHABLE);

    next();
    traffic.tick();

    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aTargetThatDiedHasNoFreshRates() {
    serveAll(1, 100);
    seen();
    traffic.tick();
    // Its series are stale, while rates still answer from what was.
    server.answers.remove(AGE);
    server.say(STARTED, 40);

    Observation.Destination row = next();

    assertThat(row.startedRps()).isEqualTo(100);
    assertThat(row.ageNanos()).isEqualTo(6 * SECOND);
    assertThat(traffic.failure()).isEmpty();
  }

  @Test
  void aSampleThatIsToldAgainIsNoOther() {
    serveAll(1, 100);
    seen();
    traffic.tick();
    // Nothing was scraped in between.
    server.say(AGE, 6);
    server.say(STARTED, 99);

    Observation.Destination row = next();

    assertThat(row.startedRps()).isEqualTo(100);
    assertThat(row.ageNanos()).isEqualTo(6 * SECOND);
  }

  @Test
  void aReplicaThatIsBehindTellsNoNews() {
    serveAll(1, 100);
    seen();
    traffic.tick();
    serveAll(9, 50);

    Observation.Destination row = next();

    assertThat(row.startedRps()).isEqualTo(100);
    assertThat(row.ageNanos()).isEqualTo(6 * SECOND);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-7200, 7200})
  void theServersClockMayBeSet(double bySeconds) {
    serveAll(1, 100);
    seen();
    traffic.tick();
    server.clockSeconds += bySeconds;
    serveAll(2, 60);

    Observation.Destination row = next();

    assertThat(row.startedRps()).isEqualTo(60);
    assertThat(row.ageNanos()).isEqualTo(2 * SECOND);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 31, 1e12, Double.NaN, Double.POSITIVE_INFINITY})
  void anAgeThatIsNoneOrTooHighIsNoNews(double age) {
    serveAll(1, 100);
    seen();
    Observation.Destination before = afterTick();
    serveAll(age, 50);

    assertThat(next()).isEqualTo(before.aged(true, before.ageNanos() + 5 * SECOND));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, 1e9, Double.NaN, Double.POSITIVE_INFINITY})
  void aNumberThatNoneCanBeIsDroppedAndCounted(double bad) {
    serveAll(1, 100);
    server.say(IN_FLIGHT, bad);
    seen();

    Observation.Destination row = afterTick();

    assertThat(row.inFlight()).isNaN();
    assertThat(row.startedRps()).isEqualTo(100);
    assertThat(traffic.status(now).badNumbers()).isEqualTo(1);
  }

  @Test
  void anEarlierNumberStaysUntilItIsStaleBesideTheOthers() {
    serveAll(1, 100);
    seen();
    traffic.tick();
    server.failures.put(LATENCY, Reason.QUERY);

    Observation.Destination row = next();

    // One age for all: the oldest number's.
    assertThat(row.p50Nanos()).isCloseTo(30e6, within(1.0));
    assertThat(row.ageNanos()).isEqualTo(6 * SECOND);
    next();
    next();
    row = next();
    assertThat(row.p50Nanos()).isNaN();
    assertThat(row.p99Nanos()).isNaN();
    assertThat(row.startedRps()).isEqualTo(100);
    assertThat(row.ageNanos()).isEqualTo(SECOND);
  }

  @Test
  void requestsThatBeganAndNoneEndedAreUnderWay() {
    serveAll(1, 10);
    server.answers.remove(ENDED);
    server.answers.remove(FAILED);
    server.answers.remove(LATENCY);
    server.answers.remove(LATENCY_SUM);
    server.say(IN_FLIGHT, 50);
    seen();

    Observation.Destination row = afterTick();

    assertThat(row.startedRps()).isEqualTo(10);
    assertThat(row.endedRps()).isZero();
    assertThat(row.inFlight()).isEqualTo(50);
    assertThat(row.successRatio()).isNaN();
    assertThat(row.p50Nanos()).isNaN();
  }

  @Test
  void noTrafficIsZeroAndNoLatency() {
    serveAll(1, 100);
    seen();
    traffic.tick();
    serveAll(1, 0);

    Observation.Destination row = next();

    assertThat(row.startedRps()).isZero();
    assertThat(row.successRatio()).isNaN();
    assertThat(row.p50Nanos()).isNaN();
    assertThat(row.meanNanos()).isNaN();
    assertThat(row.ageNanos()).isEqualTo(SECOND);
  }

  /** As engines that do not compare samples have it: the slope of a line through equal ones. */
  @ParameterizedTest
  @ValueSource(doubles = {-1e-12, 1e-12})
  void theSlopeOfACounterThatStandsStillIsNoTraffic(double rounding) {
    serveAll(1, 100);
    server.say(ENDED, rounding);
    server.say(FAILED, 2 * Math.abs(rounding));
    seen();

    Observation.Destination row = afterTick();

    assertThat(row.endedRps()).isZero();
    assertThat(row.successRatio()).isNaN();
  }

  @Test
  void aSlowServerGetsToEverySignalInTime() {
    serveAll(1, 100);
    seen();
    // A period has four seconds for queries: time for five of seven.
    server.takesNanos = 9 * SECOND / 10;
    Observation.Destination row = seen();
    for (int periods = 0; periods < 6; periods++) {
      row = next();
    }

    assertThat(row.startedRps()).isEqualTo(100);
    assertThat(row.successRatio()).isEqualTo(0.9);
    assertThat(row.inFlight()).isEqualTo(3);
    assertThat(row.p50Nanos()).isCloseTo(30e6, within(1.0));
    assertThat(traffic.status(now).failures().get(Reason.TIMEOUT)).isPositive();
  }

  @Test
  void periodsBeginInStepHoweverLongARoundTakes() {
    serveAll(1, 100);
    seen();
    server.takesNanos = SECOND / 10;

    assertThat(traffic.tick()).isEqualTo(5 * SECOND - 7 * SECOND / 10);
    assertThat(traffic.tick()).isEqualTo(5 * SECOND - 7 * SECOND / 10);
    now += 12 * SECOND;
    // Two were missed: they are not made up for.
    assertThat(traffic.tick()).isBetween(1L, 5 * SECOND);
    assertThat(traffic.status(now).queries()).isEqualTo(14);
  }

  @Test
  void manyDestinationsAreAskedForInFewQueries() {
    List<String> names = new ArrayList<>();
    for (int at = 0; at < 1100; at++) {
      names.add("backend-" + at);
    }
    traffic.seen(KEY, names, now);
    serveAll(1, 100);

    traffic.tick();

    // Three batches, of which nobody has a sample.
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void whatNobodyAsksForAnyMoreIsForgotten() {
    serveAll(1, 100);
    seen();
    traffic.tick();
    assertThat(traffic.readings()).hasSize(1);

    now += 3 * 3600 * SECOND;
    traffic.tick();

    assertThat(traffic.readings()).isEmpty();
  }

  @Test
  void tooManyOrUnspeakableDestinationsAreCounted() {
    List<String> names = new ArrayList<>();
    for (int at = 0; at < PrometheusTraffic.MOST_TARGETS; at++) {
      names.add("backend-" + at);
    }
    names.add("one-more");
    traffic.seen(KEY, names, now);
    traffic.seen(KEY, List.of("a\nb"), now);

    assertThat(traffic.status(now).unasked()).isEqualTo(2);
  }

  @Test
  void whoHasNoCountOfRequestsUnderWayGoesByLittlesLaw() {
    traffic = traffic(QuerySets.ISTIO);
    Map<String, String> labels =
        Map.of("destination_service_name", "web-east", "destination_service_namespace", "shop");
    server.answers.put(
        "time() - max by (destination_service_name", List.of(new Answer.Series(labels, 1)));
    server.answers.put("istio_requests_total", List.of(new Answer.Series(labels, 50)));
    server.answers.put("response_code=~\"0|5..\"", List.of());
    server.answers.put("istio_request_bytes_sum", List.of(new Answer.Series(labels, 5000)));
    server.answers.put("istio_response_bytes_sum", List.of(new Answer.Series(labels, 500_000)));
    Map<String, String> all = new HashMap<>(labels);
    all.put("le", "+Inf");
    Map<String, String> below = new HashMap<>(labels);
    below.put("le", "250");
    server.answers.put(
        "milliseconds_bucket", List.of(new Answer.Series(below, 50), new Answer.Series(all, 50)));
    server.answers.put("milliseconds_sum", List.of(new Answer.Series(labels, 50 * 200)));
    seen();

    Observation.Destination row = afterTick();

    assertThat(row.startedRps()).isEqualTo(50);
    assertThat(row.inFlight()).isCloseTo(10, within(1e-9));
    assertThat(row.successRatio()).isEqualTo(1);
    assertThat(row.bytesSentPerRequest()).isEqualTo(100);
    assertThat(row.bytesReceivedPerRequest()).isEqualTo(10_000);
  }
}

package dev.fairlead.balancer.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.probe.ProbeReply.Answered;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerLoadTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  @Test
  void aServerThatCompletedNothingSaysNoLatency() {
    ServerLoad load = new ServerLoad();
    load.begin();
    load.begin();
    assertThat(load.answer(0)).isEqualTo(new Answered(2, 0));
  }

  @Test
  void whatIsCancelledIsNoSample() {
    ServerLoad load = new ServerLoad();
    load.begin();
    load.cancelled();
    assertThat(load.answer(0)).isEqualTo(new Answered(0, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "40, 90", "35, 90"})
  void theLatencyIsThatOfRequestsThatMetAboutAsMany(int inFlight, long millis) {
    RecentLatencies latencies = new RecentLatencies();
    for (int i = 0; i < 7; i++) {
      latencies.add(0, (7 + i) * MS, 0);
      latencies.add(0, (87 + i) * MS, 40);
    }
    assertThat(latencies.medianNanos(0, inFlight)).isEqualTo(millis * MS);
  }

  @Test
  void onlyTheLastSixtyFourCountAndOnlyForTenSeconds() {
    RecentLatencies latencies = new RecentLatencies();
    for (int i = 0; i < 1000; i++) {
      latencies.add(0, 50 * MS, 0);
    }
    for (int i = 0; i < 64; i++) {
      latencies.add(SECOND, 2 * MS, 0);
    }
    assertThat(latencies.medianNanos(SECOND, 0)).isEqualTo(2 * MS);
    assertThat(latencies.medianNanos(11 * SECOND, 0)).isEqualTo(2 * MS);
    assertThat(latencies.medianNanos(11 * SECOND + 1, 0)).isZero();
  }

  @Test
  void absurdSamplesAreBounded() {
    RecentLatencies latencies = new RecentLatencies();
    latencies.add(0, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(latencies.medianNanos(0, 3)).isEqualTo((1L << 40) - 1);
    latencies.add(0, -5, -5);
    latencies.add(0, -5, -5);
    assertThat(latencies.medianNanos(0, 3)).isZero();
  }

  @Test
  void nothingIsLostOverThreads() throws Exception {
    ServerLoad load = new ServerLoad();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<?> done :
          IntStream.range(0, 4)
              .mapToObj(
                  each ->
                      threads.submit(
                          () -> {
                            for (int i = 0; i < 10_000; i++) {
                              int met = load.begin();
                              load.end(i, MS, met);
                            }
                          }))
              .toList()) {
        done.get();
      }
    }
    assertThat(load.answer(10_000)).isEqualTo(new Answered(0, MS));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    for (Answered each :
        Stream.of(new Answered(0, 0), new Answered(12, 3_250_000), new Answered(7, 1e12))
            .toList()) {
      assertThat(LoadField.read(LoadField.write(each))).contains(each);
    }
    assertThat(LoadField.write(new Answered(12, 3_249_001)))
        .isEqualTo("in-flight=12, latency-us=3250");
  }

  @Test
  void whatMayBeSaidOneDayIsPassedOver() {
    assertThat(LoadField.read("cpu=0.3,latency-us=1,queue=?1, in-flight=2"))
        .contains(new Answered(2, 1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "in-flight=1",
        "latency-us=1",
        "in-flight=1; latency-us=1",
        "in-flight=-1, latency-us=1",
        "in-flight=1, latency-us=NaN",
        "in-flight=1, latency-us=1e308",
        "in-flight=1, latency-us=1.5",
        "in-flight=1, latency-us=",
        "in-flight=1, latency-us=1,",
        "in-flight=1, latency-us=+1",
        "in-flight=1, latency-us=1234567890123456",
        "in-flight=\u0661, latency-us=1"
      })
  void whatIsNoLoadIsNotRead(String value) {
    assertThat(LoadField.read(value)).isEmpty();
  }

  @Test
  void aLongValueIsNotRead() {
    assertThat(LoadField.read("in-flight=1, latency-us=1, x=" + "1".repeat(1024))).isEmpty();
  }
}

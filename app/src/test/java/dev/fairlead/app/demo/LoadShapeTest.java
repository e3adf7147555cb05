package dev.fairlead.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Arrivals, service times, quantiles and the script. */
class LoadShapeTest {
  private static final int DRAWS = 200_000;

  private final long seed = seed();

  private static long seed() {
    String given = System.getProperty("seed", "");
    return given.isEmpty() ? 42 : Long.parseLong(given);
  }

  private String replay() {
    return "replay with -Dseed=" + seed;
  }

  @Test
  void arrivalsAreAPoissonProcess() {
    Arrivals arrivals = new Arrivals(400, seed);
    double[] gaps = new double[DRAWS];
    long last = 0;
    for (int i = 0; i < DRAWS; i++) {
      long next = arrivals.nextNanos();
      assertThat(next).as(replay()).isGreaterThanOrEqualTo(last);
      gaps[i] = (next - last) / 1e9;
      last = next;
    }
    double mean = Arrays.stream(gaps).average().orElseThrow();
    double variance = Arrays.stream(gaps).map(gap -> (gap - mean) * (gap - mean)).sum() / DRAWS;
    // Five standard errors: of the mean 1/√n, of an exponential's variance √(8/n).
    assertThat(mean * 400).as(replay()).isCloseTo(1, within(5 / Math.sqrt(DRAWS)));
    assertThat(variance * 400 * 400).as(replay()).isCloseTo(1, within(5 * Math.sqrt(8.0 / DRAWS)));
    // Memoryless: 1/e of the gaps are longer than their mean.
    double longer = Arrays.stream(gaps).filter(gap -> gap > 1 / 400.0).count() / (double) DRAWS;
    double p = Math.exp(-1);
    assertThat(longer).as(replay()).isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / DRAWS)));
  }

  @Test
  void oneSeedMakesOneSequence() {
    Arrivals one = new Arrivals(400, seed);
    Arrivals same = new Arrivals(400, seed);
    Arrivals other = new Arrivals(400, seed + 1);
    long[] first = LongStream.generate(one::nextNanos).limit(100).toArray();
    assertThat(LongStream.generate(same::nextNanos).limit(100).toArray()).isEqualTo(first);
    assertThat(LongStream.generate(other::nextNanos).limit(100).toArray()).isNotEqualTo(first);
  }

  @Test
  void serviceTimesHaveTheQuantilesThatWereAskedFor() {
    Random random = new Random(seed);
    ServiceTime time = Topology.SERVICE_TIME;
    double over50 = 0;
    double over99 = 0;
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      double millis = time.nextNanos(random, 10) / 1e6;
      over50 += millis > 200 ? 1 : 0;
      over99 += millis > 800 ? 1 : 0;
      sum += millis;
    }
    assertThat(over50 / DRAWS).as(replay()).isCloseTo(0.5, within(5 * Math.sqrt(0.25 / DRAWS)));
    assertThat(over99 / DRAWS)
        .as(replay())
        .isCloseTo(0.01, within(5 * Math.sqrt(0.01 * 0.99 / DRAWS)));
    // A log-normal's coefficient of variation is √(e^σ² − 1).
    double deviation = Math.sqrt(Math.expm1(time.sigma() * time.sigma()));
    assertThat(sum / DRAWS / (10 * time.meanMillis()))
        .as(replay())
        .isCloseTo(1, within(5 * deviation / Math.sqrt(DRAWS)));
  }

  @Test
  void quantilesAreNearestRank() {
    long[] nanos = LongStream.rangeClosed(1, 1000).map(i -> (1001 - i) * 1_000_000).toArray();
    Quantiles quantiles = Quantiles.of(nanos);
    assertThat(quantiles.millis(0.5)).isEqualTo(500);
    assertThat(quantiles.millis(0.99)).isEqualTo(990);
    assertThat(quantiles.millis(0.999)).isEqualTo(999);
    assertThat(quantiles.millis(0.0001)).isEqualTo(1);
    assertThat(quantiles.millis(1)).isEqualTo(1000);
    assertThat(Quantiles.of(new long[0]).millis(0.99)).isZero();
    assertThat(Quantiles.of(new long[] {7_000_000}).millis(0.01)).isEqualTo(7);
  }

  @Test
  void theScriptScalesButNotTheTwoSecondsAfterTheKill() {
    Script published = Script.lasting(Duration.ofSeconds(40));
    assertThat(published)
        .isEqualTo(
            new Script(
                8_000_000_000L,
                20_000_000_000L,
                26_000_000_000L,
                34_000_000_000L,
                40_000_000_000L));
    Script half = Script.lasting(Duration.ofSeconds(20));
    assertThat(half)
        .isEqualTo(
            new Script(
                4_000_000_000L,
                10_000_000_000L,
                13_000_000_000L,
                17_000_000_000L,
                20_000_000_000L));
    assertThat(half.late(15_000_000_000L)).isFalse();
    assertThat(half.late(15_000_000_001L)).isTrue();
    assertThat(published.phaseAt(7_999_999_999L)).isEqualTo(Script.Phase.CALM);
    assertThat(published.phaseAt(8_000_000_000L)).isEqualTo(Script.Phase.SLOW);
    assertThat(published.phaseAt(20_000_000_000L)).isEqualTo(Script.Phase.RECOVERED);
    assertThat(published.phaseAt(26_000_000_000L)).isEqualTo(Script.Phase.KILLED);
    assertThat(published.phaseAt(34_000_000_000L)).isEqualTo(Script.Phase.REVIVED);
    assertThatThrownBy(() -> Script.lasting(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsDueAtOneTimeComesInTheOrderOfArrival() {
    DueQueue queue = new DueQueue();
    StringBuilder seen = new StringBuilder();
    queue.at(30, () -> seen.append('d'));
    queue.at(10, () -> seen.append('a'));
    queue.at(
        20,
        () -> {
          seen.append('b');
          queue.at(20, () -> seen.append('!'));
        });
    queue.at(20, () -> seen.append('c'));
    assertThat(queue.untilNext(4)).isEqualTo(6);
    queue.runDue(9);
    assertThat(seen).isEmpty();
    queue.runDue(29);
    assertThat(seen.toString()).isEqualTo("abc!");
    assertThat(queue.untilNext(29)).isEqualTo(1);
    queue.runDue(30);
    assertThat(queue.untilNext(31)).isEqualTo(Long.MAX_VALUE);
  }
}

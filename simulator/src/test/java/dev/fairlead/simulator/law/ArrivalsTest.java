package dev.fairlead.simulator.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArrivalsTest {
  private static final long SECOND = 1_000_000_000;
  private static final long END = 100 * SECOND;

  static Stream<Shape> shapes() {
    Duration ten = Duration.ofSeconds(10);
    return Stream.of(
        new Shape.Steady(),
        new Shape.Sine(Duration.ofSeconds(40), 0.8, ten),
        new Shape.Sawtooth(ten, 0.5, 2),
        new Shape.Burst(ten, Duration.ofSeconds(5), Duration.ofSeconds(30), 3),
        new Shape.Burst(ten, Duration.ofSeconds(5), Duration.ZERO, 0),
        new Shape.Steps(List.of(new Shape.Step(ten, 2), new Shape.Step(Duration.ofSeconds(50), 0))),
        new Shape.Ramp(ten, Duration.ofSeconds(60), 1, 0.1),
        new Shape.Noise(Duration.ofSeconds(3), 0.5));
  }

  /** How many are to be expected in a second: the factor's integral, by small steps. */
  private static double expected(Factor factor, int second, double rate) {
    double sum = 0;
    for (int part = 0; part < 1000; part++) {
      sum += factor.at(second * SECOND + part * (SECOND / 1000) + SECOND / 2000) / 1000;
    }
    return rate * sum;
  }

  private static int[] perSecond(OpenArrivals arrivals) {
    int[] counts = new int[(int) (END / SECOND)];
    for (long at = arrivals.first(); at < END; at = arrivals.next(at)) {
      counts[(int) (at / SECOND)]++;
    }
    return counts;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void poissonArrivalsFollowTheShape(Shape shape) {
    Factor factor = new Factor(shape, 7);
    double rate = 200;
    int[] counts =
        perSecond(new OpenArrivals(true, rate, factor, new RandomStream(Seeds.SEED, "gaps"), END));
    double squares = 0;
    int free = 0;
    for (int second = 0; second < counts.length; second++) {
      double mean = expected(factor, second, rate);
      if (mean < 1) {
        assertThat(counts[second]).isLessThan(10);
      } else {
        squares += (counts[second] - mean) * (counts[second] - mean) / mean;
        free++;
      }
    }

    // χ² is nearly normal: five deviations.
    assertThat(squares).as(Seeds.replay()).isCloseTo(free, within(5 * Math.sqrt(2.0 * free)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void arrivalsAtEqualDistancesAreAsManyAsTheShapeSays(Shape shape) {
    Factor factor = new Factor(shape, 7);
    double rate = 200;
    int[] counts =
        perSecond(new OpenArrivals(false, rate, factor, new RandomStream(Seeds.SEED, "gaps"), END));
    for (int second = 0; second < counts.length; second++) {
      double mean = expected(factor, second, rate);

      // A gap has the rate of its start: in a second it may be off by what that changes, and one.
      assertThat((double) counts[second]).as("second %d", second).isCloseTo(mean, within(2.5));
    }
  }

  @Test
  void zipfsFirstKeyComesAsOftenAsItShould() {
    Zipf zipf = new Zipf(new Traffic.Keys(100, 1));
    double harmonic = 0;
    for (int k = 1; k <= 100; k++) {
      harmonic += 1.0 / k;
    }
    RandomStream random = new RandomStream(Seeds.SEED, "keys");
    long most = zipf.key(0);
    int draws = 100_000;
    int seen = 0;
    for (int draw = 0; draw < draws; draw++) {
      seen += zipf.key(random.nextLong()) == most ? 1 : 0;
    }
    double share = 1 / harmonic;

    assertThat((double) seen / draws)
        .as(Seeds.replay())
        .isCloseTo(share, within(5 * Math.sqrt(share * (1 - share) / draws)));
  }
}

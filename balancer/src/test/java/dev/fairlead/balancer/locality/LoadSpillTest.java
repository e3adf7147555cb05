package dev.fairlead.balancer.locality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.weight.Shares;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadSpillTest {
  private static final double MILLI = 1e6;
  private static final Optional<Shares> NO_PLAN = Optional.empty();

  /** Samples that stay as they are, whatever the share: only the target is looked at. */
  private record Still(
      double localMillis, double remoteMillis, double roundTripMillis, double priceMillis) {

    LoadSpill after(double seconds, Optional<Shares> plan) {
      LoadSpill spill = LoadSpill.INITIAL;
      for (long period = 0; period <= seconds * 10; period++) {
        PoolSample local = sample("west", localMillis, 300 * localMillis / 1e3, 30 * period);
        PoolSample remote =
            new PoolSample(
                "east",
                OptionalDouble.of(remoteMillis * MILLI),
                2,
                0,
                0,
                4,
                roundTripMillis * MILLI,
                priceMillis * MILLI);
        spill = spill.advance(period * LoadSpill.PERIOD_NANOS, local, List.of(remote), plan);
      }
      return spill;
    }

    double localShare() {
      return after(60, NO_PLAN).share("west");
    }
  }

  private static PoolSample sample(String name, double millis, double inFlight, long picks) {
    return new PoolSample(name, OptionalDouble.of(millis * MILLI), 0, inFlight, picks, 4, 0, 0);
  }

  private static Optional<Shares> plan(double west, double east) {
    return Optional.of(new Shares(Map.of("west", west, "east", east)));
  }

  @Test
  void keepsAllLocalUntilTheRemoteIsBetterByMoreThanItsRoundTripAndPrice() {
    assertThat(new Still(40, 20, 15, 5.1).localShare()).isEqualTo(1);
    assertThat(new Still(40, 20, 15, 4.9).localShare()).isLessThan(1).isGreaterThan(0.95);
    assertThat(new Still(40, 20, 5, 0).localShare()).isLessThan(0.95);
  }

  @Test
  void theShareFollowsItsTargetWithoutAJump() {
    double target = new Still(100, 10, 5, 0).localShare();
    double before = 1;
    for (int tenths = 1; tenths < 300; tenths++) {
      double share = new Still(100, 10, 5, 0).after(tenths / 10.0, NO_PLAN).share("west");
      // A tenth of a second of a time constant of 5 s moves a fiftieth of the way.
      assertThat(before - share).isBetween(0.0, 0.021 * (1 - target));
      before = share;
    }
  }

  @Test
  void isMonotoneInLatenciesRoundTripAndPrice() {
    SplittableRandom random = new SplittableRandom(Seed.value());
    for (int run = 0; run < 60; run++) {
      Still at =
          new Still(
              random.nextDouble(1, 200),
              random.nextDouble(1, 100),
              random.nextDouble(0, 50),
              random.nextDouble(0, 50));
      double more = random.nextDouble(0, 50);
      double share = at.localShare();
      Still slower =
          new Still(at.localMillis + more, at.remoteMillis, at.roundTripMillis, at.priceMillis);
      Still busier =
          new Still(at.localMillis, at.remoteMillis + more, at.roundTripMillis, at.priceMillis);
      Still farther =
          new Still(at.localMillis, at.remoteMillis, at.roundTripMillis + more, at.priceMillis);
      Still dearer =
          new Still(at.localMillis, at.remoteMillis, at.roundTripMillis, at.priceMillis + more);
      String replay = at + " + " + more + ", " + Seed.replay();
      assertThat(slower.localShare()).as(replay).isLessThanOrEqualTo(share + 1e-9);
      assertThat(busier.localShare()).as(replay).isGreaterThanOrEqualTo(share - 1e-9);
      assertThat(farther.localShare()).as(replay).isGreaterThanOrEqualTo(share - 1e-9);
      assertThat(dearer.localShare()).as(replay).isGreaterThanOrEqualTo(share - 1e-9);
    }
  }

  @Test
  void idleIsAllLocalHoweverSlowTheLocalPoolIs() {
    LoadSpill spill = LoadSpill.INITIAL;
    for (long period = 0; period < 600; period++) {
      spill =
          spill.advance(
              period * LoadSpill.PERIOD_NANOS,
              sample("west", 500, 0, 7),
              List.of(sample("east", 1, 0, 0)),
              NO_PLAN);
    }
    assertThat(spill.shares()).isEqualTo(Map.of("west", 1.0, "east", 0.0));
  }

  @Test
  void goesNowhereOfWhichNoLatencyIsKnownOrWhichHasNoEndpoint() {
    LoadSpill spill = LoadSpill.INITIAL;
    for (long period = 0; period < 100; period++) {
      PoolSample unknown = new PoolSample("east", OptionalDouble.empty(), 0, 0, 0, 4, 0, 0);
      PoolSample empty = new PoolSample("north", OptionalDouble.of(1), 0, 0, 0, 0, 0, 0);
      spill =
          spill.advance(
              period * LoadSpill.PERIOD_NANOS,
              sample("west", 900, 100, 20 * period),
              List.of(unknown, empty),
              NO_PLAN);
    }
    assertThat(spill.share("west")).isEqualTo(1);
    assertThat(spill.ignored()).isZero();
  }

  @Test
  void ofSeveralRemotesTheBestIsFilledFirstAndTheyEndEqual() {
    LoadSpill spill = LoadSpill.INITIAL;
    for (long period = 0; period < 600; period++) {
      spill =
          spill.advance(
              period * LoadSpill.PERIOD_NANOS,
              sample("west", 100, 30, 30 * period),
              List.of(
                  new PoolSample("near", OptionalDouble.of(10e6), 0, 0, 0, 4, 5e6, 0),
                  new PoolSample("twin", OptionalDouble.of(10e6), 0, 0, 0, 4, 5e6, 0),
                  new PoolSample("far", OptionalDouble.of(10e6), 0, 0, 0, 4, 900e6, 0)),
              NO_PLAN);
    }
    assertThat(spill.share("near"))
        .isGreaterThan(0.01)
        .isCloseTo(spill.share("twin"), within(1e-9));
    assertThat(spill.share("far")).isZero();
    assertThat(sum(spill)).isCloseTo(1, within(1e-9));
  }

  @Test
  void ownForwardsInFlightMakeARemoteLessAttractive() {
    double free = shareWithForwards(0);
    double busy = shareWithForwards(40);
    assertThat(busy).isGreaterThan(free + 0.01);
  }

  /** Of the local pool, while so many of our forwards wait at the remote for their answers. */
  private static double shareWithForwards(double inFlight) {
    LoadSpill spill = LoadSpill.INITIAL;
    for (long period = 0; period < 600; period++) {
      spill =
          spill.advance(
              period * LoadSpill.PERIOD_NANOS,
              sample("west", 100, 30, 30 * period),
              List.of(sample("east", 20, inFlight, 10 * period)),
              NO_PLAN);
    }
    return spill.share("west");
  }

  @Test
  void aPlanIsCorrectedByAtMostTwentyPoints() {
    assertThat(new Still(900, 1, 0, 0).after(120, plan(0.7, 0.3)).share("west"))
        .isCloseTo(0.5, within(1e-6));
    assertThat(new Still(1, 900, 0, 0).after(120, plan(0.5, 0.5)).share("west"))
        .isCloseTo(0.7, within(1e-6));
    assertThat(new Still(900, 1, 0, 0).after(120, plan(1, 0)).share("west"))
        .isCloseTo(0.8, within(1e-6));
    assertThat(new Still(900, 1, 0, 0).after(120, plan(0.1, 0.9)).share("west"))
        .isBetween(0.0, 0.1);
  }

  @Test
  void aPlanHoldsWhileLatenciesDifferByLessThanTheCrossing() {
    Optional<Shares> plan = plan(0.6, 0.4);
    Still even = new Still(10, 10, 5000, 0);
    assertThat(even.after(60, plan).share("west")).isCloseTo(0.6, within(1e-12));
    assertThat(even.after(60, plan).correction("west")).isZero();
  }

  @Test
  void aNewPlanTakesEffectAtOnceAndTheCorrectionStays() {
    Still still = new Still(900, 1, 0, 0);
    LoadSpill spill = still.after(60, plan(0.7, 0.3));
    double correction = spill.correction("west");
    PoolSample east = new PoolSample("east", OptionalDouble.of(MILLI), 2, 0, 0, 4, 0, 0);
    LoadSpill next =
        spill.advance(0, sample("west", 900, 270, 20_000), List.of(east), plan(0.9, 0.1));
    assertThat(next.share("west")).isCloseTo(0.9 + correction, within(1e-9));
    assertThat(next.correction("west")).isLessThan(-0.19);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1, 0, Double.POSITIVE_INFINITY, 1e300})
  void aLatencyThatCannotBeTrueIsIgnoredAndCounted(double nanos) {
    LoadSpill spill = new Still(100, 10, 5, 0).after(30, NO_PLAN);
    PoolSample bad = new PoolSample("west", OptionalDouble.of(nanos), 0, 30, 10_000, 4, 0, 0);
    PoolSample east = new PoolSample("east", OptionalDouble.of(10 * MILLI), 2, 0, 0, 4, 5e6, 0);
    LoadSpill next = spill.advance(30_100_000_000L, bad, List.of(east), NO_PLAN);
    assertThat(next.ignored()).isEqualTo(1);
    assertThat(next.share("west")).isCloseTo(spill.share("west"), within(0.02));
  }

  @Test
  void noSampleHoweverAbsurdMakesAShareThatIsNone() {
    SplittableRandom random = new SplittableRandom(Seed.value());
    double[] odd = {
      Double.NaN,
      -1,
      0,
      1e-300,
      1,
      1e6,
      1e9,
      3.6e12,
      1e300,
      Double.NEGATIVE_INFINITY,
      Double.MAX_VALUE
    };
    LoadSpill spill = LoadSpill.INITIAL;
    long now = 0;
    for (int run = 0; run < 20_000; run++) {
      now += random.nextLong(-LoadSpill.PERIOD_NANOS, 20 * LoadSpill.PERIOD_NANOS);
      Optional<Shares> plan =
          random.nextBoolean() ? NO_PLAN : plan(random.nextDouble() + 1e-9, 0.5);
      spill =
          spill.advance(
              now,
              odd("west", odd, random),
              List.of(odd("east", odd, random), odd("north", odd, random)),
              plan);
      assertThat(sum(spill)).as(Seed.replay()).isCloseTo(1, within(1e-6));
      assertThat(spill.shares().values())
          .as(Seed.replay())
          .allMatch(share -> share >= 0 && share <= 1 + 1e-9);
    }
    assertThat(spill.ignored()).isBetween(1L, 60_000L);
  }

  private static PoolSample odd(String name, double[] odd, SplittableRandom random) {
    return new PoolSample(
        name,
        random.nextInt(5) == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(odd[random.nextInt(odd.length)]),
        odd[random.nextInt(odd.length)],
        random.nextBoolean() ? 3 : odd[random.nextInt(odd.length)],
        random.nextLong(-5, 1_000_000_000),
        random.nextInt(-1, 5),
        random.nextBoolean() ? 1e6 : odd[random.nextInt(odd.length)],
        0);
  }

  @Test
  void aRemoteThatIsGoneGivesItsShareBack() {
    LoadSpill spill = new Still(100, 10, 5, 0).after(60, NO_PLAN);
    assertThat(spill.share("west")).isLessThan(0.95);
    LoadSpill next =
        spill.advance(60_100_000_000L, sample("west", 100, 30, 20_000), List.of(), NO_PLAN);
    assertThat(next.shares()).isEqualTo(Map.of("west", 1.0));
  }

  @Test
  void staleKnowledgeFadesToTheSetPoint() {
    LoadSpill spill = new Still(100, 10, 5, 0).after(60, NO_PLAN);
    for (long period = 601; period < 1500; period++) {
      PoolSample silent = new PoolSample("east", OptionalDouble.empty(), 2, 0, 0, 4, 5e6, 0);
      spill =
          spill.advance(
              period * LoadSpill.PERIOD_NANOS,
              sample("west", 100, 30, 30 * period),
              List.of(silent),
              NO_PLAN);
    }
    assertThat(spill.share("west")).isGreaterThan(0.999);
  }

  @Test
  void twoPoolsOfOneNameAreRefused() {
    PoolSample west = sample("west", 1, 1, 1);
    assertThatThrownBy(() -> LoadSpill.INITIAL.advance(0, west, List.of(west), NO_PLAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("west");
  }

  @Test
  void ignoredSamplesDoNotLookLikeABurstOfRequests() {
    double[] shares = new double[2];
    for (int run = 0; run < 2; run++) {
      LoadSpill spill = LoadSpill.INITIAL;
      for (long period = 0; period < 400; period++) {
        boolean bad = run == 1 && period % 10 != 0;
        spill =
            spill.advance(
                period * LoadSpill.PERIOD_NANOS,
                sample("west", bad ? -1 : 100, 30, 30 * period),
                List.of(sample("east", 10, 1, 10 * period)),
                NO_PLAN);
      }
      shares[run] = spill.share("west");
    }
    assertThat(shares[1]).isCloseTo(shares[0], within(0.005));
  }

  private static double sum(LoadSpill spill) {
    return spill.shares().values().stream().mapToDouble(Double::doubleValue).sum();
  }
}

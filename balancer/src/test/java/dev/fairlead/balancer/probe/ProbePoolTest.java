package dev.fairlead.balancer.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbePoolTest {
  private static final long MS = 1_000_000;

  /** Probes and removes nothing by itself, so that a test says what is in the pool. */
  private static final ProbePolicy STILL = policy(0, 0);

  private record Started(int target, long timeoutNanos, Consumer<ProbeReply> reply) {}

  /** Targets of which a test says what they are. */
  private static final class Targets implements ProbeTargets {
    final boolean[] unusable;
    final double[] failureNanos;
    final int[] inFlight;

    Targets(int count) {
      inFlight = new int[count];
      unusable = new boolean[count];
      failureNanos = new double[count];
    }

    @Override
    public int count() {
      return unusable.length;
    }

    @Override
    public Endpoint endpoint(int target) {
      return new Endpoint(
          new Address("127.0.0.1", target + 1),
          new Place("west", new Locality("west", "a", ""), "", ""));
    }

    @Override
    public boolean usable(int target, long now) {
      return !unusable[target];
    }

    @Override
    public int inFlight(int target) {
      return inFlight[target];
    }

    @Override
    public double failureNanos(int target, long now) {
      return failureNanos[target];
    }
  }

  private final RandomSource random = Seed.source();
  private final ProbeCounters counters = new ProbeCounters();
  private final List<Started> started = new ArrayList<>();
  private final Targets targets = new Targets(20);
  private final AtomicLong sequence = new AtomicLong();
  private long now;

  private static ProbePolicy policy(double probes, double removals) {
    return new ProbePolicy(
        16, Duration.ofSeconds(1), probes, Duration.ofMillis(3), 0.84, removals, 1);
  }

  private ProbePool pool(ProbePolicy policy, ProbeTargets its) {
    return new ProbePool(
        policy,
        its,
        (endpoint, timeoutNanos, reply) ->
            started.add(new Started(endpoint.address().port() - 1, timeoutNanos, reply)),
        counters,
        () -> now);
  }

  private ProbePool pool(ProbePolicy policy) {
    return pool(policy, targets);
  }

  /** An answer that came now, without a limit of its use. */
  private void answer(ProbePool pool, int target, long inFlight, double latencyMillis) {
    Probe probe =
        new Probe(pool, target, sequence.getAndIncrement(), now, 1000 * MS, ProbeEntry.UNLIMITED);
    probe.accept(new ProbeReply.Answered(inFlight, latencyMillis * MS));
  }

  private static long all(ProbePool pool, long now) {
    long slots = 0;
    for (int slot = 0; slot < pool.slots(); slot++) {
      slots |= pool.target(slot, now) == ProbePool.NONE ? 0 : 1L << slot;
    }
    return slots;
  }

  private int choose(ProbePool pool) {
    return pool.choose(all(pool, now), now);
  }

  private Set<Integer> targetsIn(ProbePool pool) {
    Set<Integer> found = new HashSet<>();
    for (int slot = 0; slot < pool.slots(); slot++) {
      int target = pool.target(slot, now);
      if (target != ProbePool.NONE) {
        assertThat(found.add(target)).as("one entry of %s", target).isTrue();
      }
    }
    return found;
  }

  @Test
  void ofTheColdTheOneWithTheLowestLatencyIsChosen() {
    ProbePool pool = pool(STILL);
    // ⌈0.84 · 8⌉ = 7th of 1 1 2 2 3 3 4 9 is 4: only the one with 9 is hot.
    long[] inFlight = {1, 1, 2, 2, 3, 3, 4, 9};
    double[] latency = {50, 40, 60, 70, 30, 80, 20, 1};
    for (int target = 0; target < 8; target++) {
      answer(pool, target, inFlight[target], latency[target]);
    }

    assertThat(choose(pool)).isEqualTo(6);
  }

  @Test
  void ifAllThatAreAdmittedAreHotTheOneWithTheFewestInFlightIsChosen() {
    ProbePool pool = pool(STILL);
    for (int target = 0; target < 14; target++) {
      answer(pool, target, 1, 10);
    }
    answer(pool, 14, 7, 20);
    answer(pool, 15, 8, 1);
    long hot = 0;
    for (int slot = 0; slot < pool.slots(); slot++) {
      hot |= pool.target(slot, now) >= 14 ? 1L << slot : 0;
    }

    assertThat(pool.choose(hot, now)).isEqualTo(14);
  }

  @Test
  void whatIsChosenHasOneMoreInFlightUntilItIsHot() {
    ProbePool pool = pool(STILL);
    answer(pool, 0, 0, 10);
    for (int target = 1; target < 8; target++) {
      answer(pool, target, 2, 20 + target);
    }

    // The 7th of eight is 2: with 0, 1, 2 in flight it is cold, with 3 it is hot.
    assertThat(List.of(choose(pool), choose(pool), choose(pool))).containsOnly(0);
    assertThat(choose(pool)).isEqualTo(1);
  }

  @Test
  void theRoundTripCountsAsLatency() {
    ProbePool pool = pool(policy(2, 0), new Targets(2));
    pool.requested(now, random);
    for (Started probe : started) {
      // The first in the list is answered after 5 ms, the other after 15 ms with 8 ms less.
      boolean first = probe == started.get(0);
      now += first ? 5 * MS : 10 * MS;
      probe.reply().accept(new ProbeReply.Answered(0, first ? 10.0 * MS : 2.0 * MS));
    }

    assertThat(choose(pool)).isEqualTo(started.get(0).target());
  }

  @Test
  void aServerHasNoFewerInFlightThanThisCallerHasThere() {
    ProbePool pool = pool(STILL);
    targets.inFlight[0] = 50;
    for (int target = 0; target < 8; target++) {
      answer(pool, target, target == 0 ? 0 : 1, 10 + target);
    }
    assertThat(choose(pool)).isEqualTo(1);
  }

  @Test
  void failuresCountAsLatency() {
    ProbePool pool = pool(STILL);
    for (int target = 0; target < 8; target++) {
      answer(pool, target, 1, 10 + target);
    }
    assertThat(choose(pool)).isZero();
    targets.failureNanos[0] = 5.0 * MS;
    assertThat(choose(pool)).isEqualTo(1);
  }

  @Test
  void fewerThanTwoAreNoChoice() {
    ProbePool pool = pool(STILL);
    assertThat(choose(pool)).isEqualTo(ProbePool.NONE);
    answer(pool, 3, 0, 1);
    assertThat(choose(pool)).isEqualTo(ProbePool.NONE);
    answer(pool, 4, 0, 2);
    assertThat(choose(pool)).isEqualTo(3);
  }

  @Test
  void anEntryIsTooOldAfterASecond() {
    ProbePool pool = pool(STILL);
    answer(pool, 0, 0, 1);
    now = 1000 * MS;
    assertThat(targetsIn(pool)).containsExactly(0);
    now++;
    assertThat(targetsIn(pool)).isEmpty();
  }

  @Test
  void anUnusableEndpointIsNeitherKeptNorProbed() {
    ProbePool pool = pool(policy(16, 0));
    answer(pool, 0, 0, 1);
    for (int target = 0; target < 15; target++) {
      targets.unusable[target] = true;
    }
    assertThat(targetsIn(pool)).isEmpty();
    pool.requested(now, random);

    assertThat(started).extracting(Started::target).containsExactlyInAnyOrder(15, 16, 17, 18, 19);
  }

  @Test
  void aNewerProbeReplacesAnOlderOneInWhateverOrderTheyAreAnswered() {
    ProbePool pool = pool(policy(1, 0), new Targets(2));
    while (started.stream().filter(each -> each.target() == 0).count() < 2) {
      pool.requested(now, random);
    }
    List<Started> probes = started.stream().filter(each -> each.target() == 0).toList();
    answer(pool, 1, 0, 50);
    probes.get(1).reply().accept(new ProbeReply.Answered(0, 90.0 * MS));
    probes.get(0).reply().accept(new ProbeReply.Answered(0, 1.0 * MS));

    assertThat(targetsIn(pool)).containsExactlyInAnyOrder(0, 1);
    assertThat(choose(pool)).isEqualTo(1);
  }

  @Test
  void aProbeThatFailsDropsWhatWasKnownAndItsSecondReplyIsIgnored() {
    ProbePool pool = pool(policy(1, 0), new Targets(1));
    pool.requested(now, random);
    pool.requested(now, random);
    started.get(0).reply().accept(new ProbeReply.Answered(0, 1));
    assertThat(targetsIn(pool)).containsExactly(0);
    started.get(1).reply().accept(ProbeReply.Unanswered.FAILED);
    started.get(1).reply().accept(new ProbeReply.Answered(0, 1));
    started.get(1).reply().accept(ProbeReply.Unanswered.FAILED);

    assertThat(targetsIn(pool)).isEmpty();
    assertThat(counters.failed()).isEqualTo(1);
    assertThat(counters.answered()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "9000000000000000000, 1", "0, NaN", "0, -1", "0, 1e308", "0, Infinity"})
  void whatCannotBeTrueIsDroppedAndCounted(long inFlight, double latencyNanos) {
    ProbePool pool = pool(policy(1, 0), new Targets(1));
    pool.requested(now, random);
    started.get(0).reply().accept(new ProbeReply.Answered(inFlight, latencyNanos));

    assertThat(targetsIn(pool)).isEmpty();
    assertThat(counters.implausible()).isEqualTo(1);
    assertThat(counters.answered()).isZero();
  }

  @Test
  void aProbeMayTakeThreeMillisecondsOverTheRoundTrip() {
    ProbePool pool = pool(policy(1, 0), new Targets(1));
    pool.requested(now, random);
    // Nothing is known: as long as an answer would live.
    assertThat(started.get(0).timeoutNanos()).isEqualTo(1000 * MS);
    now += 8 * MS;
    started.get(0).reply().accept(new ProbeReply.Answered(0, 1));
    pool.requested(now, random);
    assertThat(started.get(1).timeoutNanos()).isEqualTo(11 * MS);

    now += 11 * MS + 1;
    started.get(1).reply().accept(new ProbeReply.Answered(0, 1));
    assertThat(counters.timedOut()).isEqualTo(1);
    assertThat(targetsIn(pool)).isEmpty();

    // The way may have become longer: twice the round trip, and three more.
    pool.requested(now, random);
    assertThat(started.get(2).timeoutNanos()).isEqualTo(19 * MS);
    now += 16 * MS;
    started.get(2).reply().accept(new ProbeReply.Answered(0, 1));
    assertThat(targetsIn(pool)).containsExactly(0);
  }

  @Test
  void eachRequestRemovesInTurnTheOldestAndTheWorst() {
    ProbePool pool = pool(policy(0, 1));
    for (int target = 0; target < 8; target++) {
      now += MS;
      // The slowest is 3; the only hot one is 5.
      answer(pool, target, target == 5 ? 9 : 1, target == 3 ? 90 : 10);
    }
    pool.requested(now, random);
    assertThat(targetsIn(pool)).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7);
    pool.requested(now, random);
    // ⌈0.84 · 7⌉ = 6th of seven is 1, so 5 is hot.
    assertThat(targetsIn(pool)).containsExactlyInAnyOrder(1, 2, 3, 4, 6, 7);
    pool.requested(now, random);
    assertThat(targetsIn(pool)).containsExactlyInAnyOrder(2, 3, 4, 6, 7);
    pool.requested(now, random);
    // None is hot any more.
    assertThat(targetsIn(pool)).containsExactlyInAnyOrder(2, 4, 6, 7);
  }

  @ParameterizedTest
  @CsvSource({"0", "0.25", "1", "2.5", "3"})
  void probesAreAsManyAsSaidToDistinctTargetsAndUniform(double perRequest) {
    ProbePool pool = pool(policy(perRequest, 0));
    int[] probed = new int[20];
    int requests = 20_000;
    for (int request = 0; request < requests; request++) {
      started.clear();
      pool.requested(now, random);
      assertThat(started).extracting(Started::target).doesNotHaveDuplicates();
      started.forEach(each -> probed[each.target()]++);
    }

    for (int count : probed) {
      double p = perRequest / 20;
      // Five standard deviations.
      assertThat((double) count / requests)
          .as(Seed.replay())
          .isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / requests)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // (1 + 1) / ((1 − 16/n)·3 − 1): n = 10 and 24 leave nothing, 100 leaves 1.52.
    "10, Infinity",
    "24, Infinity",
    "100, 1.3157894736842106",
    "32, 4",
    "1000000, 1.0000240"
  })
  void anEntryIsReusedAsOftenAsThePoolRefills(int endpoints, double expected) {
    assertThat(ProbePolicy.DEFAULT.reuse(endpoints)).isCloseTo(expected, within(1e-6));
  }

  @Test
  void anEntryLeadsNoMoreRequestsThanItMay() {
    // With 32 endpoints four requests each.
    ProbePool pool = pool(policy(3, 1), new Targets(32));
    pool.requested(now, random);
    started.forEach(each -> each.reply().accept(new ProbeReply.Answered(0, 1)));
    List<Integer> chosen = new ArrayList<>();
    for (int target = choose(pool); target != ProbePool.NONE; target = choose(pool)) {
      chosen.add(target);
    }

    // The last of the three is alone from then on.
    assertThat(targetsIn(pool)).hasSize(1);
    for (Started each : started) {
      assertThat(chosen.stream().filter(target -> target == each.target()).count())
          .isLessThanOrEqualTo(4);
    }
    assertThat(chosen).hasSizeBetween(8, 11);
  }

  @Test
  void aProberThatThrowsIsAFailedProbe() {
    ProbePool pool =
        new ProbePool(
            ProbePolicy.DEFAULT,
            targets,
            (endpoint, timeout, reply) -> {
              throw new IllegalStateException("no more descriptors");
            },
            counters,
            () -> now);
    pool.requested(now, random);

    assertThat(counters.failed()).isEqualTo(3);
  }

  @Test
  void policiesThatMeanNothingAreRefused() {
    assertThatThrownBy(() -> policy(Double.NaN, 1)).hasMessageContaining("probesPerRequest");
    assertThatThrownBy(() -> policy(3, -1)).hasMessageContaining("removalsPerRequest");
  }

  @Test
  void threadsThatPickAndAnswerLeaveOneEntryOfEachTarget() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    for (int round = 0; round < 50; round++) {
      Targets few = new Targets(4);
      ProbePool pool =
          new ProbePool(
              policy(3, 0.5),
              few,
              (endpoint, timeout, reply) -> reply.accept(new ProbeReply.Answered(1, 1)),
              counters,
              () -> 0);
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        RandomSource own = new SplittableRandom(Seed.value() + round * 3L + thread)::nextLong;
        running.add(
            threads.submit(
                () -> {
                  for (int pick = 0; pick < 300; pick++) {
                    pool.choose(all(pool, 0), 0);
                    pool.requested(0, own);
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
      assertThat(targetsIn(pool)).isSubsetOf(0, 1, 2, 3);
    }
    threads.shutdown();
    assertThat(counters.answered()).isEqualTo(counters.started()).isEqualTo(50L * 3 * 300 * 3);
  }
}

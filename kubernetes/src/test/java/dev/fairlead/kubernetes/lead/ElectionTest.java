package dev.fairlead.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.kubernetes.lead.Election.Seen;
import dev.fairlead.kubernetes.lead.Election.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may hold the lock, by contenders whose clocks have nothing in common. */
class ElectionTest {
  private static final LeaseTimes TIMES = LeaseTimes.DEFAULT;
  private static final long SECOND = 1_000_000_000L;
  private static final Duration LONG = TIMES.duration();

  private final Election election = new Election("me", TIMES, false);

  private static Optional<Seen> seen(String holder, long term, String renewal) {
    return Optional.of(new Seen(holder, term, renewal, LONG, false));
  }

  @Test
  void aLockThatNobodyHasIsTakenInALaterTerm() {
    assertThat(election.next(Optional.empty(), 0)).isEqualTo(new Step.Hold(1));
    assertThat(election.next(seen("", 7, "r"), 0)).isEqualTo(new Step.Hold(8));
  }

  @Test
  void anothersLockIsTakenOnlyAfterItWasNotRenewedForItsDurationByOurClock() {
    assertThat(election.next(seen("you", 4, "r1"), 0)).isEqualTo(new Step.Wait());
    assertThat(election.next(seen("you", 4, "r1"), 14 * SECOND)).isEqualTo(new Step.Wait());
    assertThat(election.next(seen("you", 4, "r2"), 16 * SECOND)).isEqualTo(new Step.Wait());
    assertThat(election.next(seen("you", 4, "r2"), 30 * SECOND)).isEqualTo(new Step.Wait());
    assertThat(election.next(seen("you", 4, "r2"), 31 * SECOND)).isEqualTo(new Step.Hold(5));
  }

  @Test
  void theHolderStopsBeforeAnotherMayBegin() {
    election.next(Optional.empty(), 0);
    election.held(1, 0, 0);
    assertThat(election.term(9 * SECOND)).hasValue(1);
    assertThat(election.term(10 * SECOND)).isEmpty();
    assertThat(election.next(seen("me", 1, "r"), 12 * SECOND)).isEqualTo(new Step.Hold(1));
    election.held(1, 12 * SECOND, 12 * SECOND);
    assertThat(election.term(12 * SECOND)).hasValue(1);
    assertThat(election.next(seen("you", 2, "r"), 14 * SECOND)).isEqualTo(new Step.Wait());
    assertThat(election.term(14 * SECOND)).isEmpty();
  }

  @Test
  void anEarlierLifeOfOurOwnIsNotWaitedForAndItsTermIsOver() {
    assertThat(election.next(seen("me", 4, "r"), 0)).isEqualTo(new Step.Hold(5));
  }

  @Test
  void afterALaterTermTheHolderGoesAboveIt() {
    election.next(Optional.empty(), 0);
    election.held(1, 0, 0);
    election.surpassed(9);
    assertThat(election.term(1)).isEmpty();
    assertThat(election.next(seen("me", 1, "r"), 2)).isEqualTo(new Step.Hold(10));
    election.held(10, 2, 2);
    assertThat(election.term(3)).hasValue(10);
  }

  /** Contenders that stall, whose requests are lost, and whose clocks are years apart. */
  @Test
  void noTwoLeadAtOnceAndTermsOnlyGrow() {
    long seed = Long.getLong("seed", 20261122L);
    for (int run = 0; run < 200; run++) {
      Random random = new Random(seed + run);
      List<Election> all = new ArrayList<>();
      List<Long> offsets = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        // The last one takes over, in the second half.
        all.add(new Election("c" + i, TIMES, i == 3));
        offsets.add(random.nextLong(Long.MAX_VALUE / 4));
      }
      Optional<Seen> lock = Optional.empty();
      long lastTerm = 0;
      int renewals = 0;
      for (long now = 0; now < 600 * SECOND; now += random.nextLong(3 * SECOND)) {
        int who = random.nextInt(now < 300 * SECOND ? 3 : 4);
        // One of them stands still for a while.
        if (who != (now / (40 * SECOND)) % 4) {
          Election election = all.get(who);
          long clock = now + offsets.get(who);
          if (election.next(lock, clock) instanceof Step.Hold hold) {
            boolean lost = random.nextInt(6) == 0;
            renewals++;
            boolean another = lock.filter(l -> l.holder().equals("c" + who)).isEmpty();
            assertThat(hold.term()).as("-Dseed=%s", seed + run).isGreaterThanOrEqualTo(lastTerm);
            assertThat(another && hold.term() == lastTerm).as("-Dseed=%s", seed + run).isFalse();
            lastTerm = hold.term();
            lock = Optional.of(new Seen("c" + who, hold.term(), "r" + renewals, LONG, who == 3));
            if (!lost) {
              election.held(hold.term(), clock, clock);
            }
          }
        }
        long time = now;
        long leaders =
            IntStream.range(0, 4)
                .filter(i -> all.get(i).term(time + offsets.get(i)).isPresent())
                .count();
        assertThat(leaders).as("-Dseed=%s at %s", seed + run, now).isLessThanOrEqualTo(1);
      }
      assertThat(lastTerm).as("-Dseed=%s", seed + run).isPositive();
    }
  }

  @Test
  void whoTakesOverLeadsWhenTheFormerLeaderHasStopped() {
    Election last = new Election("me", TIMES, true);
    assertThat(last.next(seen("you", 4, "r1"), 0)).isEqualTo(new Step.Hold(5));
    last.held(5, 0, SECOND);
    Optional<Seen> ours = Optional.of(new Seen("me", 5, "r", LONG, true));
    for (long now = 2; now <= 15; now++) {
      assertThat(last.term(now * SECOND)).as("at %s s", now).isEmpty();
      assertThat(last.next(ours, now * SECOND)).isEqualTo(new Step.Hold(5));
      last.held(5, now * SECOND, now * SECOND);
    }
    assertThat(last.term(16 * SECOND)).hasValue(5);
    // What was given back is taken too, but not removed before all that stand by have seen it.
    Election next = new Election("me", TIMES, true);
    Optional<Seen> given = Optional.of(new Seen("", 5, "r2", Duration.ofSeconds(1), false));
    assertThat(next.next(given, 0)).isEqualTo(new Step.Hold(6));
    next.held(6, 0, 0);
    assertThat(next.term(9 * SECOND)).isEmpty();
    next.held(6, 15 * SECOND, 15 * SECOND);
    assertThat(next.term(15 * SECOND)).hasValue(6);
    // Two do not take it from each other.
    assertThat(next.next(Optional.of(new Seen("you", 7, "r", LONG, true)), SECOND))
        .isEqualTo(new Step.Wait());
  }

  @Test
  void afterTheLastLeaderNobodyLeads() {
    election.next(Optional.empty(), 0);
    election.held(1, 0, 0);
    Optional<Seen> last = Optional.of(new Seen("you", 2, "r", LONG, true));
    assertThat(election.next(last, SECOND)).isEqualTo(new Step.Wait());
    assertThat(election.standsDown()).isTrue();
    assertThat(election.term(SECOND)).isEmpty();
    assertThat(election.next(Optional.empty(), 2 * SECOND)).isEqualTo(new Step.Wait());
    assertThat(election.next(Optional.empty(), 9999 * SECOND)).isEqualTo(new Step.Wait());
  }

  @Test
  void whereTheLastLeaderGivesUpOthersGoOn() {
    Optional<Seen> last = Optional.of(new Seen("you", 2, "r", LONG, true));
    assertThat(election.next(last, 0)).isEqualTo(new Step.Wait());
    assertThat(election.next(last, 16 * SECOND)).isEqualTo(new Step.Hold(3));
    election.held(3, 16 * SECOND, 16 * SECOND);
    election.next(seen("me", 3, "r"), 17 * SECOND);
    assertThat(election.next(Optional.empty(), 18 * SECOND)).isEqualTo(new Step.Hold(4));

    Election another = new Election("another", TIMES, false);
    another.next(last, 0);
    assertThat(another.next(seen("", 2, "r2"), SECOND)).isEqualTo(new Step.Hold(3));
  }

  @Test
  void whoNeverHeldTheLockHasNoTerm() {
    assertThat(election.term(0)).isEqualTo(OptionalLong.empty());
  }
}

package dev.fairlead.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.broker.message.Echo;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerClockTest {
  private static final long MILLI = 1_000_000;

  @Test
  void withoutEchoTheFastestMessageTookNoTime() {
    PeerClock clock = new PeerClock();
    long theirs = -77 * Seen.SECOND;
    clock.heard(100 * MILLI, theirs, Optional.empty());
    assertThat(clock.ageNanos(100 * MILLI, theirs)).isZero();
    clock.heard(1130 * MILLI, theirs + 1000 * MILLI, Optional.empty());
    assertThat(clock.ageNanos(1130 * MILLI, theirs + 1000 * MILLI)).isEqualTo(30 * MILLI);
    // A faster one shows that the first was slow.
    clock.heard(2080 * MILLI, theirs + 2000 * MILLI, Optional.empty());
    assertThat(clock.ageNanos(2080 * MILLI, theirs + 1000 * MILLI)).isEqualTo(1000 * MILLI);
  }

  @Test
  void withEchoWhatIsToldHasTheAgeOfItsWay() {
    long seed = Seeds.base();
    Random random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      long offset = random.nextLong();
      long there = random.nextInt(30_000) * MILLI;
      long back = random.nextInt(30_000) * MILLI;
      PeerClock clock = new PeerClock();
      // Ours went at 0, was there at "there", waited a second, and theirs came "back" later.
      long sent = offset + there + 1000 * MILLI;
      long now = there + 1000 * MILLI + back;
      clock.heard(now, sent, Optional.of(new Echo(0, 1000 * MILLI)));
      assertThat(clock.ageNanos(now, sent))
          .as("-Dseed=" + seed + " run " + run)
          .isEqualTo((there + back) / 2);
    }
  }

  @Test
  void clocksMayDriftApart() {
    PeerClock clock = new PeerClock();
    long now = 0;
    for (int each = 0; each < 24 * 720; each++) {
      now += 5 * Seen.SECOND;
      long theirs = now - now / 10_000;
      clock.heard(now, theirs, Optional.empty());
      assertThat(clock.ageNanos(now, theirs)).isLessThanOrEqualTo(60 * MILLI);
    }
  }

  @Test
  void anotherClockStartsAnew() {
    PeerClock clock = new PeerClock();
    clock.heard(0, 1_000_000 * Seen.SECOND, Optional.empty());
    clock.heard(Seen.SECOND, 5, Optional.empty());
    assertThat(clock.ageNanos(Seen.SECOND, 5)).isZero();
  }

  @Test
  void aLieAboutTimeIsNoError() {
    long seed = Seeds.base();
    Random random = new Random(seed);
    PeerClock clock = new PeerClock();
    for (int run = 0; run < 10_000; run++) {
      Optional<Echo> echo =
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of(new Echo(random.nextLong(), random.nextLong() >>> 1));
      clock.heard(run * Seen.SECOND, random.nextLong(), echo);
      assertThat(clock.ageNanos(run * Seen.SECOND, random.nextLong()))
          .as("-Dseed=" + seed + " run " + run)
          .isNotNegative();
    }
  }
}

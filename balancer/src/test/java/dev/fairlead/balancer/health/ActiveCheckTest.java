package dev.fairlead.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.health.ActiveCheck.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ActiveCheckTest {
  private static final long SECOND = 1_000_000_000L;
  private static final ActiveCheckPolicy POLICY =
      new ActiveCheckPolicy(Duration.ofSeconds(2), 0.2, 2, 3, Duration.ofSeconds(10));

  private final ActiveCheck check = new ActiveCheck(POLICY, Seed.source(), 100 * SECOND);

  @Test
  void nothingIsKnownBeforeTheFirstResult() {
    assertThat(check.status(100 * SECOND)).isEqualTo(Status.UNKNOWN);
    assertThat(check.expiresAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theFirstResultDecidesAtOnceBothWays() {
    ActiveCheck other = new ActiveCheck(POLICY, Seed.source(), 0);
    assertThat(check.result(true, 100 * SECOND)).isTrue();
    assertThat(check.status(100 * SECOND)).isEqualTo(Status.HEALTHY);
    assertThat(other.result(false, 0)).isTrue();
    assertThat(other.status(0)).isEqualTo(Status.UNHEALTHY);
  }

  @Test
  void onlyARowOfContraryResultsChangesTheStatus() {
    long now = 100 * SECOND;
    check.result(true, now);
    assertThat(check.result(false, now)).isFalse();
    assertThat(check.result(false, now)).isFalse();
    assertThat(check.result(true, now)).isFalse(); // Breaks the row.
    assertThat(check.result(false, now)).isFalse();
    assertThat(check.result(false, now)).isFalse();
    assertThat(check.status(now)).isEqualTo(Status.HEALTHY);
    assertThat(check.result(false, now)).isTrue();
    assertThat(check.status(now)).isEqualTo(Status.UNHEALTHY);
    assertThat(check.result(true, now)).isFalse();
    assertThat(check.result(false, now)).isFalse();
    assertThat(check.result(true, now)).isFalse();
    assertThat(check.result(true, now)).isTrue();
    assertThat(check.status(now)).isEqualTo(Status.HEALTHY);
  }

  @Test
  void withoutResultsNothingIsKnownAgainAndTheNextResultDecides() {
    long now = 100 * SECOND;
    check.result(true, now);
    assertThat(check.expiresAt()).isEqualTo(now + 10 * SECOND);
    assertThat(check.status(now + 10 * SECOND - 1)).isEqualTo(Status.HEALTHY);
    assertThat(check.status(now + 10 * SECOND)).isEqualTo(Status.UNKNOWN);
    assertThat(check.result(false, now + 11 * SECOND)).isTrue();
    assertThat(check.status(now + 11 * SECOND)).isEqualTo(Status.UNHEALTHY);
  }

  @Test
  void aContraryResultKeepsTheStatusYoung() {
    long now = 100 * SECOND;
    check.result(true, now);
    check.result(false, now + 9 * SECOND);
    assertThat(check.status(now + 15 * SECOND)).isEqualTo(Status.HEALTHY);
  }

  @Test
  void intervalsAreSpreadOverTheJitterAndFirstChecksOverAShareOfIt() {
    assertThat(check.nextCheckAt()).isBetween(100 * SECOND, 100 * SECOND + 400_000_000L);
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < 1000; i++) {
      check.result(true, 100 * SECOND);
      shortest = Math.min(shortest, check.nextCheckAt() - 100 * SECOND);
      longest = Math.max(longest, check.nextCheckAt() - 100 * SECOND);
    }
    // 2 s ± 20 %; of 1000 uniform numbers one lies within 5 % of each end but for 1e-22.
    assertThat(shortest).as(Seed.replay()).isBetween(1_600_000_000L, 1_640_000_000L);
    assertThat(longest).as(Seed.replay()).isBetween(2_360_000_000L, 2_400_000_000L);
  }

  @Test
  void aDueCheckIsTakenByOne() {
    long due = check.nextCheckAt();
    assertThat(check.takeCheck(due - 1)).isFalse();
    assertThat(check.takeCheck(due)).isTrue();
    assertThat(check.takeCheck(due)).isFalse();
    // Its result never comes: the next check is due all the same.
    assertThat(check.takeCheck(due + 3 * SECOND)).isTrue();
  }

  @Test
  void badPoliciesAreRefusedByName() {
    Duration two = Duration.ofSeconds(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ActiveCheckPolicy(two, Double.NaN, 1, 1, Duration.ofDays(1)))
        .withMessageContaining("jitter");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ActiveCheckPolicy(two, 0, 0, 1, Duration.ofDays(1)))
        .withMessageContaining("healthyThreshold");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ActiveCheckPolicy(two, 0.5, 1, 1, Duration.ofSeconds(3)))
        .withMessageContaining("timeToLive");
  }
}

package dev.fairlead.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  private static int take(RetryBudget budget, int tries, long now) {
    int granted = 0;
    for (int i = 0; i < tries; i++) {
      granted += budget.tryRetry(now) ? 1 : 0;
    }
    return granted;
  }

  private static void request(RetryBudget budget, int times, long now) {
    for (int i = 0; i < times; i++) {
      budget.request(now);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 100", "1, 100", "5, 101", "100, 120", "10000, 2100"})
  void aWindowsRetriesAreTheRatioOfItsRequestsAndTheRate(int requests, int retries) {
    RetryBudget budget = new RetryBudget(RetryAllowance.DEFAULT);
    request(budget, requests, 0);
    assertThat(budget.left(0)).isEqualTo(retries);
    assertThat(take(budget, retries + 50, SECOND)).isEqualTo(retries);
    assertThat(budget.refused()).isEqualTo(50);
    assertThat(budget.left(SECOND)).isZero();
  }

  @Test
  void nothingIsGrantedWhereNothingIsAllowed() {
    RetryBudget budget = new RetryBudget(RetryAllowance.NONE);
    request(budget, 1000, 0);
    assertThat(take(budget, 10, 0)).isZero();
  }

  @Test
  void theRatioAloneGrantsWholeRetriesOnly() {
    RetryBudget budget = new RetryBudget(new RetryAllowance(0.2, 0, Duration.ofSeconds(10)));
    request(budget, 4, 0);
    assertThat(budget.tryRetry(0)).isFalse();
    request(budget, 1, 0);
    assertThat(budget.tryRetry(0)).isTrue();
    assertThat(budget.tryRetry(0)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "50", "2000"})
  void overALongTimeRetriesStayWithinRatioAndRateAndAreNotWasted(int requestsPerSecond) {
    RetryBudget budget = new RetryBudget(RetryAllowance.DEFAULT);
    int seconds = 170; // Sixteen times the longest window that is counted.
    long granted = 0;
    for (int tenth = 0; tenth < 10 * seconds; tenth++) {
      long now = tenth * SECOND / 10;
      int due = (tenth + 1) * requestsPerSecond / 10 - tenth * requestsPerSecond / 10;
      request(budget, due, now);
      granted += take(budget, due + 10, now);
    }
    double allowed = seconds * (0.2 * requestsPerSecond + 10);
    // A partial window at each end; the count is over up to 1/16 more than a window.
    assertThat((double) granted).isBetween(allowed * 16 / 17 * 0.95, allowed * 17 / 16);
  }

  @Test
  void whatIsOlderThanAWindowNoLongerCounts() {
    RetryBudget budget = new RetryBudget(RetryAllowance.DEFAULT);
    request(budget, 1000, 5 * SECOND);
    assertThat(take(budget, 1000, 5 * SECOND)).isEqualTo(300);
    assertThat(take(budget, 1000, 15 * SECOND)).isZero();
    assertThat(take(budget, 1000, 16 * SECOND)).isEqualTo(100);
  }

  @Test
  void timeMayJumpFarAheadAndAThreadMayBeLate() {
    RetryBudget budget = new RetryBudget(RetryAllowance.DEFAULT);
    long late = 365L * 24 * 3600 * SECOND;
    assertThat(take(budget, 1000, 0)).isEqualTo(100);
    assertThat(take(budget, 1000, late)).isEqualTo(100);
    // One who read the clock before the jump finds the same budget spent.
    assertThat(take(budget, 1000, late - SECOND)).isZero();
    assertThat(take(budget, 1000, 0)).isZero();
    request(budget, 100, late - SECOND);
    assertThat(take(budget, 1000, late)).isEqualTo(20);
  }

  @Test
  void concurrentCallersNeverGetMore() throws Exception {
    RetryBudget budget = new RetryBudget(RetryAllowance.DEFAULT);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    int granted = 0;
    try {
      List<Future<Integer>> takers = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        takers.add(
            threads.submit(
                () -> {
                  request(budget, 10_000, 0);
                  return take(budget, 20_000, 0);
                }));
      }
      for (Future<Integer> taker : takers) {
        granted += taker.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(granted).isLessThanOrEqualTo(6100);
    // Nothing leaks: what was refused in passing is there for the next.
    assertThat(granted + take(budget, 10_000, 0)).isEqualTo(6100);
  }
}

package dev.fairlead.balancer.outcome;

import dev.fairlead.balancer.RandomSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether an endpoint can be connected to. After {@link #CONNECT_FAILURES} failed connects in a row
 * it is unreachable; from then on one request at a time, or another if that one hangs, is let
 * through as a trial, each after a longer back-off, until one shows a connection. Any thread, no
 * lock.
 */
final class Reachability {
  /** One may be an accident, and two the accident's retry. */
  static final int CONNECT_FAILURES = 3;

  /** A restart of a process on the same port is often over by then. */
  static final long FIRST_BACKOFF_NANOS = 250_000_000L;

  /**
   * A trial costs one request a connect and a retry elsewhere, so one in two seconds for each
   * endpoint hurts nobody, while one that came back is due for its trial within two seconds.
   */
  static final long LONGEST_BACKOFF_NANOS = 2_000_000_000L;

  /**
   * A trial that has shown nothing for so long no longer holds up the next: it may be a request
   * whose first byte comes in an hour, on an endpoint that is well. Longer than a connect takes to
   * time out, so that only what is connected comes here.
   */
  static final long LONGEST_TRIAL_NANOS = 5_000_000_000L;

  private static final long REACHABLE = -1;

  private final RandomSource random;
  private final AtomicInteger transitions;

  /** {@link #REACHABLE}, or the time from which the next trial is due. */
  private final AtomicLong trialAt = new AtomicLong(REACHABLE);

  private final AtomicInteger failuresInARow = new AtomicInteger();
  private final AtomicInteger failedTrials = new AtomicInteger();

  /**
   * @param transitions grows after each change of what {@link #trialAt()} says
   */
  Reachability(RandomSource random, AtomicInteger transitions) {
    this.random = random;
    this.transitions = transitions;
  }

  boolean reachable() {
    return trialAt.get() == REACHABLE;
  }

  /** When the next trial is due; {@link Long#MAX_VALUE} where none is needed. */
  long trialAt() {
    long at = trialAt.get();
    return at == REACHABLE ? Long.MAX_VALUE : at;
  }

  /** Takes the trial if it is due: true for one caller only. */
  boolean takeTrial(long now) {
    long at = trialAt.get();
    if (at == REACHABLE || at > now || !trialAt.compareAndSet(at, now + LONGEST_TRIAL_NANOS)) {
      return false;
    }
    transitions.getAndIncrement();
    return true;
  }

  void connectFailed(long now) {
    if (failuresInARow.incrementAndGet() >= CONNECT_FAILURES && reachable()) {
      failedTrials.set(0);
      if (trialAt.compareAndSet(REACHABLE, now + backoff(0))) {
        transitions.getAndIncrement();
      }
    }
  }

  void trialFailed(long now) {
    setNextTrial(now + backoff(failedTrials.incrementAndGet()));
  }

  /** The trial ended and says nothing: the next request may try. */
  void trialIgnored(long now) {
    setNextTrial(now);
  }

  /** The endpoint was heard from. Returns whether it was unreachable until now. */
  boolean connected() {
    if (failuresInARow.get() != 0) {
      failuresInARow.set(0);
    }
    if (reachable() || trialAt.getAndSet(REACHABLE) == REACHABLE) {
      return false;
    }
    transitions.getAndIncrement();
    return true;
  }

  private void setNextTrial(long due) {
    if (trialAt.getAndUpdate(at -> at == REACHABLE ? at : due) != REACHABLE) {
      transitions.getAndIncrement();
    }
  }

  /** Doubles with each failed trial; the random half keeps many callers from trying in step. */
  private long backoff(int failed) {
    long longest = Math.min(LONGEST_BACKOFF_NANOS, FIRST_BACKOFF_NANOS << Math.min(failed, 8));
    return (long) (longest * (0.5 + 0.5 * random.nextDouble()));
  }
}

package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.route.Retries;
import java.time.Duration;
import java.util.BitSet;

/** When a rule's requests are sent again. Immutable. */
public final class CompiledRetries {
  /** Of a rule that says nothing: once, at once, and never because of what was answered. */
  public static final CompiledRetries DEFAULT = new CompiledRetries(false, new BitSet(), 1, 0);

  /** Where a rule asks for retries but not how long to wait: some round trips in a data centre. */
  private static final Duration BACKOFF = Duration.ofMillis(25);

  /** How far the time between attempts grows, in times of the first. */
  private static final int MAX_GROWTH = 8;

  private final boolean said;
  private final BitSet codes;
  private final int attempts;
  private final long backoffNanos;

  private CompiledRetries(boolean said, BitSet codes, int attempts, long backoffNanos) {
    this.said = said;
    this.codes = codes;
    this.attempts = attempts;
    this.backoffNanos = backoffNanos;
  }

  static CompiledRetries of(Retries retries) {
    BitSet codes = new BitSet();
    retries.codes().forEach(codes::set);
    long backoff = retries.backoff().orElse(BACKOFF).toNanos();
    return new CompiledRetries(true, codes, retries.attempts(), backoff);
  }

  /** Whether the rule itself asks for retries, so that one of a slow attempt is wanted too. */
  public boolean said() {
    return said;
  }

  /** Whether an answer of this status is as good as none. */
  public boolean repeats(int status) {
    return codes.get(status);
  }

  /** Whether any answer is. */
  public boolean repeatsAnswers() {
    return !codes.isEmpty();
  }

  /** How many attempts there may be in all. */
  public int maxAttempts() {
    return attempts + 1;
  }

  /**
   * How long to wait before the next attempt: the back-off, doubled with each one up to eightfold,
   * and up to half as much again, so that callers that failed together do not come back together.
   *
   * @param made attempts so far, at least 1
   */
  public long backoffNanos(int made, RandomSource random) {
    if (backoffNanos == 0) {
      return 0;
    }
    long grown = backoffNanos * Math.min(MAX_GROWTH, 1 << Math.min(30, made - 1));
    return grown + random.below((int) Math.min(Integer.MAX_VALUE, grown / 2) + 1);
  }
}

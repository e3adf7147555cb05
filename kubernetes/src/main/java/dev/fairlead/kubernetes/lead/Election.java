package dev.fairlead.kubernetes.lead;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a contender knows of the lock and does next: pure. Expiry is by its own clock, from when it
 * saw the last renewal, so no two clocks are ever compared.
 */
final class Election {
  /**
   * The lock as it was read.
   *
   * @param holder empty where it was released
   * @param term {@code leaseTransitions}
   * @param renewal whatever changes with each renewal
   */
  record Seen(String holder, long term, String renewal, Duration duration) {}

  /** What to do about the lock. */
  sealed interface Step {
    /** Write it with ourselves as holder, in {@code term}. */
    record Hold(long term) implements Step {}

    /** Another one's. */
    record Wait() implements Step {}
  }

  private static final Step WAIT = new Step.Wait();

  private final String identity;
  private final LeaseTimes times;
  private Optional<Seen> last = Optional.empty();
  private long lastChangedNanos;
  private OptionalLong term = OptionalLong.empty();
  private long renewedNanos;
  private long above;

  Election(String identity, LeaseTimes times) {
    this.identity = identity;
    this.times = times;
  }

  /** The next step, from what was just read; empty where there is no lock at all. */
  Step next(Optional<Seen> seen, long now) {
    if (!seen.equals(last)) {
      last = seen;
      lastChangedNanos = now;
    }
    if (seen.isEmpty()) {
      // Deleted under us perhaps: it counts anew, but our own terms do not.
      return new Step.Hold(Math.max(above, term.orElse(0)) + 1);
    }
    Seen lock = seen.get();
    boolean ours =
        term.isPresent() && lock.holder.equals(identity) && lock.term == term.getAsLong();
    if (ours) {
      return new Step.Hold(lock.term > above ? lock.term : above + 1);
    }
    term = OptionalLong.empty();
    boolean free =
        lock.holder.isEmpty()
            // An earlier life of ours: identities are of one process.
            || lock.holder.equals(identity)
            || now - lastChangedNanos >= lock.duration.toNanos();
    return free ? new Step.Hold(Math.max(lock.term, above) + 1) : WAIT;
  }

  /** The lock was written with us as holder by a request that began at {@code sentNanos}. */
  void held(long heldTerm, long sentNanos) {
    term = OptionalLong.of(heldTerm);
    renewedNanos = sentNanos;
  }

  /** We gave the lock back, or found that it is another's. */
  void lost() {
    term = OptionalLong.empty();
  }

  /** Whatever we lead by shall be larger than this. */
  void surpassed(long by) {
    above = Math.max(above, by);
  }

  /** The term in which we may write now. */
  OptionalLong term(long now) {
    boolean current =
        term.isPresent()
            && term.getAsLong() > above
            && now - renewedNanos < times.deadline().toNanos();
    return current ? term : OptionalLong.empty();
  }
}

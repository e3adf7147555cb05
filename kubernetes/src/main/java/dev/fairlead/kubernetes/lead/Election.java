package dev.fairlead.kubernetes.lead;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a contender knows of the lock and does next: pure. Expiry is by its own clock, from when it
 * saw the last renewal, so no two clocks are ever compared.
 *
 * <p>Whoever takes over waits for nobody's end to take the lock, and leads only when any former
 * leader has stopped by itself. Others see that its lock is the last one: who saw it contends no
 * more when it is gone, as what he would lead goes too. Only where it ends without being removed
 * they go on.
 */
final class Election {
  /**
   * The lock as it was read.
   *
   * @param holder empty where it was released
   * @param term {@code leaseTransitions}
   * @param renewal whatever changes with each renewal
   * @param isLast nobody is to lead after its holder
   */
  record Seen(String holder, long term, String renewal, Duration duration, boolean isLast) {}

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
  private final boolean takesOver;
  private Optional<Seen> last = Optional.empty();
  private long lastChangedNanos;
  private OptionalLong term = OptionalLong.empty();
  private long renewedNanos;
  private long above;

  /**
   * Until when a former leader may go on, from when it cannot renew any more; and until all that
   * stand by have seen our lock, who else would lead when it is removed.
   */
  private Duration quiet = Duration.ZERO;

  private long leadsFromNanos;
  private boolean sawLast;

  Election(String identity, LeaseTimes times, boolean takesOver) {
    this.identity = identity;
    this.times = times;
    this.takesOver = takesOver;
  }

  /** The next step, from what was just read; empty where there is no lock at all. */
  Step next(Optional<Seen> seen, long now) {
    if (!seen.equals(last)) {
      last = seen;
      lastChangedNanos = now;
    }
    if (seen.isEmpty()) {
      if (standsDown()) {
        return WAIT;
      }
      quiet = times.duration();
      // Deleted under us perhaps: it counts anew, but our own terms do not.
      return new Step.Hold(Math.max(above, term.orElse(0)) + 1);
    }
    Seen lock = seen.get();
    boolean ours =
        term.isPresent() && lock.holder.equals(identity) && lock.term == term.getAsLong();
    sawLast = lock.isLast && !ours;
    if (ours) {
      return new Step.Hold(lock.term > above ? lock.term : above + 1);
    }
    term = OptionalLong.empty();
    boolean free =
        lock.holder.isEmpty()
            // An earlier life of ours: identities are of one process.
            || lock.holder.equals(identity)
            || now - lastChangedNanos >= lock.duration.toNanos()
            || (takesOver && !lock.isLast);
    quiet = lock.duration.compareTo(times.duration()) > 0 ? lock.duration : times.duration();
    return free ? new Step.Hold(Math.max(lock.term, above) + 1) : WAIT;
  }

  /** Whether the last lock is gone, or will be: we do not contend. */
  boolean standsDown() {
    return sawLast && !takesOver;
  }

  /**
   * The lock was written with us as holder.
   *
   * @param sentNanos when the request began
   * @param doneNanos when it was answered: from then on nobody else can have renewed it
   */
  void held(long heldTerm, long sentNanos, long doneNanos) {
    if (takesOver && term.isEmpty()) {
      leadsFromNanos = doneNanos + quiet.toNanos();
    }
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
            && now - renewedNanos < times.deadline().toNanos()
            && (!takesOver || now - leadsFromNanos >= 0);
    return current ? term : OptionalLong.empty();
  }
}

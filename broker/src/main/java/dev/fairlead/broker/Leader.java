package dev.fairlead.broker;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.broker.message.EpochAnswer.Verdict;
import dev.fairlead.broker.message.EpochId;

/**
 * The broker that a cluster follows, and whether it is heard.
 *
 * <p>A higher term always wins, a lower never. Within a term a newer epoch of the same broker does.
 * Two brokers of one term cannot be while the lock works; where they are, the one whose name comes
 * later wins, and the other only when nothing was heard of it for as long as makes a broker lost.
 * So a cluster that hears both does not go to and fro.
 */
final class Leader {
  private final long intervalNanos;
  private final int lostAfter;
  private final RandomSource random;
  private EpochId following;
  private long heardNanos;
  private long patienceNanos;

  /**
   * @param lostAfter intervals of silence; 0 where there is no broker
   * @param now from when on a broker that was never heard is waited for
   */
  Leader(long intervalNanos, int lostAfter, RandomSource random, EpochId following, long now) {
    this.intervalNanos = intervalNanos;
    this.lostAfter = lostAfter;
    this.random = random;
    this.following = following;
    heard(now);
  }

  EpochId following() {
    return following;
  }

  long heardNanos() {
    return heardNanos;
  }

  /** Whether nothing was heard for so long that the cluster is on its own. */
  boolean isLost(long now) {
    return lostAfter == 0 || now - heardNanos > patienceNanos;
  }

  Verdict judge(long now, EpochId id) {
    if (id.term() != following.term()) {
      return id.term() < following.term() ? Verdict.OLDER_TERM : Verdict.ACCEPTED;
    }
    if (id.compareTo(following) <= 0) {
      return Verdict.OLDER;
    }
    boolean may =
        id.isOfSameReign(following) || id.broker().compareTo(following.broker()) > 0 || isLost(now);
    return may ? Verdict.ACCEPTED : Verdict.OTHER_BROKER;
  }

  void accept(long now, EpochId id) {
    following = id;
    heard(now);
  }

  private void heard(long now) {
    heardNanos = now;
    // Clusters that lose their broker at one time must not all start to plan at one time.
    patienceNanos = (long) (intervalNanos * (lostAfter + random.nextDouble()));
  }
}

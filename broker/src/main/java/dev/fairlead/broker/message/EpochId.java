package dev.fairlead.broker.message;

import java.util.Comparator;

/**
 * Which plan epoch: of two, the one with the higher term is newer, then the one with the higher
 * epoch; names of brokers break ties.
 *
 * @param term of the leader lock, which grows each time the lock changes hands: the fence
 * @param epoch counts a broker's plans, and never goes back within a term
 * @param broker its name, unique among brokers
 */
public record EpochId(long term, long epoch, String broker) implements Comparable<EpochId> {
  /** Older than any. */
  public static final EpochId NONE = new EpochId(0, 0, "");

  private static final Comparator<EpochId> ORDER =
      Comparator.comparingLong(EpochId::term)
          .thenComparingLong(EpochId::epoch)
          .thenComparing(EpochId::broker);

  public EpochId {
    Checked.number("term", term);
    Checked.number("epoch", epoch);
    Checked.nameOrEmpty("broker", broker);
  }

  public boolean isNone() {
    return equals(NONE);
  }

  /** Whether both are of one broker in one term. */
  public boolean isOfSameReign(EpochId other) {
    return term == other.term && broker.equals(other.broker);
  }

  @Override
  public int compareTo(EpochId other) {
    return ORDER.compare(this, other);
  }

  /** {@code epoch 7 of term 3 by broker-a}, for a person. */
  @Override
  public String toString() {
    return isNone() ? "no epoch" : "epoch " + epoch + " of term " + term + " by " + broker;
  }
}

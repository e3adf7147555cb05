package dev.fairlead.kubernetes.lead;

import java.util.OptionalLong;

/** Whether this process may write, and in which term. Safe for any thread; asks nobody. */
public interface Leadership {
  /** The term of whoever needs no lock, as there is only one of it. */
  Leadership ALONE =
      new Leadership() {
        @Override
        public OptionalLong term() {
          return OptionalLong.of(0);
        }

        @Override
        public void surpassed(long term) {
          throw new IllegalStateException("written in term " + term + " without a leader lock");
        }
      };

  /**
   * The term to write in, larger with each leader; empty for a process that does not lead. It may
   * be over the next moment, so it is written beside what it permits, where a later leader's larger
   * one refuses it.
   */
  OptionalLong term();

  default boolean isLeader() {
    return term().isPresent();
  }

  /**
   * Something was written in a later term than ours. Either there is a later leader, or the lock
   * was deleted and counts anew: whoever still holds it goes on above that term.
   */
  void surpassed(long term);
}

package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among one pool's candidates. Made for these candidates; what it remembers is its own,
 * such as its place in a sequence.
 */
@FunctionalInterface
interface Choice {
  /**
   * @param trace to write down what is looked at; null for nearly all picks
   * @return index of an admitted candidate, {@link WeightedDraw#NONE} if there is none
   */
  int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace);
}

package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.weight.AliasTable;
import org.jspecify.annotations.Nullable;

/**
 * Draws admitted candidates in proportion to their weights: a few times from the alias table, which
 * takes constant time, and if each of them hits one that is not admitted, by looking at all.
 */
final class WeightedDraw {
  /** With half of the weight not admitted, one draw in 256 has to look at all. */
  static final int REDRAWS = 8;

  static final int NONE = -1;

  private final Candidate[] candidates;
  private final @Nullable Warming warming;
  private final AliasTable table;

  /**
   * @param warming null where all are warm
   */
  WeightedDraw(Candidate[] candidates, @Nullable Warming warming) {
    this.candidates = candidates;
    this.warming = warming;
    double[] weights = new double[candidates.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = candidates[i].weight();
    }
    table = new AliasTable(weights);
  }

  int draw(Request request, Admission admission, long now, RandomSource random) {
    return draw(request, admission, now, random, NONE, 0);
  }

  /**
   * As {@link #draw(Request, Admission, long, RandomSource)}, but neither {@code first} nor an
   * index whose bit, modulo 64, is set in {@code others}: so more than two distinct draws need no
   * memory, at the price that two indexes 64 apart are never both among them.
   *
   * @return {@link #NONE} where no candidate is left
   */
  int draw(
      Request request, Admission admission, long now, RandomSource random, int first, long others) {
    for (int attempt = 0; attempt < REDRAWS; attempt++) {
      int index = table.draw(random);
      if (!isDrawn(index, first, others)
          && admission.admits(index, request, now)
          && (warming == null || warming.accepts(index, random))) {
        return index;
      }
    }
    return scan(request, admission, now, random, first, others);
  }

  /** One pass: each admitted candidate replaces the chosen one with probability w/Σw so far. */
  private int scan(
      Request request, Admission admission, long now, RandomSource random, int first, long others) {
    double sum = 0;
    int chosen = NONE;
    for (int index = 0; index < candidates.length; index++) {
      if (!isDrawn(index, first, others) && admission.admits(index, request, now)) {
        double weight = candidates[index].weight() * (warming == null ? 1 : warming.factor(index));
        sum += weight;
        if (chosen == NONE || random.nextDouble() * sum < weight) {
          chosen = index;
        }
      }
    }
    return chosen;
  }

  private static boolean isDrawn(int index, int first, long others) {
    return index == first || (others & (1L << index)) != 0;
  }
}

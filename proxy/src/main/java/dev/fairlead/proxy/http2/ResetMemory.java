package dev.fairlead.proxy.http2;

import java.util.Arrays;

/**
 * The streams that we reset: what the peer sent on them before it knew of it is no error. Past a
 * number of them nothing is told apart any more, and every closed stream gets the benefit of the
 * doubt.
 */
final class ResetMemory {
  private static final int KEPT = 256;
  private static final int FIRST = 8;

  private int[] ids = new int[0];
  private int count;

  void add(int id) {
    if (count == KEPT) {
      ids = new int[0];
    } else if (count == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(FIRST, 2 * count));
    }
    if (count < KEPT) {
      ids[count] = id;
    }
    count = Math.min(count + 1, KEPT + 1);
  }

  boolean mayHave(int id) {
    if (count > KEPT) {
      return true;
    }
    for (int i = 0; i < count; i++) {
      if (ids[i] == id) {
        return true;
      }
    }
    return false;
  }
}

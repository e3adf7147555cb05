package dev.fairlead.steering.demand;

import java.util.List;

/**
 * Whether one reporter's numbers are to be believed: values out of line with what it said before,
 * with what others see, or with what can be, in three of its last ten reports put it in; ten clean
 * ones in a row let it out. So one restart, or one mistake, does not. Immutable.
 *
 * <p>Between clusters the broker judges first, by message: a single one that no honest sender makes
 * is enough there.
 *
 * @param bad a bit for each of the last ten reports, the newest the lowest
 * @param clean reports in a row
 * @param holds whether it is in quarantine
 * @param reports that were bad so far
 * @param fault the last one, in words; empty where there was none
 */
public record Quarantine(int bad, int clean, boolean holds, long reports, String fault) {
  public static final Quarantine NONE = new Quarantine(0, 0, false, 0, "");

  private static final int WINDOW = 10;
  private static final int MOST_BAD = 2;
  private static final int CLEAN_REPORTS = 10;

  /** After a report with these faults, in words. */
  public Quarantine after(List<String> faults) {
    boolean fine = faults.isEmpty();
    int next = (bad << 1 | (fine ? 0 : 1)) & ((1 << WINDOW) - 1);
    int inARow = fine ? Math.min(clean + 1, CLEAN_REPORTS) : 0;
    boolean held = holds ? inARow < CLEAN_REPORTS : Integer.bitCount(next) > MOST_BAD;
    return new Quarantine(
        next, inARow, held, reports + (fine ? 0 : 1), fine ? fault : faults.getFirst());
  }

  /** Why it is in quarantine and what lets it out; empty where it is not. */
  public String why() {
    return holds
        ? fault
            + "; it is not heard, and what it said before grows old, until "
            + CLEAN_REPORTS
            + " reports in a row are clean (now "
            + clean
            + ")"
        : "";
  }
}

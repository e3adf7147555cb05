package dev.fairlead.broker;

/**
 * Whether a cluster's messages may be believed: one that no honest sender makes puts it in at once,
 * since then everything in them is in doubt. It is let out when for a minute, and in three reports
 * at least, there was none. What is well told and yet contradicts what was told before, or what
 * others say, is judged by the controllers ({@link dev.fairlead.steering.demand.Quarantine}).
 */
final class Quarantine {
  // Long against a reporter that errs now and then, short against a person's patience.
  private static final long CLEAN_NANOS = 60_000_000_000L;
  private static final int CLEAN_REPORTS = 3;

  private boolean holds;
  private long cleanSinceNanos;
  private int cleanReports;
  private String fault = "";

  void fault(long now, String what) {
    holds = true;
    cleanSinceNanos = now;
    cleanReports = 0;
    fault = what;
  }

  void clean(long now) {
    cleanReports = Math.min(cleanReports + 1, CLEAN_REPORTS);
    if (holds && cleanReports == CLEAN_REPORTS && now - cleanSinceNanos >= CLEAN_NANOS) {
      holds = false;
    }
  }

  boolean holds() {
    return holds;
  }

  /** Why it is held, for a person. */
  String why(long now) {
    long seconds = (now - cleanSinceNanos) / 1_000_000_000L;
    return fault
        + "; it is not heard, and what it said before grows old, until none was wrong for "
        + CLEAN_NANOS / 1_000_000_000L
        + " s (now "
        + seconds
        + " s)";
  }
}

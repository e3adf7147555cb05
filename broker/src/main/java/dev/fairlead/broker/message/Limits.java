package dev.fairlead.broker.message;

/** The bounds of whatever crosses between clusters or is remembered of it. */
public final class Limits {
  private Limits() {}

  /** What the design promises to plan for; a broker refuses the next one. */
  public static final int CLUSTERS = 1000;

  /** (Service, class) pairs of one cluster, and so of one report. */
  public static final int KEYS = 4096;

  /** Priority classes, numbered from 0: more than anyone can tell apart. */
  public static final int CLASSES = 64;

  /** Destinations of one observation or plan: each cluster, and backends that are none. */
  public static final int DESTINATIONS = 1024;

  /** Rows of all observations and plans of one message together: about 4 MiB of them. */
  public static final int ROWS = 65_536;

  /** Refused before it is looked at: what {@link #ROWS} need, with their names and reasons. */
  public static final int MESSAGE_BYTES = 16 << 20;

  /** UTF-8 of a cluster's, service's or broker's name: as long as a DNS name. */
  public static final int NAME_BYTES = 253;

  /** UTF-8 of a reason, which is for a person; a longer one is cut. */
  public static final int REASON_BYTES = 1024;

  /**
   * Terms, epochs, incarnations and sequence numbers: 28 000 years of them at one a millisecond,
   * and one more can always be added.
   */
  public static final long HIGHEST_NUMBER = 1L << 53;

  /** Who remembers more plans in force than this drops the one renewed longest ago. */
  public static final int PLANS = KEYS;
}

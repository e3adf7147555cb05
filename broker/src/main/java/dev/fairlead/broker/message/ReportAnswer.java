package dev.fairlead.broker.message;

/**
 * What the broker made of a report.
 *
 * @param incarnation of the report
 * @param sequence of the report
 * @param newestIncarnation of that cluster's lives; a reporter that is told {@link
 *     Verdict#EARLIER_LIFE} and knows itself alive goes on with a higher one
 * @param why for a person; empty where accepted
 */
public record ReportAnswer(
    String cluster,
    long incarnation,
    long sequence,
    Verdict verdict,
    long newestIncarnation,
    String why)
    implements Message {
  /** Accepted, or why not. */
  public enum Verdict {
    ACCEPTED,
    /** Told before. */
    DUPLICATE,
    /** A later report came first. */
    OUT_OF_ORDER,
    /** The reporter has started anew since. */
    EARLIER_LIFE,
    /** Its numbers cannot be believed, or could not lately: it is not heard. */
    QUARANTINED,
    /** There is no room for one more cluster. */
    NO_ROOM
  }

  public ReportAnswer {
    Checked.name("cluster", cluster);
    Checked.number("incarnation", incarnation);
    Checked.number("sequence", sequence);
    Checked.number("newest incarnation", newestIncarnation);
    why = Checked.cut(why);
  }

  public boolean isAccepted() {
    return verdict == Verdict.ACCEPTED;
  }
}

package dev.fairlead.broker.message;

/**
 * What a cluster made of a plan epoch.
 *
 * @param about the epoch that was received
 * @param following the newest that the cluster accepted: a broker that is fenced sees by whom
 * @param why for a person; empty where accepted
 */
public record EpochAnswer(
    String cluster, EpochId about, Verdict verdict, EpochId following, String why)
    implements Message {
  /** Accepted, or why not. */
  public enum Verdict {
    ACCEPTED,
    /** A newer or the same epoch came first. */
    OLDER,
    /** Another broker has led since: the sender must not lead. */
    OLDER_TERM,
    /** Another broker of the same term is followed. */
    OTHER_BROKER,
    /** It is for another cluster. */
    NOT_FOR_US,
    /** It asks for what cannot be. */
    MALFORMED
  }

  public EpochAnswer {
    Checked.name("cluster", cluster);
    why = Checked.cut(why);
  }

  public boolean isAccepted() {
    return verdict == Verdict.ACCEPTED;
  }
}

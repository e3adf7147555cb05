package dev.fairlead.kubernetes.enforce;

/**
 * How an order ended.
 *
 * @param reason why nothing was written, where nothing was; what was, where it is no weights
 */
record Outcome(Kind kind, String reason) {
  enum Kind {
    /** The object's weights are new. */
    WRITTEN,
    /** The object's weights are the owner's again. */
    RESTORED,
    /** Nothing was to do. */
    SUPPRESSED,
    /** Something was to do and may not be done. */
    REFUSED
  }

  static final Outcome MADE = new Outcome(Kind.WRITTEN, "route generated");
  static final Outcome REMOVED = new Outcome(Kind.RESTORED, "generated route removed");
  static final Outcome WRITTEN = new Outcome(Kind.WRITTEN, "");
  static final Outcome RESTORED = new Outcome(Kind.RESTORED, "");

  static Outcome suppressed(String reason) {
    return new Outcome(Kind.SUPPRESSED, reason);
  }

  static Outcome refused(String reason) {
    return new Outcome(Kind.REFUSED, reason);
  }
}

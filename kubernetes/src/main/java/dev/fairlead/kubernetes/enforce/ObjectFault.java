package dev.fairlead.kubernetes.enforce;

/** A request to the API server that did not do what it should. */
final class ObjectFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  enum Kind {
    /** Somebody else wrote in between: read again, decide again. */
    CONFLICT,
    /** It will not have it: a schema or a policy of the cluster is against it. */
    REFUSED,
    /** It did not answer, or not now. */
    FAILED
  }

  private final Kind kind;

  ObjectFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  ObjectFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}

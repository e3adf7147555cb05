package dev.fairlead.broker.message;

/** Bytes or parts that are no message; says what is wrong and where. */
public final class MalformedMessageException extends RuntimeException {
  public MalformedMessageException(String what) {
    super(what);
  }
}

package dev.fairlead.proxy.upstream;

/**
 * That a request got no connection since others have them all, and so many wait already, or it has
 * waited for so long, that it shall not. It has no stack, as it is no fault of anybody's, and comes
 * when there is least time for one.
 */
public final class TooManyPendingException extends Exception {
  TooManyPendingException(String message) {
    super(message, null, false, false);
  }

  /** The line is as long as it may be. */
  static TooManyPendingException full() {
    return new TooManyPendingException("too many requests wait for a connection");
  }

  /** The request made room in the line for another. */
  static TooManyPendingException displaced() {
    return new TooManyPendingException(
        "too many requests wait for a connection, and one of a higher class came");
  }

  /** The request stood in line for too long. */
  static TooManyPendingException late() {
    return new TooManyPendingException("no connection came free in time");
  }

  /** No connection may be opened beside those that are. */
  static TooManyPendingException connections() {
    return new TooManyPendingException("too many connections to endpoints are open");
  }
}

package dev.fairlead.proxy.upstream;

/**
 * That so many requests wait for a place on a connection to an endpoint that no more may. It has no
 * stack, as it is no fault of anybody's, and comes when there is least time for one.
 */
public final class TooManyPendingException extends Exception {
  TooManyPendingException() {
    super("too many requests wait for a connection", null, false, false);
  }
}

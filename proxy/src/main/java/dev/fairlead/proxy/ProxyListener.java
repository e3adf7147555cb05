package dev.fairlead.proxy;

/** Told of what ends, on the event loop that served it. Must not block. */
public interface ProxyListener {
  ProxyListener NONE = new ProxyListener() {};

  /** A request ended. {@code entry} is reused: read it now, keep nothing. */
  default void ended(RequestLog entry) {}

  /**
   * The proxy met a fault of its own. The connection that it befell is closed; all others go on.
   */
  default void failed(Throwable fault) {}
}

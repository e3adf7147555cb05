package dev.fairlead.proxy;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.tls.TlsFault;

/** Told of what ends, on the event loop that served it. Must not block. */
public interface ProxyListener {
  ProxyListener NONE = new ProxyListener() {};

  /** A request ended. {@code entry} is reused: read it now, keep nothing. */
  default void ended(RequestLog entry) {}

  /**
   * A client's TLS handshake came to nothing.
   *
   * @param listener whose it was, or the port's first
   * @param serverName what the client asked for; empty if nothing or it was not heard
   */
  default void handshakeFailed(
      String listener, String clientAddress, String serverName, TlsFault why, String detail) {}

  /**
   * Active checks found that an endpoint is unwell, or well again.
   *
   * @param why it is not well, for people; empty if it is
   */
  default void healthChanged(ServiceName service, Endpoint endpoint, boolean healthy, String why) {}

  /**
   * The proxy met a fault of its own. The connection that it befell is closed; all others go on.
   */
  default void failed(Throwable fault) {}
}

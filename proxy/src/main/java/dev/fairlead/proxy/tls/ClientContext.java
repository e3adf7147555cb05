package dev.fairlead.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/**
 * How the endpoints of a service are spoken to in TLS, with the sessions that may be taken up
 * again. Each is itself and no other: connections are pooled by it. Safe for any thread.
 */
public final class ClientContext {
  private final SslContext context;

  ClientContext(SslContext context) {
    this.context = context;
  }

  /**
   * What takes part in the handshake of a connection to an endpoint, and then encrypts.
   *
   * @param host by which, with the port, its sessions are told from those of others
   * @param timeoutMillis of the handshake
   */
  public SslHandler handler(ByteBufAllocator allocator, String host, int port, long timeoutMillis) {
    SslHandler handler = HeapReads.confine(context, context.newHandler(allocator, host, port));
    handler.setHandshakeTimeoutMillis(timeoutMillis);
    return handler;
  }
}

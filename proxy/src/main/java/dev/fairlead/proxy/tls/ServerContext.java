package dev.fairlead.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/**
 * One certificate, ready to be shown, and how clients prove themselves where it is. Safe for any
 * thread.
 */
public final class ServerContext {
  private final SslContext context;
  private final CertificateNames names;
  private final ClientDemands demands;
  private final PeerIdentity identity;

  ServerContext(
      SslContext context, CertificateNames names, ClientDemands demands, PeerIdentity identity) {
    this.context = context;
    this.names = names;
    this.demands = demands;
    this.identity = identity;
  }

  /** What the certificate is for. */
  CertificateNames names() {
    return names;
  }

  /** What takes part in one connection's handshake, and then encrypts. Time is the caller's. */
  public SslHandler handler(ByteBufAllocator allocator) {
    SslHandler handler = HeapReads.confine(context, context.newHandler(allocator));
    handler.setHandshakeTimeoutMillis(0);
    return handler;
  }

  /** Whether only clients with an identity are served. */
  public boolean proofRequired() {
    return demands.required();
  }

  /** What a handshake that went well says of the client. */
  public TlsPeer peer(SslHandler done, String serverName) {
    return new TlsPeer(serverName, names, identity.of(done.engine().getSession()), demands);
  }

  /** What is asked of clients. */
  ClientDemands demands() {
    return demands;
  }

  void give(TicketKeys keys) {
    if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
      keys.give(sessions);
    }
  }
}

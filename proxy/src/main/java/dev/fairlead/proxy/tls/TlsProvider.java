package dev.fairlead.proxy.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Whose TLS: BoringSSL, or the JDK's own where BoringSSL does not load. */
public enum TlsProvider {
  NATIVE(SslProvider.OPENSSL_REFCNT),
  JDK(SslProvider.JDK);

  /** The JDK lets a client of TLS 1.2 negotiate anew, at our cost, unless told not to. */
  private static final String NO_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

  final SslProvider netty;

  TlsProvider(SslProvider netty) {
    this.netty = netty;
  }

  /** The one that costs a fifth, if it is there. */
  public static TlsProvider best() {
    if (OpenSsl.isAvailable()) {
      return NATIVE;
    }
    System.setProperty(NO_RENEGOTIATION, "true");
    return JDK;
  }
}

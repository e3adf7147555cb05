package dev.fairlead.proxy.tls;

import java.io.IOException;

/** A TLS handshake with an endpoint that came to nothing, with its innermost reason as message. */
public final class HandshakeFailure extends IOException {
  public HandshakeFailure(Throwable cause) {
    super(message(cause), cause);
  }

  private static String message(Throwable cause) {
    TlsFault fault = Handshakes.fault(cause);
    return "TLS: " + fault.id() + ": " + Handshakes.detail(cause);
  }
}

package dev.fairlead.proxy.tls;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** A certificate that is not believed, in the terms of the engines, which know only exceptions. */
final class PeerRefusedException extends CertificateException {
  final TlsFault fault;

  PeerRefusedException(TlsFault fault, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }
}

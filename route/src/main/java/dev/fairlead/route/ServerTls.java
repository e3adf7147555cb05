package dev.fairlead.route;

import java.util.List;
import java.util.Optional;

/**
 * How a listener ends TLS.
 *
 * @param certificates names of {@link Credentials#keys()}, at least one; the first whose own names
 *     include the one that a client asks for is shown, else the first
 * @param clients how clients prove themselves; empty where they need not
 * @param oldest the oldest version that is spoken
 */
public record ServerTls(
    List<String> certificates, Optional<ClientTrust> clients, TlsVersion oldest) {
  public ServerTls {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("TLS needs a certificate");
    }
  }

  /** Versions that are fit for use. */
  public enum TlsVersion {
    TLS_1_2,
    TLS_1_3
  }
}

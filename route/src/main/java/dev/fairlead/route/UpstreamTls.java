package dev.fairlead.route;

import java.util.List;

/**
 * How the endpoints of a service are spoken to in TLS, and who they must prove to be.
 *
 * @param serverName what they are asked for (SNI)
 * @param names of which their certificate must have one
 * @param authorities names of {@link Credentials#authorities()}; empty: those of the system
 */
public record UpstreamTls(String serverName, List<PeerName> names, List<String> authorities) {
  public UpstreamTls {
    names = List.copyOf(names);
    authorities = List.copyOf(authorities);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a certificate that may have any name proves nothing");
    }
  }

  /** A name in a certificate. */
  public sealed interface PeerName {
    /** A DNS name, lower case; {@code *.} stands for one label. */
    record Host(String name) implements PeerName {}

    /** A URI, such as a SPIFFE id; compared as it is. */
    record Uri(String uri) implements PeerName {}
  }
}

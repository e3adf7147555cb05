package dev.fairlead.proxy.tls;

import java.security.cert.X509Certificate;
import java.util.Set;

/**
 * What a listener asks of its clients: whether they must prove who they are, and whom it believes.
 * Connections outlive it, so each keeps the one that it was let in under; as long as the listener's
 * stays the same, so does the object.
 */
public final class ClientDemands {
  static final ClientDemands NONE = new ClientDemands(false, Set.of(), Set.of());

  private final boolean required;
  private final Set<X509Certificate> authorities;
  private final Set<String> trustDomains;

  /**
   * @param trustDomains of which a client must be; empty: any
   */
  ClientDemands(boolean required, Set<X509Certificate> authorities, Set<String> trustDomains) {
    this.required = required;
    this.authorities = Set.copyOf(authorities);
    this.trustDomains = Set.copyOf(trustDomains);
  }

  /** Whether only clients with an identity are served. */
  boolean required() {
    return required;
  }

  /** Whether it asks for just the same. */
  boolean same(ClientDemands other) {
    return required == other.required
        && authorities.equals(other.authorities)
        && trustDomains.equals(other.trustDomains);
  }

  /**
   * Whether a client goes on as who it is: as nobody where nobody need prove anything, as somebody
   * where all that was believed when it proved that is believed now.
   */
  boolean admit(TlsPeer peer) {
    ClientDemands met = peer.met();
    if (met == this) {
      return true;
    }
    if (peer.identity().isEmpty()) {
      return !required;
    }
    boolean domains =
        trustDomains.isEmpty()
            || (!met.trustDomains.isEmpty() && trustDomains.containsAll(met.trustDomains));
    return domains && authorities.containsAll(met.authorities);
  }
}

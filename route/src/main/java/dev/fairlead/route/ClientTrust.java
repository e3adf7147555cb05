package dev.fairlead.route;

import java.util.List;
import java.util.Set;

/**
 * Which certificates of clients are believed.
 *
 * @param authorities names of {@link Credentials#authorities()}, at least one
 * @param required whether a client without a certificate that is believed is refused; else it is
 *     served as one without identity
 * @param trustDomains of which a client's SPIFFE id must be; empty: of any. A client without such
 *     an id is refused where there are some
 */
public record ClientTrust(List<String> authorities, boolean required, Set<String> trustDomains) {
  public ClientTrust {
    authorities = List.copyOf(authorities);
    trustDomains = Set.copyOf(trustDomains);
  }
}

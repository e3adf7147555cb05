package dev.fairlead.route;

import java.util.List;

/**
 * Where connections are led as they are.
 *
 * @param name {@code namespace/name} of the TLSRoute or TCPRoute
 * @param hosts that are asked for by TLS clients; at least one, {@link HostPattern#ANY} in a
 *     TCPRoute
 * @param created order among equals: older first, then by name (Gateway API)
 */
public record Tunnel(String name, List<HostPattern> hosts, Action.Forward to, long created) {
  public Tunnel {
    hosts = List.copyOf(hosts);
  }
}

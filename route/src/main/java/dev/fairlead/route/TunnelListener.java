package dev.fairlead.route;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A port whose connections are led as they are: nothing in them is decrypted or changed.
 *
 * @param name {@code namespace/gateway/listener}
 * @param host IP literal to bind
 * @param port 1…65535; 0 for any free one, in tests
 * @param hostname of TLS clients that it is for, by the name that they ask for
 * @param byName whether clients speak TLS and are led by that name; else all go the same way, and
 *     no other listener has the address and port
 * @param traceRatio as {@link Listener#traceRatio}
 * @param tunnels attached to it
 */
public record TunnelListener(
    String name,
    String host,
    int port,
    HostPattern hostname,
    boolean byName,
    OptionalDouble traceRatio,
    List<Tunnel> tunnels) {
  public TunnelListener {
    tunnels = List.copyOf(tunnels);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is outside 0…65535");
    }
  }

  /** One whose traces are recorded as everywhere. */
  public TunnelListener(
      String name,
      String host,
      int port,
      HostPattern hostname,
      boolean byName,
      List<Tunnel> tunnels) {
    this(name, host, port, hostname, byName, OptionalDouble.empty(), tunnels);
  }
}

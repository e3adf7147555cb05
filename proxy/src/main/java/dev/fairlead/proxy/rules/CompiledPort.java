package dev.fairlead.proxy.rules;

import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.tls.TlsPeer;
import dev.fairlead.route.Listener;
import dev.fairlead.route.TunnelListener;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All listeners that share one address and port, as a Gateway's listeners for several hosts do. The
 * most specific one that takes a request's host has it alone. Immutable; safe for any thread.
 */
public final class CompiledPort {
  private final CompiledListener[] listeners;
  private final CompiledTunnels[] tunnels;

  private CompiledPort(CompiledListener[] listeners, CompiledTunnels[] tunnels) {
    this.listeners = listeners;
    this.tunnels = tunnels;
  }

  /**
   * All of the same address and port, and at least one of them.
   *
   * @param tunnels those that lead connections as they are
   */
  public static CompiledPort of(
      List<Listener> listeners, List<TunnelListener> tunnels, Materials materials) {
    return new CompiledPort(
        listeners.stream()
            .map(listener -> CompiledListener.of(listener, materials))
            .sorted(Comparator.comparingInt(CompiledListener::specificity).reversed())
            .toArray(CompiledListener[]::new),
        tunnels.stream()
            .map(listener -> CompiledTunnels.of(listener, materials))
            .sorted(Comparator.comparingInt(CompiledTunnels::specificity).reversed())
            .toArray(CompiledTunnels[]::new));
  }

  /** Whose the request is; null where no listener takes its host. */
  public @Nullable CompiledListener find(RequestHead request) {
    for (CompiledListener listener : listeners) {
      if (listener.takes(request)) {
        return listener;
      }
    }
    return null;
  }

  /** Whether its clients speak TLS: all do, or none. */
  public boolean secure() {
    return listeners.length > 0 ? listeners[0].tls() != null : tunnels[0].byName();
  }

  /** Who leads all connections as they are, whatever is spoken on them; null for others. */
  public @Nullable CompiledTunnels unread() {
    return tunnels.length > 0 && !tunnels[0].byName() ? tunnels[0] : null;
  }

  /**
   * Who leads the connection of a TLS client that asks for this name, as it is; null where a
   * listener of requests is for that name more exactly, or nobody is.
   */
  public @Nullable CompiledTunnels tunnels(String serverName) {
    for (CompiledTunnels each : tunnels) {
      if (each.takes(serverName)) {
        CompiledListener other = find(serverName);
        return other == null || other.specificity() < each.specificity() ? each : null;
      }
    }
    return null;
  }

  /**
   * Who a TLS client that asks for this name is for; null where nobody is.
   *
   * @param serverName lower case; empty where it asks for none, and so for a listener of any host
   */
  public @Nullable CompiledListener find(String serverName) {
    byte[] name = serverName.getBytes(StandardCharsets.ISO_8859_1);
    for (CompiledListener listener : listeners) {
      if (listener.takes(name, 0, name.length)) {
        return listener;
      }
    }
    return null;
  }

  /**
   * Whether a request came over a connection that is not for its host (RFC 9110 §15.5.20): for
   * another listener's, whose rules on clients may be others, or for one that our certificate there
   * does not name although it names the one that was asked for.
   *
   * @param owner whose the request would be
   */
  public boolean misdirected(RequestHead request, CompiledListener owner, TlsPeer peer) {
    String asked = peer.serverName();
    if (isHost(request, asked)) {
      return false;
    }
    if (find(asked) != owner) {
      return true;
    }
    return peer.shown().covers(asked) && !peer.shown().covers(host(request));
  }

  /**
   * Whether a connection was let in by less than is asked of clients now, so that no request of it
   * is served any more.
   *
   * @param peer null in clear text
   */
  public boolean outgrown(@Nullable TlsPeer peer) {
    if (peer == null) {
      return secure();
    }
    CompiledListener owner = find(peer.serverName());
    return owner != null && !owner.admits(peer);
  }

  private static boolean isHost(RequestHead request, String name) {
    int start = request.hostStart();
    if (request.hostEnd() - start != name.length()) {
      return false;
    }
    byte[] bytes = request.bytes();
    for (int i = 0; i < name.length(); i++) {
      byte b = bytes[start + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String host(RequestHead request) {
    int start = request.hostStart();
    return new String(
            request.bytes(), start, request.hostEnd() - start, StandardCharsets.ISO_8859_1)
        .toLowerCase(Locale.ROOT);
  }

  /** What to call the port where no request tells its listeners apart. */
  public String name() {
    return listeners.length > 0 ? listeners[0].name() : tunnels[0].name();
  }
}

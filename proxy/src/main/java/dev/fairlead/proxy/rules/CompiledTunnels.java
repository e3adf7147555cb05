package dev.fairlead.proxy.rules;

import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Tunnel;
import dev.fairlead.route.TunnelListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One listener of connections that are led as they are. Immutable; safe for any thread. */
public final class CompiledTunnels {
  private final String name;
  private final HostPattern hostname;
  private final boolean byName;
  private final double traceRatio;

  /** The most specific host first; among equals the oldest route. */
  private final List<Entry> entries;

  private record Entry(HostPattern host, CompiledTunnel tunnel) {}

  private CompiledTunnels(TunnelListener listener, List<Entry> entries) {
    this.name = listener.name();
    this.hostname = listener.hostname();
    this.byName = listener.byName();
    this.traceRatio = listener.traceRatio().orElse(-1);
    this.entries = List.copyOf(entries);
  }

  static CompiledTunnels of(TunnelListener listener, Materials materials) {
    List<Entry> entries = new ArrayList<>();
    List<Tunnel> oldestFirst = new ArrayList<>(listener.tunnels());
    oldestFirst.sort(Comparator.comparingLong(Tunnel::created).thenComparing(Tunnel::name));
    for (Tunnel tunnel : oldestFirst) {
      CompiledTunnel compiled = CompiledTunnel.of(listener.name(), tunnel, materials.balancers());
      for (HostPattern host : tunnel.hosts()) {
        listener
            .hostname()
            .intersect(host)
            .ifPresent(both -> entries.add(new Entry(both, compiled)));
      }
    }
    entries.sort(Comparator.comparingInt(entry -> -entry.host.specificity()));
    return new CompiledTunnels(listener, entries);
  }

  public String name() {
    return name;
  }

  /** Whether clients speak TLS and are led by the name that they ask for. */
  public boolean byName() {
    return byName;
  }

  /** As {@link CompiledListener#traceRatio}. */
  public double traceRatio() {
    return traceRatio;
  }

  /** As {@link CompiledListener#specificity}. */
  int specificity() {
    return hostname.specificity();
  }

  /** Whether it is for clients who ask for this name, in lower case; empty: for none. */
  boolean takes(String serverName) {
    return takes(hostname, serverName);
  }

  private static boolean takes(HostPattern host, String serverName) {
    return host.equals(HostPattern.ANY) || host.matches(serverName);
  }

  /** Where a connection goes by the name that it asks for; null where no route takes it. */
  public @Nullable CompiledTunnel find(String serverName) {
    for (Entry entry : entries) {
      if (takes(entry.host, serverName)) {
        return entry.tunnel;
      }
    }
    return null;
  }
}

package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Matched;
import dev.fairlead.route.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One listener's routes and rules. Immutable; safe for any thread. */
public final class CompiledListener {
  private final String name;
  private final HostPattern hostname;
  private final byte[] suffix;
  private final RouteTable table;
  private final CompiledRule[] rules;

  private CompiledListener(
      String name, HostPattern hostname, RouteTable table, CompiledRule[] rules) {
    this.name = name;
    this.hostname = hostname;
    this.suffix =
        (hostname.isWildcard() ? hostname.pattern().substring(1) : hostname.pattern())
            .getBytes(StandardCharsets.ISO_8859_1);
    this.table = table;
    this.rules = rules;
  }

  static CompiledListener of(Listener listener, Function<ServiceName, Balancer> balancers) {
    RouteTable table = RouteTable.of(listener);
    List<Matched> all = table.all();
    CompiledRule[] rules = new CompiledRule[all.size()];
    for (Matched matched : all) {
      rules[matched.index()] = CompiledRule.of(matched, listener.port(), balancers);
    }
    return new CompiledListener(listener.name(), listener.hostname(), table, rules);
  }

  public String name() {
    return name;
  }

  /** The rule for the request; null where no route matches. */
  public @Nullable CompiledRule find(RequestHead request) {
    Matched matched = table.find(request);
    return matched == null ? null : rules[matched.index()];
  }

  /** Exact names before wildcards, longer ones before shorter ones. */
  int specificity() {
    return hostname.isWildcard() ? suffix.length : 1 << 20;
  }

  boolean takes(RequestHead request) {
    int length = request.hostEnd() - request.hostStart();
    boolean fits = hostname.isWildcard() ? length > suffix.length : length == suffix.length;
    if (suffix.length == 0) {
      return true;
    }
    if (!fits) {
      return false;
    }
    byte[] bytes = request.bytes();
    int from = request.hostEnd() - suffix.length;
    for (int i = 0; i < suffix.length; i++) {
      byte b = bytes[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != suffix[i]) {
        return false;
      }
    }
    return true;
  }
}

package dev.fairlead.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one listener, compiled so that finding one costs about the same for three and for
 * three thousand. Immutable; safe for any thread; {@link #find} allocates nothing.
 *
 * <p>Of all that matches, Gateway API's precedence decides: the most specific host (exact, then the
 * longest wildcard, then any), the exact path, an expression (the longest text first), the longest
 * prefix, a method, most headers, most query parameters, the oldest route, its name, the order of
 * rules and of matches. A request that no rule of its most specific host matches goes on to the
 * next host. Of a header or parameter that occurs more than once, the first occurrence counts.
 * Paths are compared as sent.
 */
public final class RouteTable {
  private final List<Matched> all;
  private final ByteTable<Host> exactHosts;

  /** Keyed by what follows the star: {@code .example.com}. */
  private final ByteTable<Host> wildcardHosts;

  private final boolean hasWildcards;
  private final @Nullable Host anyHost;

  /**
   * The routes for one host, or for all that end alike. Those whose own hosts are as specific share
   * a table; where the listener's host narrows several to one, the most specific is asked first.
   */
  private record Host(PathTable paths, @Nullable Host next) {
    /**
     * @param tiers by {@link HostPattern#specificity}
     */
    static Host of(NavigableMap<Integer, List<Matched>> tiers) {
      Host host = null;
      for (List<Matched> alike : tiers.values()) {
        host = new Host(new PathTable(alike), host);
      }
      return Objects.requireNonNull(host, "a host without routes");
    }

    @Nullable Matched find(RequestView request) {
      for (Host at = this; at != null; at = at.next) {
        Matched matched = at.paths.find(request);
        if (matched != null) {
          return matched;
        }
      }
      return null;
    }
  }

  private RouteTable(List<Matched> all, Map<String, NavigableMap<Integer, List<Matched>>> byHost) {
    this.all = List.copyOf(all);
    Map<String, Host> exact = new HashMap<>();
    Map<String, Host> wildcard = new HashMap<>();
    Host any = null;
    for (Map.Entry<String, NavigableMap<Integer, List<Matched>>> entry : byHost.entrySet()) {
      String host = entry.getKey();
      Host paths = Host.of(entry.getValue());
      if (host.equals("*")) {
        any = paths;
      } else if (host.startsWith("*")) {
        wildcard.put(host.substring(1), paths);
      } else {
        exact.put(host, paths);
      }
    }
    this.exactHosts = new ByteTable<>(exact, true);
    this.wildcardHosts = new ByteTable<>(wildcard, true);
    this.hasWildcards = !wildcard.isEmpty();
    this.anyHost = any;
  }

  /** The routes of a listener, narrowed by its own hostname. */
  public static RouteTable of(Listener listener) {
    return of(listener.hostname(), listener.routes());
  }

  public static RouteTable of(HostPattern listenerHostname, List<Route> routes) {
    List<Matched> all = new ArrayList<>();
    Map<String, NavigableMap<Integer, List<Matched>>> byHost = new LinkedHashMap<>();
    for (Route route : routes) {
      List<Matched> ofRoute = new ArrayList<>();
      for (Rule rule : route.rules()) {
        for (Match match : rule.matches()) {
          ofRoute.add(new Matched(route, rule, match, all.size() + ofRoute.size()));
        }
      }
      all.addAll(ofRoute);
      // Several of its hosts may narrow to one: it counts by the most specific.
      Map<String, Integer> hosts = new LinkedHashMap<>();
      for (HostPattern host : route.hosts()) {
        listenerHostname
            .intersect(host)
            .ifPresent(both -> hosts.merge(both.pattern(), host.specificity(), Math::max));
      }
      hosts.forEach(
          (host, specificity) ->
              byHost
                  .computeIfAbsent(host, key -> new TreeMap<>())
                  .computeIfAbsent(specificity, key -> new ArrayList<>())
                  .addAll(ofRoute));
    }
    return new RouteTable(all, byHost);
  }

  /** What the request matches first, or null. */
  public @Nullable Matched find(RequestView request) {
    byte[] bytes = request.bytes();
    int from = request.hostStart();
    int to = request.hostEnd();
    Matched matched = in(exactHosts.get(bytes, from, to), request);
    // From the left, so that the longest wildcard comes first; the star stands for one label or
    // more, never for none.
    for (int at = from + 1; hasWildcards && at < to && matched == null; at++) {
      if (bytes[at] == '.') {
        matched = in(wildcardHosts.get(bytes, at, to), request);
      }
    }
    return matched != null ? matched : in(anyHost, request);
  }

  private static @Nullable Matched in(@Nullable Host host, RequestView request) {
    return host == null ? null : host.find(request);
  }

  /** All that {@link #find} may return, at their {@link Matched#index()}. */
  public List<Matched> all() {
    return all;
  }
}

package dev.fairlead.app.admin;

import dev.fairlead.route.Action;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Match;
import dev.fairlead.route.Route;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.Rule;
import dev.fairlead.route.Tunnel;
import dev.fairlead.route.TunnelListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code /api/routes}: what is led where, a row for each rule; in words, for people. */
final class RouteList {
  private RouteList() {}

  /**
   * One rule of a route, at one listener.
   *
   * @param rule its name or its place in the route, from 0
   */
  record Row(
      String listener,
      String bind,
      String route,
      String rule,
      String hosts,
      String matches,
      String to) {}

  static List<Row> of(RouteConfig config) {
    List<Row> rows = new ArrayList<>();
    for (Listener listener : config.listeners()) {
      String bind = bind(listener.host(), listener.port());
      for (Route route : listener.routes()) {
        for (int at = 0; at < route.rules().size(); at++) {
          Rule rule = route.rules().get(at);
          rows.add(
              new Row(
                  listener.name(),
                  bind,
                  route.name(),
                  rule.name().isEmpty() ? Integer.toString(at) : rule.name(),
                  hosts(route.hosts()),
                  rule.matches().stream().map(RouteList::match).collect(Collectors.joining(" or ")),
                  to(rule.action())));
        }
      }
    }
    for (TunnelListener listener : config.tunnels()) {
      String bind = bind(listener.host(), listener.port());
      for (Tunnel tunnel : listener.tunnels()) {
        rows.add(
            new Row(
                listener.name(),
                bind,
                tunnel.name(),
                "0",
                hosts(tunnel.hosts()),
                "connections",
                to(tunnel.to())));
      }
    }
    return rows;
  }

  private static String bind(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static String hosts(List<HostPattern> hosts) {
    return hosts.stream().map(HostPattern::pattern).collect(Collectors.joining(","));
  }

  private static String match(Match match) {
    StringBuilder words = new StringBuilder(match.method().map(each -> each + " ").orElse(""));
    words.append(
        switch (match.path().kind()) {
          case EXACT -> "=" + match.path().value();
          case PREFIX -> match.path().value();
          case EXPRESSION -> "~" + match.path().value();
        });
    match.headers().forEach(each -> words.append(" header ").append(value(each)));
    match.query().forEach(each -> words.append(" query ").append(value(each)));
    return words.toString();
  }

  private static String value(Match.ValueMatch match) {
    return match.name() + (match.expression() ? "~" : "=") + match.value();
  }

  private static String to(Action action) {
    return switch (action) {
      case Action.Forward forward ->
          forward.backends().stream()
              .map(
                  each ->
                      each.service() + (forward.backends().size() > 1 ? ":" + each.weight() : ""))
              .collect(Collectors.joining(","));
      default -> action.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    };
  }
}

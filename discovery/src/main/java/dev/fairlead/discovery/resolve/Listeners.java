package dev.fairlead.discovery.resolve;

import dev.fairlead.discovery.document.GatewayDocument;
import dev.fairlead.discovery.document.GatewayDocument.Led;
import dev.fairlead.discovery.document.GatewayDocument.Port;
import dev.fairlead.discovery.document.HttpRouteDocument;
import dev.fairlead.discovery.document.HttpRouteDocument.ParentRef;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.document.ListenerTls;
import dev.fairlead.discovery.document.Metadata;
import dev.fairlead.discovery.document.TunnelRouteDocument;
import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.route.Action;
import dev.fairlead.route.ClientTrust;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Route;
import dev.fairlead.route.ServerTls;
import dev.fairlead.route.Tunnel;
import dev.fairlead.route.TunnelListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiConsumer;

/** Opens the Gateways' listeners and attaches routes to them. */
final class Listeners {
  private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::");

  /** A listener while routes attach: two are never the same, whatever is in them. */
  private static final class Open {
    private final GatewayDocument gateway;
    private final Port port;

    /** Where the Gateway is, which tells it from another of the same name. */
    private final String gatewayAt;

    private final List<Route> routes = new ArrayList<>();
    private final List<Tunnel> tunnels = new ArrayList<>();

    /** Where each of the routes comes from, in their order. */
    private final List<Attached> attached = new ArrayList<>();

    Open(GatewayDocument gateway, Port port) {
      this.gateway = gateway;
      this.port = port;
      this.gatewayAt = gateway.metadata().at().where();
    }

    OptionalDouble traceRatio() {
      return gateway.traces().of(port.name());
    }

    String name() {
      return gateway.metadata().qualified() + "/" + port.name();
    }
  }

  /** A route at a listener: its document, by what reference, for which hosts. */
  private record Attached(HttpRouteDocument route, ParentRef parent, List<HostPattern> hosts) {
    String kind() {
      return route.metadata().kind();
    }

    /** Whether it gives way to another, by Gateway API's order: the older stays, then the name. */
    boolean givesWayTo(Attached other) {
      int younger = Long.compare(route.metadata().created(), other.route.metadata().created());
      return younger > 0
          || (younger == 0
              && route.metadata().qualified().compareTo(other.route.metadata().qualified()) > 0);
    }
  }

  private final Index index;
  private final Certificates certificates;
  private final List<Open> open = new ArrayList<>();

  Listeners(Index index, Certificates certificates) {
    this.index = index;
    this.certificates = certificates;
    for (GatewayDocument gateway : index.all(GatewayDocument.class)) {
      for (Port port : gateway.listeners()) {
        Open listener = new Open(gateway, port);
        checkConflicts(listener);
        open.add(listener);
      }
    }
  }

  /** Attaches all routes; {@link #requests} and {@link #tunnels} then have them. */
  void attach(Routes routes) {
    for (HttpRouteDocument route : index.all(HttpRouteDocument.class)) {
      Route resolved =
          new Route(
              route.metadata().qualified(),
              List.of(),
              routes.rules(route),
              route.metadata().created());
      Set<Open> attached = new HashSet<>();
      for (ParentRef parent : route.parents()) {
        attach(
            route.metadata(),
            route.hostnames(),
            parent,
            Led.REQUESTS,
            (listener, common) -> {
              if (attached.add(listener)) {
                listener.routes.add(
                    new Route(resolved.name(), common, resolved.rules(), resolved.created()));
                checkKinds(listener, new Attached(route, parent, common));
              }
            });
      }
    }
    index.all(TunnelRouteDocument.class).forEach(route -> attach(route, routes));
  }

  private void attach(TunnelRouteDocument route, Routes routes) {
    Action.Forward to = routes.connections(route);
    Metadata metadata = route.metadata();
    Set<Open> attached = new HashSet<>();
    for (ParentRef parent : route.parents()) {
      attach(
          metadata,
          route.hostnames(),
          parent,
          metadata.kind().equals(Kinds.TLS_ROUTE) ? Led.NAMED_CONNECTIONS : Led.CONNECTIONS,
          (listener, common) -> {
            if (attached.add(listener)) {
              listener.tunnels.add(
                  new Tunnel(metadata.qualified(), common, to, metadata.created()));
            }
          });
    }
  }

  /** The listeners of requests. */
  List<Listener> requests() {
    return open.stream()
        .filter(listener -> listener.port.port() > 0 && listener.port.leads() == Led.REQUESTS)
        .map(this::resolved)
        .flatMap(Optional::stream)
        .toList();
  }

  /** The listeners of connections that are led as they are. */
  List<TunnelListener> tunnels() {
    return open.stream()
        .filter(listener -> listener.port.port() > 0 && listener.port.leads() != Led.REQUESTS)
        .map(
            listener ->
                new TunnelListener(
                    listener.name(),
                    listener.gateway.address(),
                    listener.port.port(),
                    pattern(listener.port.hostname()),
                    listener.port.leads() == Led.NAMED_CONNECTIONS,
                    listener.traceRatio(),
                    listener.tunnels))
        .toList();
  }

  /** Empty where it should speak TLS and cannot: never in clear text instead. */
  private Optional<Listener> resolved(Open listener) {
    GatewayDocument gateway = listener.gateway;
    Optional<ServerTls> tls = tls(listener);
    if (listener.port.tls().isPresent() && tls.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Listener(
            listener.name(),
            gateway.address(),
            listener.port.port(),
            pattern(listener.port.hostname()),
            tls,
            gateway.tls().clientKey().flatMap(ref -> certificates.key(ref, gateway.metadata())),
            listener.traceRatio(),
            listener.routes));
  }

  /** Empty also where no certificate can be used, which is reported. */
  private Optional<ServerTls> tls(Open listener) {
    if (listener.port.tls().isEmpty()) {
      return Optional.empty();
    }
    ListenerTls tls = listener.port.tls().get();
    Metadata gateway = listener.gateway.metadata();
    List<String> keys =
        tls.certificates().stream()
            .map(ref -> certificates.key(ref, gateway))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    Optional<ClientTrust> clients =
        listener
            .gateway
            .tls()
            .clients(listener.port.port())
            .map(
                validation ->
                    new ClientTrust(
                        certificates.authorities(validation.authorities(), gateway),
                        validation.required(),
                        tls.trustDomains()));
    if (clients.isEmpty() && !tls.trustDomains().isEmpty()) {
      tls.at()
          .problem(
              "names trust domains, but clients need no certificate",
              "add tls.frontend.default.validation to the Gateway");
    }
    return keys.isEmpty()
        ? Optional.empty()
        : Optional.of(new ServerTls(keys, clients, tls.oldest()));
  }

  private void attach(
      Metadata route,
      List<Located<String>> hostnames,
      ParentRef parent,
      Led leads,
      BiConsumer<Open, List<HostPattern>> take) {
    Optional<GatewayDocument> gateway =
        index.follow(
            GatewayDocument.class, Kinds.GATEWAY, parent.namespace(), parent.name(), parent.at());
    if (gateway.isEmpty()) {
      return;
    }
    List<Open> named = named(gateway.get(), parent, route.kind(), leads);
    boolean allowed = false;
    boolean led = false;
    boolean hosts = false;
    for (Open listener : named) {
      boolean mayAttach =
          listener.port.anyNamespace()
              || route.namespace().equals(gateway.get().metadata().namespace());
      boolean kind =
          listener.port.kinds().isEmpty() || listener.port.kinds().contains(route.kind());
      List<HostPattern> common = common(listener.port.hostname(), hostnames);
      allowed |= mayAttach;
      led |= kind;
      boolean fits = mayAttach && kind && !common.isEmpty();
      hosts |= fits;
      if (fits) {
        take.accept(listener, common);
      }
    }
    if (!named.isEmpty() && !allowed) {
      parent
          .at()
          .unresolved(
              "the Gateway takes no routes of namespace " + Quoted.of(route.namespace()),
              "set allowedRoutes.namespaces.from: All on its listener");
    } else if (!named.isEmpty() && !led) {
      parent
          .at()
          .unresolved(
              "the Gateway takes no " + route.kind(),
              "add it to allowedRoutes.kinds of its listener");
    } else if (!named.isEmpty() && !hosts) {
      parent
          .at()
          .unresolved(
              "the route shares no hostname with the Gateway's listeners",
              "theirs: " + String.join(", ", named.stream().map(l -> l.port.hostname()).toList()));
    }
  }

  /** HTTPRoutes and GRPCRoutes share no hostname of a listener (Gateway API). */
  private static void checkKinds(Open listener, Attached added) {
    for (Attached other : listener.attached) {
      if (other.kind().equals(added.kind())) {
        continue;
      }
      Optional<HostPattern> shared =
          added.hosts.stream()
              .flatMap(host -> other.hosts.stream().map(host::intersect))
              .flatMap(Optional::stream)
              .findFirst();
      if (shared.isPresent()) {
        Attached stays = added.givesWayTo(other) ? other : added;
        Attached goes = added.givesWayTo(other) ? added : other;
        goes.parent
            .at()
            .problem(
                "shares hostname "
                    + Quoted.of(shared.get().pattern())
                    + " with "
                    + stays.kind()
                    + " "
                    + Quoted.of(stays.route.metadata().qualified()),
                "give HTTPRoutes and GRPCRoutes hostnames of their own");
        break;
      }
    }
    listener.attached.add(added);
  }

  /** The listeners that a parentRef means; none is reported. */
  private List<Open> named(GatewayDocument gateway, ParentRef parent, String kind, Led leads) {
    String gatewayAt = gateway.metadata().at().where();
    List<Open> all =
        open.stream().filter(listener -> listener.gatewayAt.equals(gatewayAt)).toList();
    List<Open> sections =
        all.stream()
            .filter(l -> parent.section().isEmpty() || l.port.name().equals(parent.section()))
            .toList();
    if (sections.isEmpty() && !all.isEmpty()) {
      parent
          .at()
          .unresolved(
              "Gateway "
                  + Quoted.of(parent.name())
                  + " has no listener "
                  + Quoted.of(parent.section()),
              Nearest.hint(parent.section(), all.stream().map(l -> l.port.name()).toList()));
      return List.of();
    }
    List<Open> named =
        sections.stream()
            .filter(l -> parent.port().map(port -> port == l.port.port()).orElse(true))
            .toList();
    if (named.isEmpty() && !sections.isEmpty()) {
      parent
          .at()
          .unresolved(
              "no such listener has port " + parent.port().orElse(0),
              Nearest.listed(sections.stream().map(l -> Integer.toString(l.port.port())).toList()));
    }
    List<Open> fit = named.stream().filter(l -> l.port.leads() == leads).toList();
    if (fit.isEmpty() && !named.isEmpty()) {
      parent
          .at()
          .unresolved("no such listener takes a " + kind, "its protocol is for another kind");
    }
    return fit;
  }

  private void checkConflicts(Open added) {
    for (Open other : open) {
      boolean sameGateway = other.gatewayAt.equals(added.gatewayAt);
      if (sameGateway
          && other.port.name().equals(added.port.name())
          && !added.port.name().isEmpty()) {
        added
            .port
            .at()
            .problem(
                "a second listener " + Quoted.of(added.port.name()),
                "the first is at " + other.port.at().where());
      } else if (other.port.port() == added.port.port() && added.port.port() > 0) {
        checkAddresses(added, other);
      }
    }
  }

  private static void checkAddresses(Open added, Open other) {
    String address = added.gateway.address();
    String otherAddress = other.gateway.address();
    String where = "the other is at " + other.port.at().where();
    String taken = "port " + added.port.port() + " on " + address + " is taken ";
    if (address.equals(otherAddress)) {
      if (begins(added.port) != begins(other.port)) {
        added.port.at().problem(taken + "by a listener of another protocol", where);
      } else if (added.port.hostname().equals(other.port.hostname())) {
        added.port.at().problem(taken + "by a listener with the same hostname", where);
      }
    } else if (ALL_ADDRESSES.contains(address) || ALL_ADDRESSES.contains(otherAddress)) {
      added.port.at().problem(taken + "by a listener on " + otherAddress, where);
    }
  }

  /** What clients of a port say first, which listeners that share it must agree on. */
  private static Begin begins(Port port) {
    return switch (port.leads()) {
      case REQUESTS -> port.tls().isPresent() ? Begin.HELLO : Begin.REQUEST;
      case NAMED_CONNECTIONS -> Begin.HELLO;
      case CONNECTIONS -> Begin.ANYTHING;
    };
  }

  private enum Begin {
    REQUEST,
    HELLO,
    ANYTHING
  }

  private static HostPattern pattern(String hostname) {
    return hostname.isEmpty() ? HostPattern.ANY : new HostPattern(hostname);
  }

  /** What both a listener and a route take, by the more exact pattern of the two. */
  static List<HostPattern> common(String listener, List<Located<String>> route) {
    if (route.isEmpty()) {
      return List.of(pattern(listener));
    }
    return route.stream()
        .map(Located::read)
        .map(host -> pattern(listener).intersect(pattern(host)))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }
}

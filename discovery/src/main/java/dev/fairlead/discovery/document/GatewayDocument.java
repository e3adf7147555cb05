package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Gateway: an address and the ports on it. */
public record GatewayDocument(
    Metadata metadata, String address, GatewayTls tls, TraceRatios traces, List<Port> listeners)
    implements Document {
  /** What a Gateway's user expects; IPv4, since a host may have no IPv6. */
  private static final String ALL_ADDRESSES = "0.0.0.0";

  /**
   * One listener.
   *
   * @param leads what routes lead on
   * @param hostname empty for any
   * @param tls empty for clear text
   * @param anyNamespace whether routes of other namespaces may attach
   * @param kinds of routes that may attach; empty for all that its protocol can lead
   * @param at the listener, for problems about it
   */
  public record Port(
      String name,
      int port,
      Led leads,
      String hostname,
      Optional<ListenerTls> tls,
      boolean anyNamespace,
      Set<String> kinds,
      Value at) {}

  /** What a listener's routes lead on. */
  public enum Led {
    REQUESTS,
    /** Of TLS clients, by the name that they ask for. */
    NAMED_CONNECTIONS,
    CONNECTIONS
  }

  private static final Reader<String> ADDRESS =
      Structures.object(
          fields -> {
            fields.optional("type", Scalars.oneOf(Map.of("IPAddress", ""), Set.of("Hostname")), "");
            return fields.required("value", Names.IP, ALL_ADDRESSES);
          });

  private static final Reader<Boolean> NAMESPACES =
      Structures.object(
          fields -> {
            fields.unsupported("selector", "use from: All");
            return fields.optional(
                "from",
                Scalars.oneOf(Map.of("Same", false, "All", true), Set.of("Selector", "None")),
                false);
          });

  private static final Reader<String> ROUTE_KIND =
      Structures.object(
          fields -> {
            fields.optional("group", Scalars.oneOf(Map.of(Kinds.GATEWAY_GROUP, "")));
            return fields.required(
                "kind",
                Scalars.oneOf(
                    Stream.of(Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE, Kinds.TLS_ROUTE, Kinds.TCP_ROUTE)
                        .collect(Collectors.toMap(kind -> kind, kind -> kind)),
                    Set.of("UDPRoute")),
                "");
          });

  private record AllowedRoutes(Set<String> kinds, boolean anyNamespace) {
    static final AllowedRoutes DEFAULT = new AllowedRoutes(Set.of(), false);
  }

  private static final Reader<AllowedRoutes> ALLOWED_ROUTES =
      Structures.object(
          fields ->
              new AllowedRoutes(
                  new TreeSet<>(
                      fields.optional("kinds", Structures.list(ROUTE_KIND, 0, 8), List.of())),
                  fields.optional("namespaces", NAMESPACES, false)));

  static GatewayDocument read(Metadata metadata, Fields spec) {
    // One class exists in a file: this process.
    spec.optional("gatewayClassName", Names.SUBDOMAIN);
    spec.unsupported("infrastructure", "remove it");
    spec.unsupported("allowedListeners", "remove it");
    List<String> addresses = spec.optional("addresses", Structures.list(ADDRESS, 0, 1), List.of());
    String own = metadata.namespace();
    GatewayTls tls = spec.optional("tls", GatewayTls.reader(own), GatewayTls.NONE);
    List<Port> listeners =
        spec.required(
            "listeners",
            Structures.list(Structures.object(fields -> listener(fields, own)), 1, 64),
            List.of());
    return new GatewayDocument(
        metadata,
        addresses.isEmpty() ? ALL_ADDRESSES : addresses.getFirst(),
        tls,
        TraceRatios.read(metadata, listeners.stream().map(Port::name).toList()),
        listeners);
  }

  private static Port listener(Fields fields, String own) {
    String name = fields.required("name", Names.SUBDOMAIN, "");
    int port = fields.required("port", Names.PORT, 0);
    String protocol =
        fields.required(
            "protocol",
            Scalars.oneOf(
                Map.of("HTTP", "HTTP", "HTTPS", "HTTPS", "TLS", "TLS", "TCP", "TCP"),
                Set.of("UDP")),
            "HTTP");
    String hostname = fields.optional("hostname", Names.HOST, "");
    AllowedRoutes allowed = fields.optional("allowedRoutes", ALLOWED_ROUTES, AllowedRoutes.DEFAULT);
    Led leads =
        switch (protocol) {
          case "TLS" -> Led.NAMED_CONNECTIONS;
          case "TCP" -> Led.CONNECTIONS;
          default -> Led.REQUESTS;
        };
    return new Port(
        name,
        port,
        leads,
        hostname,
        tls(fields, protocol, own),
        allowed.anyNamespace,
        allowed.kinds,
        fields.value());
  }

  private static Optional<ListenerTls> tls(Fields fields, String protocol, String own) {
    Optional<Value> found = fields.find("tls");
    switch (protocol) {
      case "HTTPS" -> {
        if (found.isEmpty()) {
          fields.value().problem("HTTPS needs a certificate", "add tls: {certificateRefs: [...]}");
        }
        return fields.optional("tls", ListenerTls.reader(own));
      }
      case "TLS" -> fields.required("tls", ListenerTls.PASSTHROUGH);
      default ->
          found.ifPresent(at -> at.problem("only HTTPS and TLS have it", "write protocol: HTTPS"));
    }
    return Optional.empty();
  }
}

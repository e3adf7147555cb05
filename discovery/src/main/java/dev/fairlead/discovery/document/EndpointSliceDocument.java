package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Endpoint.Condition;
import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An EndpointSlice: some addresses of one Service, all with the same ports. */
public record EndpointSliceDocument(
    Metadata metadata, List<Port> ports, List<Backend> endpoints, Value at) implements Document {
  public static final String SERVICE_LABEL = "kubernetes.io/service-name";
  public static final String CLUSTER_LABEL = "multicluster.kubernetes.io/source-cluster";
  public static final String REGION_LABEL = "topology.kubernetes.io/region";
  public static final String ZONE_LABEL = "topology.kubernetes.io/zone";

  /** One port; {@code number} is empty where the slice leaves it open. */
  public record Port(String name, Optional<Integer> number, Protocol protocol) {}

  /**
   * One endpoint; only its first address counts, as in Kubernetes. Empty zone and node: unknown.
   *
   * @param condition empty where it cannot be used
   */
  public record Backend(
      String address,
      Optional<Condition> condition,
      String zone,
      String node,
      Hints hints,
      Value at) {}

  /**
   * What the conditions come to, by Kubernetes' own definition: what is not said is ready, serving
   * as far as it is ready, and not terminating; one that is ready is used whatever else it is, as
   * where the Service publishes addresses that are not ready. One that ends but still serves is
   * kept, so that its requests end there, and gets no new ones.
   */
  private static final Reader<Optional<Condition>> CONDITIONS =
      Structures.object(
          fields -> {
            boolean ready = fields.optional("ready", Scalars.BOOLEAN, true);
            boolean serving = fields.optional("serving", Scalars.BOOLEAN, ready);
            boolean terminating = fields.optional("terminating", Scalars.BOOLEAN, false);
            if (ready) {
              return Optional.of(Condition.READY);
            }
            return serving && terminating ? Optional.of(Condition.DRAINING) : Optional.empty();
          });

  /** As many as Kubernetes allows. */
  private static final int MAX_HINTS = 8;

  private static final Reader<Hints> HINTS =
      Structures.object(
          fields ->
              new Hints(
                  hints(fields, "forZones", Places.PART),
                  hints(fields, "forNodes", Names.SUBDOMAIN)));

  private static final Reader<String> HOSTNAME = Names.LABEL;

  static EndpointSliceDocument read(Metadata metadata, Fields document) {
    document.required(
        "addressType", Scalars.oneOf(Map.of("IPv4", "", "IPv6", ""), Set.of("FQDN")), "");
    List<Optional<Port>> ports =
        document.optional(
            "ports",
            Structures.list(Structures.object(EndpointSliceDocument::port), 0, 100),
            List.of());
    // The API server prints an empty list as null.
    List<Backend> endpoints =
        document.optional(
            "endpoints",
            Structures.list(Structures.object(EndpointSliceDocument::backend), 0, 1000),
            List.of());
    return new EndpointSliceDocument(
        metadata, ports.stream().flatMap(Optional::stream).toList(), endpoints, document.value());
  }

  /** Empty for a port that is not TCP. */
  private static Optional<Port> port(Fields fields) {
    Protocol protocol = fields.optional("appProtocol", Names.APP_PROTOCOL, Protocol.HTTP1);
    boolean tcp = fields.optional("protocol", Names.IS_TCP, true);
    // The API server prints an unnamed port as name: "".
    String name = fields.optional("name", Scalars.text(63), "");
    Port port = new Port(name, fields.optional("port", Names.PORT), protocol);
    return Optional.of(port).filter(ignored -> tcp);
  }

  private static Backend backend(Fields fields) {
    fields.ignored("targetRef", "deprecatedTopology");
    fields.optional("hostname", HOSTNAME);
    List<Located<String>> addresses =
        fields.required(
            "addresses", Structures.list(Structures.located(Names.IP), 1, 100), List.of());
    return new Backend(
        addresses.isEmpty() ? "" : addresses.getFirst().read(),
        fields.optional("conditions", CONDITIONS, Optional.of(Condition.READY)),
        fields.optional("zone", Places.PART, ""),
        fields.optional("nodeName", Names.SUBDOMAIN, ""),
        fields.optional("hints", HINTS, Hints.NONE),
        fields.value());
  }

  private static Set<String> hints(Fields fields, String field, Reader<String> name) {
    Reader<String> hint = Structures.object(each -> each.required("name", name, ""));
    return Set.copyOf(fields.optional(field, Structures.list(hint, 0, MAX_HINTS), List.of()));
  }
}

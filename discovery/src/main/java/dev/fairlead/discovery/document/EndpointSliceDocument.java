package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
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
  public record Port(String name, Optional<Integer> number) {}

  /**
   * One endpoint; only its first address counts, as in Kubernetes. Empty zone and node: unknown.
   */
  public record Backend(String address, boolean ready, String zone, String node, Value at) {}

  private static final Reader<Boolean> READY =
      Structures.object(
          fields -> {
            boolean ready = fields.optional("ready", Scalars.BOOLEAN, true);
            fields.optional("serving", Scalars.BOOLEAN);
            fields.optional("terminating", Scalars.BOOLEAN);
            return ready;
          });

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
    fields.ignored("appProtocol");
    boolean tcp = fields.optional("protocol", Names.IS_TCP, true);
    // The API server prints an unnamed port as name: "".
    String name = fields.optional("name", Scalars.text(63), "");
    Port port = new Port(name, fields.optional("port", Names.PORT));
    return Optional.of(port).filter(ignored -> tcp);
  }

  private static Backend backend(Fields fields) {
    // Hints are kube-proxy's; Fairlead has the zones themselves.
    fields.ignored("hints", "targetRef", "deprecatedTopology");
    fields.optional("hostname", HOSTNAME);
    List<Located<String>> addresses =
        fields.required(
            "addresses", Structures.list(Structures.located(Names.IP), 1, 100), List.of());
    return new Backend(
        addresses.isEmpty() ? "" : addresses.getFirst().read(),
        fields.optional("conditions", READY, true),
        fields.optional("zone", Places.PART, ""),
        fields.optional("nodeName", Names.SUBDOMAIN, ""),
        fields.value());
  }
}

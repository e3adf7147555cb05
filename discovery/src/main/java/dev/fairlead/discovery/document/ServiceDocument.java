package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A Service: a name and its ports. Its endpoints come by EndpointSlices. */
public record ServiceDocument(Metadata metadata, List<Port> ports) implements Document {
  /**
   * One port.
   *
   * @param name empty for the only one
   * @param target the endpoints' port by number, where the document gives one
   */
  public record Port(String name, int number, Optional<Integer> target, Value at) {}

  static ServiceDocument read(Metadata metadata, Fields spec) {
    spec.optional(
        "type",
        Scalars.oneOf(
            Map.of("ClusterIP", "", "NodePort", "", "LoadBalancer", ""), Set.of("ExternalName")));
    spec.unsupported("externalName", "use a ServiceEndpoints with dns");
    // How Kubernetes itself leads traffic to the service; Fairlead leads it to the endpoints.
    spec.ignored(
        "allocateLoadBalancerNodePorts",
        "clusterIP",
        "clusterIPs",
        "externalIPs",
        "externalTrafficPolicy",
        "healthCheckNodePort",
        "internalTrafficPolicy",
        "ipFamilies",
        "ipFamilyPolicy",
        "loadBalancerClass",
        "loadBalancerIP",
        "loadBalancerSourceRanges",
        "publishNotReadyAddresses",
        "selector",
        "sessionAffinity",
        "sessionAffinityConfig",
        "trafficDistribution");
    return new ServiceDocument(
        metadata,
        spec.required(
            "ports", Structures.list(Structures.object(ServiceDocument::port), 1, 100), List.of()));
  }

  private static Port port(Fields fields) {
    fields.optional("protocol", Scalars.oneOf(Map.of("TCP", ""), Set.of("UDP", "SCTP")));
    fields.ignored("appProtocol", "nodePort");
    String name = fields.optional("name", Names.LABEL, "");
    int number = fields.required("port", Names.PORT, 0);
    Optional<Value> target = fields.find("targetPort");
    boolean byName = target.isPresent() && isText(target.get());
    return new Port(
        name,
        number,
        byName
            ? fields.optional("targetPort", Names.LABEL).flatMap(ignored -> Optional.empty())
            : fields.optional("targetPort", Names.PORT),
        fields.value());
  }

  private static boolean isText(Value value) {
    return value.node() instanceof dev.fairlead.discovery.yaml.Node.Scalar scalar
        && scalar.type() == dev.fairlead.discovery.yaml.Node.Scalar.Type.STRING;
  }
}

package dev.fairlead.discovery.document;

import dev.fairlead.balancer.pick.TrafficDistribution;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Service: a name and its ports. Its endpoints come by EndpointSlices.
 *
 * @param distribution which endpoints it would rather have, where it says so
 */
public record ServiceDocument(
    Metadata metadata, List<Port> ports, Optional<TrafficDistribution> distribution)
    implements Document {
  /** Of a Service that a mesh made: the cluster whose Service it stands for. */
  public static final String MIRROR_LABEL = "mirror.linkerd.io/cluster-name";

  /**
   * One port.
   *
   * @param name empty for the only one
   * @param target the endpoints' port by number, where the document gives one
   */
  public record Port(
      String name, int number, Optional<Integer> target, Protocol protocol, Value at) {}

  private static final Map<String, TrafficDistribution> DISTRIBUTIONS = new TreeMap<>();

  static {
    for (TrafficDistribution distribution : TrafficDistribution.values()) {
      DISTRIBUTIONS.put(distribution.id(), distribution);
    }
  }

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
        "sessionAffinityConfig");
    Optional<TrafficDistribution> distribution =
        spec.optional("trafficDistribution", Scalars.oneOf(DISTRIBUTIONS));
    List<Optional<Port>> ports =
        spec.required(
            "ports", Structures.list(Structures.object(ServiceDocument::port), 1, 100), List.of());
    return new ServiceDocument(
        metadata, once(ports.stream().flatMap(Optional::stream).toList()), distribution);
  }

  /** The ports of which number or name is new; others are reported. */
  private static List<Port> once(List<Port> ports) {
    Set<Integer> numbers = new HashSet<>();
    Set<String> names = new HashSet<>();
    List<Port> once = new ArrayList<>();
    for (Port port : ports) {
      if (port.number() > 0 && !numbers.add(port.number())) {
        port.at().problem("a second port " + port.number(), "keep one");
      } else if (!names.add(port.name())) {
        String name = port.name().isEmpty() ? "without a name" : Quoted.of(port.name());
        port.at().problem("a second port " + name, "give each a name of its own");
      } else {
        once.add(port);
      }
    }
    return once;
  }

  /** Empty for a port that is not TCP. */
  private static Optional<Port> port(Fields fields) {
    boolean tcp = fields.optional("protocol", Names.IS_TCP, true);
    fields.ignored("nodePort");
    Protocol protocol = fields.optional("appProtocol", Names.APP_PROTOCOL, Protocol.HTTP1);
    String name = fields.optional("name", Names.LABEL, "");
    int number = fields.required("port", Names.PORT, 0);
    boolean byName = fields.find("targetPort").filter(ServiceDocument::isText).isPresent();
    Optional<Integer> target =
        byName
            ? fields.optional("targetPort", Names.LABEL).flatMap(ignored -> Optional.empty())
            : fields.optional("targetPort", Names.PORT);
    Port port = new Port(name, number, target, protocol, fields.value());
    return Optional.of(port).filter(ignored -> tcp);
  }

  private static boolean isText(Value value) {
    return value.node() instanceof Node.Scalar scalar && scalar.type() == Node.Scalar.Type.STRING;
  }
}

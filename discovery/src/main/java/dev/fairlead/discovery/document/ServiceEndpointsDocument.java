package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service and its endpoints in one document: the short form for files. */
public record ServiceEndpointsDocument(Metadata metadata, Protocol protocol, List<Group> clusters)
    implements Document {
  /**
   * The endpoints in one cluster.
   *
   * @param cluster empty for the local one
   * @param locality parts that it does not give come from the ClusterProfile
   */
  public record Group(
      Optional<Located<String>> cluster,
      Locality locality,
      List<Located<Target>> addresses,
      Optional<Dns> dns,
      Value at) {}

  public record Target(Address address, double weight, Labels labels) {}

  public record Dns(String host, int port, double weight, Duration refresh) {}

  private static final Reader<Protocol> PROTOCOL =
      Scalars.oneOf(Map.of("http1", Protocol.HTTP1, "h2c", Protocol.H2C));

  /** Gateway API's bound of weights serves endpoints as well. */
  private static final Reader<Double> WEIGHT = Scalars.number(0, 1_000_000);

  private static final Duration DEFAULT_REFRESH = Duration.ofSeconds(5);

  private static final Address NOWHERE = new Address("0.0.0.0", 1);

  private static final Reader<Address> ADDRESS =
      value ->
          Scalars.TEXT
              .read(value)
              .flatMap(
                  text -> {
                    Optional<Address> address = address(text);
                    if (address.isEmpty()) {
                      value.problem(
                          Quoted.of(text) + " is not an IP address and port",
                          "write it as \"192.0.2.1:8080\" or \"[2001:db8::1]:8080\"; names go to"
                              + " 'dns'");
                    }
                    return address;
                  });

  /** An address alone, or with its weight and labels. */
  private static final Reader<Target> TARGET =
      value ->
          value.node() instanceof Node.Mapping
              ? Structures.object(ServiceEndpointsDocument::target).read(value)
              : ADDRESS.read(value).map(address -> new Target(address, 1, Labels.NONE));

  static ServiceEndpointsDocument read(Metadata metadata, Fields spec) {
    return new ServiceEndpointsDocument(
        metadata,
        spec.optional("protocol", PROTOCOL, Protocol.HTTP1),
        spec.required(
            "clusters",
            Structures.list(Structures.object(ServiceEndpointsDocument::group), 1, 1000),
            List.of()));
  }

  private static Group group(Fields fields) {
    Group group =
        new Group(
            fields.optional("cluster", Structures.located(Names.SUBDOMAIN)),
            fields.optional("locality", Places.LOCALITY, Locality.UNKNOWN),
            fields.optional(
                "addresses", Structures.list(Structures.located(TARGET), 0, 10_000), List.of()),
            fields.optional("dns", Structures.object(ServiceEndpointsDocument::dns)),
            fields.value());
    if (fields.find("addresses").isPresent() == fields.find("dns").isPresent()) {
      fields.value().problem("needs either 'addresses' or 'dns'", "addresses: [] is allowed");
    }
    return group;
  }

  private static Target target(Fields fields) {
    return new Target(
        fields.required("address", ADDRESS, NOWHERE),
        fields.optional("weight", WEIGHT, 1.0),
        new Labels(fields.optional("labels", Structures.texts(Names.LABEL_VALUE, 64), Map.of())));
  }

  private static Dns dns(Fields fields) {
    return new Dns(
        fields.required("name", Names.SUBDOMAIN, ""),
        fields.required("port", Names.PORT, 1),
        fields.optional("weight", WEIGHT, 1.0),
        fields.optional(
            "refresh",
            Scalars.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            DEFAULT_REFRESH));
  }

  private static Optional<Address> address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("[1-9][0-9]{0,4}")) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.indexOf(':') >= 0 && !bracketed) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    return IpLiteral.canonical(bracketed ? host.substring(1, host.length() - 1) : host)
        .filter(ip -> port <= 65535)
        .map(ip -> new Address(ip, port));
  }
}

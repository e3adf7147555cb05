package dev.fairlead.discovery.resolve;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.Subsetting;
import dev.fairlead.balancer.pick.TrafficDistribution;
import dev.fairlead.discovery.Configuration.DnsEndpoints;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.GeneratedRoute.Backend;
import dev.fairlead.discovery.document.BackendTlsPolicyDocument;
import dev.fairlead.discovery.document.Document;
import dev.fairlead.discovery.document.EndpointSliceDocument;
import dev.fairlead.discovery.document.HttpRouteDocument.BackendRef;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.document.NodeDocument;
import dev.fairlead.discovery.document.ServiceDocument;
import dev.fairlead.discovery.document.ServiceEndpointsDocument;
import dev.fairlead.discovery.document.TrafficObjectiveDocument;
import dev.fairlead.discovery.document.TrafficPolicyDocument;
import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.Affinity;
import dev.fairlead.route.HealthCheck;
import dev.fairlead.route.HealthCheck.Probe;
import dev.fairlead.route.LoadProbe;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.Treatment;
import dev.fairlead.route.UpstreamTls;
import dev.fairlead.route.UpstreamTls.PeerName;
import dev.fairlead.steering.control.Objective;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Resolves services: their port, their endpoints, their policies. */
final class Services {
  static final String SHORT_FORM = "ServiceEndpoints";

  private final Index index;
  private final Clusters clusters;

  /** The port on which routes lead to a service, and the first reference that said so. */
  private final Map<ServiceName, Located<Integer>> usedPorts = new HashMap<>();

  /** Names of the ports in a Service's slices, by namespace and name; filled when first needed. */
  private final Map<String, Set<String>> slicePorts = new HashMap<>();

  /** Filled when first needed. */
  private @Nullable Set<String> h2cPorts;

  private final Map<ServiceName, TrafficPolicyDocument> policies;

  /** What this process is called among the clients of a service. */
  private final Optional<String> client;

  Services(Index index, Clusters clusters, Optional<String> client) {
    this.index = index;
    this.clusters = clusters;
    this.client = client;
    this.policies = policies();
  }

  /** Which part of a request to the service is its key; empty where its policy names none. */
  Optional<Affinity> affinity(ServiceName service) {
    return Optional.ofNullable(policies.get(service)).flatMap(TrafficPolicyDocument::affinity);
  }

  /** What the endpoints speak, as either of its ports or its short form says. */
  Protocol protocol(ServiceName service) {
    String qualified = service.toString();
    boolean shortForm =
        index
            .find(ServiceEndpointsDocument.class, SHORT_FORM, qualified)
            .filter(document -> document.protocol() == Protocol.H2C)
            .isPresent();
    Optional<ServiceDocument.Port> port =
        index.find(ServiceDocument.class, Kinds.SERVICE, qualified).flatMap(this::used);
    boolean declared =
        port.filter(used -> used.protocol() == Protocol.H2C).isPresent()
            || port.filter(used -> h2cPorts().contains(qualified + ":" + used.name())).isPresent();
    return shortForm || declared ? Protocol.H2C : Protocol.HTTP1;
  }

  /** The ports of slices that speak HTTP/2 in clear text, as {@code namespace/service:port}. */
  private Set<String> h2cPorts() {
    Set<String> known = h2cPorts;
    if (known == null) {
      known = new HashSet<>();
      for (EndpointSliceDocument slice : index.all(EndpointSliceDocument.class)) {
        String of = slice.metadata().labels().getOrDefault(EndpointSliceDocument.SERVICE_LABEL, "");
        for (EndpointSliceDocument.Port port : slice.ports()) {
          if (port.protocol() == Protocol.H2C) {
            known.add(slice.metadata().namespace() + "/" + of + ":" + port.name());
          }
        }
      }
      h2cPorts = known;
    }
    return known;
  }

  /** The port that routes lead to; the first where none does. */
  private Optional<ServiceDocument.Port> used(ServiceDocument service) {
    Located<Integer> used =
        usedPorts.get(new ServiceName(service.metadata().namespace(), service.metadata().name()));
    return service.ports().stream()
        .filter(port -> used != null && port.number() == used.read())
        .findFirst()
        .or(() -> service.ports().stream().findFirst());
  }

  /** Whose backend a reference is; empty where it is wrong, which is reported. */
  Optional<ServiceName> refer(BackendRef ref) {
    Optional<ServiceName> name = refer(ref.namespace(), new Located<>(ref.name(), ref.at()));
    if (name.isEmpty()) {
      return name;
    }
    Optional<ServiceDocument> service =
        index.find(ServiceDocument.class, Kinds.SERVICE, name.get().toString());
    return name.filter(_ -> service.isEmpty() || portFits(ref, service.get(), name.get()));
  }

  private Optional<ServiceName> refer(String namespace, Located<String> name) {
    if (name.read().isEmpty()) {
      return Optional.empty();
    }
    String qualified = namespace + "/" + name.read();
    if (!index.has(Kinds.SERVICE, qualified) && !index.has(SHORT_FORM, qualified)) {
      TreeSet<String> known = new TreeSet<>(index.names(Kinds.SERVICE, namespace));
      known.addAll(index.names(SHORT_FORM, namespace));
      name.at()
          .unresolved(
              "no Service or ServiceEndpoints "
                  + Quoted.of(name.read())
                  + " in namespace "
                  + Quoted.of(namespace),
              name.read(),
              known);
      return Optional.empty();
    }
    return Optional.of(new ServiceName(namespace, name.read()));
  }

  /** Whether a reference leads to the port that the Service is led on; reported if not. */
  private boolean portFits(BackendRef ref, ServiceDocument service, ServiceName name) {
    List<Integer> ports = service.ports().stream().map(ServiceDocument.Port::number).toList();
    if (ref.port().isEmpty()) {
      ref.at()
          .unresolved(
              "needs the Service's port", "add port: " + (ports.isEmpty() ? 80 : ports.getFirst()));
      return false;
    }
    Located<Integer> port = ref.port().get();
    if (!ports.contains(port.read())) {
      port.at()
          .unresolved(
              "Service " + Quoted.of(name.toString()) + " has no port " + port.read(),
              Nearest.listed(ports.stream().map(String::valueOf).toList()));
      return false;
    }
    Located<Integer> first = usedPorts.putIfAbsent(name, port);
    boolean same = first == null || first.read().equals(port.read());
    if (!same) {
      port.at()
          .unresolved(
              "leading one Service on two ports is not supported yet",
              "port " + first.read() + " is used at " + first.at().where());
    }
    return same;
  }

  /** All services with what belongs to them. Routes must be resolved before: they choose ports. */
  SortedMap<ServiceName, ServiceConfig> configure() {
    SortedMap<ServiceName, Members> members = new TreeMap<>();
    index.all(ServiceDocument.class).forEach(service -> members(members, service));
    for (ServiceEndpointsDocument document : index.all(ServiceEndpointsDocument.class)) {
      addShortForm(document, members(members, document));
    }
    index.all(EndpointSliceDocument.class).forEach(slice -> addSlice(slice, members));
    Map<ServiceName, Objective> objectives = objectives();
    Map<ServiceName, GeneratedRoute> routes = generatedRoutes();
    SortedMap<ServiceName, ServiceConfig> services = new TreeMap<>();
    members.forEach(
        (name, found) ->
            services.put(
                name,
                new ServiceConfig(
                    name,
                    policy(name),
                    Optional.ofNullable(objectives.get(name)),
                    Optional.ofNullable(routes.get(name)),
                    found.endpoints(),
                    found.dns(),
                    mirrored(name))));
    return services;
  }

  private Optional<String> mirrored(ServiceName name) {
    return index
        .find(ServiceDocument.class, Kinds.SERVICE, name.toString())
        .map(service -> service.metadata().labels().get(ServiceDocument.MIRROR_LABEL))
        .filter(cluster -> !cluster.isEmpty());
  }

  private static Members members(SortedMap<ServiceName, Members> members, Document document) {
    String name = document.metadata().name();
    // A name that is wrong is reported already; its endpoints may be wrong as well.
    ServiceName service =
        new ServiceName(document.metadata().namespace(), name.isEmpty() ? "?" : name);
    return members.computeIfAbsent(service, _ -> new Members());
  }

  private void addShortForm(ServiceEndpointsDocument document, Members members) {
    for (ServiceEndpointsDocument.Group group : document.clusters()) {
      Place cluster = clusters.named(group.cluster());
      Place place = at(cluster, Clusters.refine(group.locality(), cluster.locality()), "");
      for (Located<ServiceEndpointsDocument.Target> target : group.addresses()) {
        ServiceEndpointsDocument.Target t = target.read();
        members.add(new Endpoint(t.address(), place, t.labels(), t.weight()), target.at());
      }
      group
          .dns()
          .filter(dns -> !dns.host().isEmpty())
          .ifPresent(
              dns ->
                  members.add(
                      new DnsEndpoints(dns.host(), dns.port(), place, dns.weight(), dns.refresh()),
                      group.at()));
    }
  }

  private void addSlice(EndpointSliceDocument slice, SortedMap<ServiceName, Members> members) {
    Map<String, String> labels = slice.metadata().labels();
    String service = labels.getOrDefault(EndpointSliceDocument.SERVICE_LABEL, "");
    Value at = slice.metadata().at();
    if (service.isEmpty()) {
      at.problem(
          "the EndpointSlice belongs to no Service",
          "add the label " + EndpointSliceDocument.SERVICE_LABEL);
      return;
    }
    Optional<ServiceDocument> document =
        index.resolve(
            ServiceDocument.class, Kinds.SERVICE, slice.metadata().namespace(), service, at);
    if (document.isEmpty()) {
      return;
    }
    Optional<Integer> port = port(slice, document.get());
    Place cluster =
        clusters.named(
            Optional.ofNullable(labels.get(EndpointSliceDocument.CLUSTER_LABEL))
                .map(id -> new Located<>(id, at)));
    boolean here =
        !labels.containsKey(EndpointSliceDocument.CLUSTER_LABEL)
            || cluster.cluster().equals(clusters.caller().cluster());
    Locality general =
        Clusters.refine(
            new Locality(
                labels.getOrDefault(EndpointSliceDocument.REGION_LABEL, ""),
                labels.getOrDefault(EndpointSliceDocument.ZONE_LABEL, ""),
                ""),
            cluster.locality());
    for (EndpointSliceDocument.Backend backend : slice.endpoints()) {
      if (backend.condition().isPresent() && !backend.address().isEmpty() && port.isPresent()) {
        Locality own = Clusters.refine(new Locality("", backend.zone(), ""), onNode(backend, here));
        Locality locality = Clusters.refine(own, general);
        members(members, document.get())
            .addUnlessThere(
                new Endpoint(
                    new Address(backend.address(), port.get()),
                    at(cluster, locality, backend.node()),
                    Labels.NONE,
                    1,
                    backend.hints(),
                    backend.condition().get()));
      }
    }
  }

  /** Where an endpoint's node stands; another cluster's nodes may have the same names. */
  private Locality onNode(EndpointSliceDocument.Backend backend, boolean here) {
    return Optional.of(backend.node())
        .filter(node -> here && !node.isEmpty())
        .flatMap(node -> index.find(NodeDocument.class, Kinds.NODE, NodeDocument.qualified(node)))
        .map(NodeDocument::locality)
        .orElse(Locality.UNKNOWN);
  }

  /** The endpoints' port: the slice's port with the name of the Service's port that routes use. */
  private Optional<Integer> port(EndpointSliceDocument slice, ServiceDocument service) {
    if (service.ports().isEmpty() || (slice.ports().isEmpty() && slice.endpoints().isEmpty())) {
      return Optional.empty();
    }
    ServiceDocument.Port port = used(service).orElse(service.ports().getFirst());
    Optional<EndpointSliceDocument.Port> found =
        slice.ports().stream().filter(p -> p.name().equals(port.name())).findFirst();
    if (found.isEmpty() && slicePorts(service).contains(port.name())) {
      // Pods that do not declare a named port have slices of their own without it.
      return Optional.empty();
    }
    if (found.isEmpty()) {
      slice
          .at()
          .problem(
              "has no port named "
                  + Quoted.of(port.name())
                  + " as the Service's port "
                  + port.number(),
              Nearest.hint(
                  port.name(),
                  slice.ports().stream().map(EndpointSliceDocument.Port::name).toList()));
      return Optional.empty();
    }
    return found
        .get()
        .number()
        .or(port::target)
        .or(() -> Optional.of(port.number()).filter(number -> number > 0));
  }

  /** The names of the ports in any of a Service's slices. */
  private Set<String> slicePorts(ServiceDocument service) {
    if (slicePorts.isEmpty()) {
      for (EndpointSliceDocument slice : index.all(EndpointSliceDocument.class)) {
        String of = slice.metadata().labels().getOrDefault(EndpointSliceDocument.SERVICE_LABEL, "");
        Set<String> names =
            slicePorts.computeIfAbsent(
                slice.metadata().namespace() + "/" + of, _ -> new HashSet<>());
        slice.ports().forEach(port -> names.add(port.name()));
      }
    }
    return slicePorts.getOrDefault(service.metadata().qualified(), Set.of());
  }

  private BalancerPolicy policy(ServiceName service) {
    Optional<TrafficPolicyDocument> document = Optional.ofNullable(policies.get(service));
    BalancerPolicy said =
        document.map(TrafficPolicyDocument::policy).orElse(BalancerPolicy.DEFAULT);
    BalancerPolicy policy =
        document.map(TrafficPolicyDocument::ownPreference).orElse(false)
            ? said
            : index
                .find(ServiceDocument.class, Kinds.SERVICE, service.toString())
                .flatMap(ServiceDocument::distribution)
                .map(distribution -> said.with(preferring(said.locality(), distribution)))
                .orElse(said);
    return document
        .flatMap(TrafficPolicyDocument::subset)
        .flatMap(this::subsetting)
        .map(policy::with)
        .orElse(policy);
  }

  private static LocalityPolicy preferring(LocalityPolicy said, TrafficDistribution distribution) {
    return new LocalityPolicy(
        said.mode(), distribution.policy().preference(), said.distribution(), said.spill());
  }

  private Optional<Subsetting> subsetting(TrafficPolicyDocument.Subset subset) {
    return subset.client().or(() -> client).map(name -> new Subsetting(name, subset.size()));
  }

  private Map<ServiceName, TrafficPolicyDocument> policies() {
    Map<ServiceName, Located<TrafficPolicyDocument>> found = new HashMap<>();
    for (TrafficPolicyDocument document : index.all(TrafficPolicyDocument.class)) {
      clusters.checkForbidden(document.forbiddenClusters(), document.forbiddenNetworks());
      document
          .subset()
          .filter(subset -> subset.client().or(() -> client).isEmpty())
          .ifPresent(
              subset ->
                  subset
                      .at()
                      .problem(
                          "needs a name of this client, and its host has none",
                          "add client: with a name that no other client has"));
      attach(document.metadata().namespace(), document.targets(), document, found);
    }
    return read(found);
  }

  private Map<ServiceName, Objective> objectives() {
    Map<ServiceName, Located<Objective>> found = new HashMap<>();
    for (TrafficObjectiveDocument document : index.all(TrafficObjectiveDocument.class)) {
      attach(document.metadata().namespace(), document.targets(), document.objective(), found);
    }
    return read(found);
  }

  /** A backend that does not exist gets no traffic, and with less than two there is no choice. */
  private Map<ServiceName, GeneratedRoute> generatedRoutes() {
    Map<ServiceName, GeneratedRoute> routes = new HashMap<>();
    for (TrafficObjectiveDocument document : index.all(TrafficObjectiveDocument.class)) {
      document
          .generatedRoute()
          .flatMap(route -> generated(document, route))
          .ifPresent(route -> routes.putIfAbsent(route.service(), route));
    }
    return routes;
  }

  private Optional<GeneratedRoute> generated(
      TrafficObjectiveDocument document, TrafficObjectiveDocument.Route route) {
    String namespace = document.metadata().namespace();
    String target = document.targets().getFirst().read();
    List<Backend> backends =
        route.backends().stream()
            .filter(each -> isThere(namespace, each))
            .map(Located::read)
            .toList();
    return target.isEmpty() || backends.size() < 2
        ? Optional.empty()
        : Optional.of(
            new GeneratedRoute(
                new ServiceName(namespace, target),
                document.metadata().name(),
                route.kind(),
                backends));
  }

  private boolean isThere(String namespace, Located<Backend> backend) {
    return refer(namespace, new Located<>(backend.read().name(), backend.at())).isPresent();
  }

  /** Services whose endpoints are spoken to in TLS. */
  SortedMap<ServiceName, UpstreamTls> tls(Certificates certificates) {
    Map<ServiceName, Located<UpstreamTls>> found = new HashMap<>();
    for (BackendTlsPolicyDocument document : index.all(BackendTlsPolicyDocument.class)) {
      if (!document.hostname().isEmpty()) {
        List<PeerName> names = document.names();
        UpstreamTls tls =
            new UpstreamTls(
                document.hostname(),
                names.isEmpty() ? List.of(new PeerName.Host(document.hostname())) : names,
                certificates.authorities(document.authorities(), document.metadata()));
        attach(document.metadata().namespace(), document.targets(), tls, found);
      }
    }
    return new TreeMap<>(read(found));
  }

  /**
   * Services whose endpoints are checked.
   *
   * @param tls of services that are spoken to in TLS
   */
  SortedMap<ServiceName, HealthCheck> checks(SortedMap<ServiceName, UpstreamTls> tls) {
    SortedMap<ServiceName, HealthCheck> checks = new TreeMap<>();
    policies.forEach(
        (service, policy) ->
            policy
                .check()
                .ifPresent(
                    check -> checks.put(service, check(service, check, host(service, tls)))));
    return checks;
  }

  /**
   * How services are treated that their policies say something of.
   *
   * @param tls of services that are spoken to in TLS
   */
  SortedMap<ServiceName, Treatment> treatments(SortedMap<ServiceName, UpstreamTls> tls) {
    SortedMap<ServiceName, Treatment> treatments = new TreeMap<>();
    policies.forEach(
        (service, policy) -> {
          Optional<LoadProbe> probe =
              policy
                  .probe()
                  .map(
                      said ->
                          new LoadProbe(
                              said.path(),
                              said.host().isEmpty() ? host(service, tls) : said.host(),
                              said.port(),
                              said.port().isPresent() ? said.protocol() : protocol(service)));
          Treatment treatment =
              new Treatment(probe, policy.answersProbes(), policy.connections(), policy.hedging());
          if (!treatment.equals(Treatment.DEFAULT)) {
            treatments.put(service, treatment);
          }
        });
    return treatments;
  }

  /** What a service's endpoints are asked for where no document says so. */
  private static String host(ServiceName service, SortedMap<ServiceName, UpstreamTls> tls) {
    UpstreamTls secured = tls.get(service);
    return secured == null ? service.name() : secured.serverName();
  }

  private HealthCheck check(
      ServiceName service, TrafficPolicyDocument.Check check, String general) {
    Protocol protocol = protocol(service, check);
    Probe probe =
        switch (check.probe()) {
          case Probe.Http http ->
              new Probe.Http(
                  http.path(), http.host().isEmpty() ? general : http.host(), http.good());
          case Probe.Grpc grpc -> {
            if (protocol != Protocol.H2C) {
              check
                  .at()
                  .problem(
                      "asks by gRPC, and " + service + " does not speak HTTP/2",
                      "write protocol: h2c or appProtocol: kubernetes.io/h2c there, or ask by http");
            }
            yield new Probe.Grpc(grpc.service(), grpc.host().isEmpty() ? general : grpc.host());
          }
          case Probe.Tcp tcp -> tcp;
        };
    return new HealthCheck(probe, check.port(), protocol, check.timeout());
  }

  /** What is spoken to a port of checks alone is what the check is made of. */
  private Protocol protocol(ServiceName service, TrafficPolicyDocument.Check check) {
    if (check.port().isEmpty()) {
      return protocol(service);
    }
    return check.probe() instanceof Probe.Grpc ? Protocol.H2C : Protocol.HTTP1;
  }

  private <T> void attach(
      String namespace, List<Located<String>> targets, T what, Map<ServiceName, Located<T>> found) {
    for (Located<String> target : targets) {
      Optional<ServiceName> service = refer(namespace, target);
      if (service.isEmpty()) {
        continue;
      }
      Located<T> first = found.putIfAbsent(service.get(), new Located<>(what, target.at()));
      if (first != null) {
        target
            .at()
            .problem(
                "a second one for Service " + Quoted.of(target.read()),
                "the first is at " + first.at().where());
      }
    }
  }

  private static <T> Map<ServiceName, T> read(Map<ServiceName, Located<T>> found) {
    Map<ServiceName, T> read = new HashMap<>();
    found.forEach((name, located) -> read.put(name, located.read()));
    return read;
  }

  private static Place at(Place cluster, Locality locality, String node) {
    return new Place(cluster.cluster(), locality, node, cluster.network());
  }

  /** One service's endpoints, while they are found. */
  private static final class Members {
    private final Map<Endpoint.Identity, Endpoint> endpoints = new LinkedHashMap<>();
    private final Map<List<Object>, DnsEndpoints> dns = new LinkedHashMap<>();

    /** A pod that moves between EndpointSlices is in both for a while: that is no mistake. */
    boolean addUnlessThere(Endpoint endpoint) {
      return endpoints.putIfAbsent(endpoint.identity(), endpoint) == null;
    }

    void add(Endpoint endpoint, Value at) {
      if (!addUnlessThere(endpoint)) {
        at.problem(
            endpoint.address() + " is listed twice in cluster " + Quoted.of(endpoint.cluster()),
            "keep one");
      }
    }

    void add(DnsEndpoints name, Value at) {
      Object first =
          dns.putIfAbsent(List.of(name.place().cluster(), name.host(), name.port()), name);
      if (first != null) {
        at.problem(Quoted.of(name.host()) + " is listed twice in one cluster", "keep one");
      }
    }

    List<Endpoint> endpoints() {
      return List.copyOf(endpoints.values());
    }

    List<DnsEndpoints> dns() {
      return List.copyOf(dns.values());
    }
  }
}

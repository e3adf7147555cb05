package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.balancer.locality.Residency;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.Spill;
import dev.fairlead.balancer.pick.Subsetting;
import dev.fairlead.balancer.pick.TrafficDistribution;
import dev.fairlead.discovery.Configuration.DnsEndpoints;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import dev.fairlead.route.Action;
import dev.fairlead.route.Affinity;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.HeaderEdits.Header;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Match;
import dev.fairlead.route.Match.PathMatch;
import dev.fairlead.route.Match.ValueMatch;
import dev.fairlead.route.Rewrite;
import dev.fairlead.route.Route;
import dev.fairlead.route.Rule;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Rate;
import dev.fairlead.steering.cost.Scope;
import dev.fairlead.steering.cost.Span;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.PolicyKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that documents can say, and what becomes of it. */
class ValidDocumentsTest {
  private static final List<Path> EVERYTHING =
      List.of(Path.of("src/test/resources/valid/everything.yaml"));
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final ServiceName CART = new ServiceName("default", "cart");

  private final Configuration configuration = accepted(Documents.read(EVERYTHING));

  private static Configuration accepted(Documents.Result result) {
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).configuration();
  }

  private static Here in(String cluster) {
    return new Here(Optional.of(cluster), Optional.empty());
  }

  private Rule rule(int index) {
    return route().rules().get(index);
  }

  private Route route() {
    return configuration.routes().listeners().getFirst().routes().getFirst();
  }

  @Test
  void aRouteAttachesToTheListenerThatItNamesAndNoOther() {
    List<Listener> listeners = configuration.routes().listeners();
    assertThat(listeners)
        .extracting(Listener::name)
        .containsExactly("edge/web/any", "edge/web/shop");
    assertThat(listeners).extracting(Listener::host).containsOnly("::1");
    assertThat(listeners.getFirst().hostname()).isEqualTo(HostPattern.ANY);
    assertThat(listeners.getLast().hostname()).isEqualTo(new HostPattern("*.example.com"));
    assertThat(listeners.getLast().routes()).isEmpty();
    assertThat(route().name()).isEqualTo("default/shop");
    assertThat(route().created()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z").toEpochMilli());
    assertThat(route().hosts())
        .containsExactly(new HostPattern("shop.example.com"), new HostPattern("*.example.org"));
  }

  @Test
  void aRuleSaysWhatToMatchChangeAndForward() {
    HeaderEdits edits =
        new HeaderEdits(
            List.of(new Header("x-a", "1")), List.of(new Header("x-b", "2")), List.of("x-c"));
    HeaderEdits response = new HeaderEdits(List.of(), List.of(), List.of("server"));
    Optional<Affinity> user = Optional.of(new Affinity.Header("x-user"));
    HeaderEdits cart =
        new HeaderEdits(List.of(new Header("x-backend", "cart")), List.of(), List.of());
    assertThat(rule(0))
        .isEqualTo(
            new Rule(
                "split",
                List.of(
                    new Match(
                        new PathMatch(PathMatch.Kind.EXACT, "/buy"),
                        Optional.of("POST"),
                        List.of(new ValueMatch("x-canary", "yes")),
                        List.of(new ValueMatch("v", "2"))),
                    new Match(
                        new PathMatch(PathMatch.Kind.PREFIX, "/old"),
                        Optional.empty(),
                        List.of(),
                        List.of())),
                edits,
                response,
                new Rewrite(Optional.of("up.example.com"), new Rewrite.Path.ReplaceFull("/new")),
                List.of(),
                Optional.empty(),
                new Action.Forward(
                    List.of(
                        new Action.Backend(
                            Optional.of(SHOP), 3, HeaderEdits.NONE, HeaderEdits.NONE, user),
                        new Action.Backend(
                            Optional.of(CART), 1, HeaderEdits.NONE, cart, Optional.empty()))),
                Duration.ofSeconds(90),
                Duration.ofMillis(250),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void aRuleCanAnswerByItself() {
    assertThat(rule(1).action())
        .isEqualTo(
            new Action.Redirect(
                Optional.of("https"),
                Optional.of("new.example.com"),
                Optional.of(8443),
                new Rewrite.Path.ReplacePrefix("/"),
                301));
    assertThat(rule(2).action())
        .isEqualTo(
            new Action.StaticReply(
                503, List.of(new Header("content-type", "text/plain")), "come back later\n"));
  }

  @Test
  void slicesGiveServingEndpointsOnTheNamedPortWithTheMostExactLocality() {
    assertThat(configuration.services().get(SHOP).endpoints())
        .containsExactly(
            new Endpoint(
                new Address("192.0.2.1", 8081),
                new Place("east", new Locality("eu", "eu-2", ""), "node-7", "")),
            new Endpoint(
                new Address("192.0.2.3", 8081),
                new Place("east", new Locality("eu", "eu-1", ""), "", ""),
                Labels.NONE,
                1,
                new Hints(Set.of("eu-1"), Set.of("node-7")),
                Endpoint.Condition.READY),
            new Endpoint(
                new Address("192.0.2.4", 8081),
                new Place("east", new Locality("eu", "eu-1", ""), "", ""),
                Labels.NONE,
                1,
                Hints.NONE,
                Endpoint.Condition.DRAINING),
            new Endpoint(
                new Address("2001:db8::1", 8082),
                new Place("west", new Locality("us", "us-1", "rack-1"), "", "n1")));
  }

  @Test
  void theShortFormGivesAddressesAndNames() {
    Place west = new Place("west", new Locality("us", "us-2", "rack-9"), "", "n1");
    ServiceConfig cart = configuration.services().get(CART);
    assertThat(cart.endpoints())
        .containsExactly(
            new Endpoint(new Address("127.0.0.1", 9001), west),
            new Endpoint(new Address("::1", 9002), west, new Labels(Map.of("version", "v2")), 0.5));
    assertThat(cart.dns())
        .containsExactly(
            new DnsEndpoints(
                "cart.east.example",
                80,
                new Place("east", new Locality("us-east", "", ""), "", ""),
                2,
                Duration.ofSeconds(10)));
  }

  @Test
  void policiesAttachToTheServicesThatTheyName() {
    BalancerPolicy hashing =
        new BalancerPolicy(
            new Algorithm.RingHash(OptionalDouble.of(1.25)),
            TrafficDistribution.PREFER_SAME_NODE.policy());
    BalancerPolicy search =
        new BalancerPolicy(
            new Algorithm.WrrReported(
                new LoadWeighting(
                    2, Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofSeconds(2))),
            new LocalityPolicy(
                LocalityPolicy.Mode.WEIGHTED,
                LocalityPolicy.DEFAULT.preference(),
                List.of(
                    new LocalityPolicy.Portion(new LocalityPattern("us", "us-1", "*"), 80),
                    new LocalityPolicy.Portion(new LocalityPattern("*", "*", "*"), 20)),
                new Spill(150, 40, false)),
            new Residency(
                Set.of("east", "cn-*"), Set.of(new LocalityPattern("eu", "*", "*")), Set.of("n1")),
            Optional.of(new Subsetting("edge-1", 20)),
            Optional.empty(),
            new OutlierDetection(
                3,
                Duration.ofSeconds(5),
                Optional.of(new OutlierDetection.SuccessRate(3, 50, 2, 0.05)),
                Optional.of(new OutlierDetection.Latency(4, 60, 2.5, Duration.ofMillis(20))),
                new OutlierDetection.Ejection(
                    Duration.ofSeconds(10), Duration.ofMinutes(1), 0.2, 0.3)),
            new WarmUp(Duration.ofMinutes(1), 2, 0.05),
            new RequestLimits(100, 1000),
            Optional.of(
                new AdaptiveConcurrency(
                    5, 500, 50, Duration.ofMillis(200), Duration.ofSeconds(30), 0.5)),
            new RetryAllowance(0.1, 5, Duration.ofSeconds(20)));
    BalancerPolicy both =
        new BalancerPolicy(
            new Algorithm.PeakEwma(
                3,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ZERO,
                Duration.ofMillis(50)),
            new LocalityPolicy(LocalityPolicy.Mode.STRICT, List.of()));
    assertThat(configuration.services().values())
        .extracting(ServiceConfig::policy)
        .containsExactly(both, search, hashing);
    assertThat(configuration.services().get(SHOP).objective())
        .contains(
            new Objective(
                PolicyKind.EVEN,
                Mode.ADVISE,
                Duration.ofSeconds(1),
                new ChangeControl(0.015, 0.2, 3, true)));
    assertThat(configuration.services().get(SHOP).generatedRoute())
        .contains(
            new GeneratedRoute(
                SHOP,
                "shop",
                "GRPCRoute",
                List.of(
                    new GeneratedRoute.Backend("shop", 80, 1),
                    new GeneratedRoute.Backend("cart", 8080, 0))));
    assertThat(configuration.services().get(CART).generatedRoute()).isEmpty();
    assertThat(configuration.services().get(CART).objective())
        .contains(
            new Objective(
                    PolicyKind.OPTIMIZED,
                    Mode.OBSERVE,
                    Objective.DEFAULT_PERIOD,
                    ChangeControl.OFF,
                    Valuation.of(Valuation.Objective.COST, 0.0025)
                        .withCeiling(300e6)
                        .withFloor(0.5, 0.02)
                        .withPrices(List.of(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7), 3),
                    150)
                .shedding(true));
  }

  @Test
  void aCallGraphSteersItsServicesTogether() {
    Configuration called =
        accepted(
            Documents.read(
                "calls.yaml",
                """
                apiVersion: fairlead.dev/v1alpha1
                kind: TrafficObjective
                metadata: {name: tree, namespace: shop}
                spec:
                  targetRefs:
                    - {kind: Service, name: web}
                    - {kind: Service, name: cart}
                    - {kind: Service, name: db}
                    - {kind: Service, name: other}
                  policy: multi-hop
                  objective: cost
                  valueOfMillisecond: 1
                  latencyCeiling: 300ms
                  valueOfTurnaround: 2
                  callGraph:
                    - {caller: cart, callee: db, callsPerRequest: 2.5, waited: 40%}
                    - {caller: web, callee: cart}
                    - caller: web
                      callee: db
                      callsPerRequest: 1
                      byClass: [{class: 7, callsPerRequest: 3}]
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: ServiceEndpoints
                metadata: {name: web, namespace: shop}
                spec: {clusters: [{addresses: []}]}
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: ServiceEndpoints
                metadata: {name: cart, namespace: shop}
                spec: {clusters: [{addresses: []}]}
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: ServiceEndpoints
                metadata: {name: db, namespace: shop}
                spec: {clusters: [{addresses: []}]}
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: ServiceEndpoints
                metadata: {name: other, namespace: shop}
                spec: {clusters: [{addresses: []}]}
                """));
    ServiceName web = new ServiceName("shop", "web");
    ServiceName cart = new ServiceName("shop", "cart");
    ServiceName db = new ServiceName("shop", "db");
    Objective objective = called.services().get(web).objective().orElseThrow();
    assertThat(called.services().values())
        .extracting(ServiceConfig::objective)
        .containsOnly(Optional.of(objective));
    assertThat(objective.policy()).isEqualTo(PolicyKind.MULTI_HOP);
    assertThat(objective.valuation())
        .isEqualTo(Valuation.of(Valuation.Objective.COST, 0.001).withCeiling(300e6));
    assertThat(objective.turnaround()).isEqualTo(0.002);
    CallGraph graph = objective.callGraph().orElseThrow();
    assertThat(graph.services()).containsExactly(web, cart, db);
    assertThat(graph.calls())
        .containsExactly(
            new CallGraph.Call(cart, db, Map.of(-1, 2.5), 0.4),
            new CallGraph.Call(web, cart, Map.of(), 1),
            new CallGraph.Call(web, db, Map.of(-1, 1.0, 7, 3.0), 1));
  }

  static Stream<Arguments> affinities() {
    return Stream.of(
        arguments(
            "balancer: {policy: ring-hash, affinity: {header: X-User}}",
            new Affinity.Header("x-user")),
        arguments(
            "balancer: {policy: maglev, affinity: {cookie: Sid}}", new Affinity.Cookie("Sid")),
        arguments(
            "balancer: {policy: rendezvous, affinity: {query: userId}}",
            new Affinity.Query("userId")),
        arguments(
            "balancer: {policy: maglev, affinity: {grpcMetadata: tenant-bin}}",
            new Affinity.GrpcMetadata("tenant-bin")),
        arguments(
            "balancer: {policy: maglev, affinity: {sourceAddress: true}}",
            new Affinity.SourceAddress()),
        arguments(
            "balancer: {policy: maglev, draws: null, affinity: {cookie: sid, query: null}}",
            new Affinity.Cookie("sid")),
        arguments("balancer: {affinity: null}", null),
        arguments("balancer: {}", null),
        arguments("locality: {}", null));
  }

  @ParameterizedTest
  @MethodSource("affinities")
  void aServicesAffinityReachesEachOfItsBackendsAndNoOther(
      String balancer, @Nullable Affinity affinity) {
    Configuration one =
        accepted(
            Documents.read(
                "one.yaml",
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: web}
                spec:
                  gatewayClassName: fairlead
                  listeners: [{name: http, protocol: HTTP, port: 8080}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  parentRefs: [{name: web}]
                  rules:
                    - backendRefs: [{name: shop}, {name: cart, weight: 2}]
                    - backendRefs: [{name: shop, weight: 3}]
                      matches: [{path: {value: /a}}]
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: ServiceEndpoints
                metadata: {name: shop}
                spec: {clusters: [{addresses: []}]}
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: ServiceEndpoints
                metadata: {name: cart}
                spec: {clusters: [{addresses: []}]}
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: TrafficPolicy
                metadata: {name: shop}
                spec:
                  targetRefs: [{kind: Service, name: shop}]
                  %s
                """
                    .formatted(balancer)));
    assertThat(one.routes().listeners().getFirst().routes().getFirst().rules())
        .flatExtracting(rule -> ((Action.Forward) rule.action()).backends())
        .extracting(Action.Backend::weight, Action.Backend::affinity)
        .containsExactly(
            tuple(1, Optional.ofNullable(affinity)),
            tuple(2, Optional.empty()),
            tuple(3, Optional.ofNullable(affinity)));
  }

  @Test
  void aSymmetricPriceHoldsBothWays() {
    Locality west = new Locality("us", "us-1", "");
    Locality east = new Locality("us-east", "", "");
    assertThat(configuration.prices().prices())
        .contains(new Price(west, east, 0.02), new Price(east, west, 0.02));
  }

  @Test
  void aPriceSheetSaysItsSpansTiersSurchargesAndWhereItIsFrom() {
    PriceList prices = configuration.prices();
    Rate tiers =
        new Rate(
            List.of(new Rate.Tier(10_240, 0.09), new Rate.Tier(Double.POSITIVE_INFINITY, 0.085)));
    assertThat(prices.prices())
        .contains(
            price("", "*", "*", Span.CROSS_ZONE, Rate.flat(0.01), true, 0),
            price("", "us*", "*", Span.CROSS_REGION, Rate.flat(0.02), false, 0),
            price("", "us", "*", Span.INTERNET, tiers, false, 500))
        .hasSize(5);
    Scope nat =
        new Scope("p", LocalityPattern.parse("us/us-1"), LocalityPattern.parse("*"), Span.ANY);
    assertThat(prices.surcharges())
        .containsExactlyInAnyOrder(
            price("nat", "us/us-1/*", "*", Span.ANY, Rate.flat(0.045), false, 0),
            new Price("nat", nat.reversed(), Rate.flat(0.045), false, 0));
    assertThat(prices.providers()).containsExactly(Map.entry("us", "p"));
    assertThat(prices.sheets())
        .containsExactly(
            new PriceList.Sheet("default/egress", "", "", "", false),
            new PriceList.Sheet(
                "default/list", "p", "https://prices.example/list", "2026-07-20", true));
  }

  private static Price price(
      String name, String from, String to, Span span, Rate rate, boolean both, double elsewhere) {
    Scope scope = new Scope("p", LocalityPattern.parse(from), LocalityPattern.parse(to), span);
    return new Price(name, scope, rate, both, elsewhere);
  }

  @Test
  void theLocalClusterIsTheProfilesUnlessOverridden() {
    assertThat(configuration.caller())
        .isEqualTo(new Place("west", new Locality("us", "us-1", "rack-1"), "", "n1"));

    Configuration east = accepted(Documents.read(EVERYTHING, in("east")));
    assertThat(east.caller().cluster()).isEqualTo("east");
    assertThat(east.clusters())
        .filteredOn(Configuration.Cluster::local)
        .extracting(Configuration.Cluster::id)
        .containsExactly("east");

    assertThat(((Refused) Documents.read(EVERYTHING, in("eats"))).problems())
        .extracting(Problem::toString)
        .containsExactly("--cluster: no ClusterProfile 'eats' (did you mean 'east'?)");
  }

  @Test
  void aLinkLeadsBothWaysUnlessTheOtherEndSaysElse() {
    assertThat(configuration.clusters())
        .filteredOn(cluster -> Set.of("west", "east").contains(cluster.id()))
        .extracting(Configuration.Cluster::roundTrips)
        .containsExactly(
            new TreeMap<>(Map.of("west", Duration.ofMillis(60))),
            new TreeMap<>(Map.of("east", Duration.ofMillis(60))));
  }

  @Test
  void aClusterSaysWhatAnswersPingsThere() {
    assertThat(configuration.clusters())
        .filteredOn(cluster -> cluster.ping().isPresent())
        .extracting(cluster -> cluster.id() + " " + cluster.ping().get())
        .containsExactly("east https://gateway.east.example:8443/livez?from=west");
  }

  @Test
  void nothingSaidIsTheDefault() {
    Configuration one =
        accepted(
            Documents.read(
                "one.yaml",
                """
                apiVersion: fairlead.dev/v1alpha1
                kind: ServiceEndpoints
                metadata: {name: shop}
                spec: {clusters: [{addresses: []}]}
                ---
                """));
    assertThat(one.caller()).isEqualTo(Place.UNKNOWN);
    ServiceConfig shop = one.services().get(SHOP);
    assertThat(shop.policy()).isEqualTo(BalancerPolicy.DEFAULT);
    assertThat(shop.objective()).isEmpty();
    assertThat(shop.endpoints()).isEmpty();
  }
}

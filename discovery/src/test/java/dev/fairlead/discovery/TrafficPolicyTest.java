package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.OutlierDetection.Ejection;
import dev.fairlead.balancer.health.OutlierDetection.Latency;
import dev.fairlead.balancer.health.OutlierDetection.SuccessRate;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.balancer.locality.Residency;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy.Mode;
import dev.fairlead.balancer.pick.LocalityPolicy.Portion;
import dev.fairlead.balancer.pick.LocalityPolicy.Scope;
import dev.fairlead.balancer.pick.Spill;
import dev.fairlead.balancer.pick.Subsetting;
import dev.fairlead.balancer.probe.LoadField;
import dev.fairlead.balancer.probe.ProbePolicy;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import dev.fairlead.route.ConnectionLimits;
import dev.fairlead.route.HealthCheck;
import dev.fairlead.route.Hedging;
import dev.fairlead.route.LoadProbe;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.Treatment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each field of a TrafficPolicy becomes for the balancer. */
class TrafficPolicyTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final BalancerPolicy DEFAULT = BalancerPolicy.DEFAULT;
  private static final Here POD = new Here(Optional.empty(), Optional.of("pod-7"));
  private static final List<Scope> PREFERENCE = LocalityPolicy.DEFAULT.preference();

  private static Documents.Result read(String spec, Here here) {
    return Documents.read(
        "one.yaml",
        """
        apiVersion: fairlead.dev/v1alpha1
        kind: ServiceEndpoints
        metadata: {name: shop}
        spec: {clusters: [{addresses: []}]}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: TrafficPolicy
        metadata: {name: shop}
        spec:
          targetRefs: [{kind: Service, name: shop}]
          %s
        """
            .formatted(spec),
        here);
  }

  private static BalancerPolicy policy(String spec) {
    Documents.Result result = read(spec, POD);
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).configuration().services().get(SHOP).policy();
  }

  @Test
  void aHealthCheckSaysWhatIsAskedAndHowOften() {
    Documents.Result result =
        read(
            "healthCheck: {http: {path: /ok, statuses: [200, 300-399]}, interval: 1s, jitter: 0%,"
                + " timeout: 500ms, unhealthyThreshold: 1}",
            POD);
    assertThat(result).isInstanceOf(Accepted.class);
    Configuration read = ((Accepted) result).configuration();
    assertThat(read.services().get(SHOP).policy().checks())
        .contains(new ActiveCheckPolicy(Duration.ofSeconds(1), 0, 2, 1, Duration.ofMillis(5500)));
    assertThat(read.routes().checks())
        .containsExactly(
            entry(
                SHOP,
                new HealthCheck(
                    new HealthCheck.Probe.Http(
                        "/ok",
                        "shop",
                        List.of(
                            new HealthCheck.Statuses(200, 200),
                            new HealthCheck.Statuses(300, 399))),
                    OptionalInt.empty(),
                    Protocol.HTTP1,
                    Duration.ofMillis(500))));
    assertThat(policy("healthCheck: {tcp: {}}").checks())
        .contains(new ActiveCheckPolicy(Duration.ofSeconds(2), 0.2, 2, 3, Duration.ofSeconds(11)));
  }

  @Test
  void aPortOfItsOwnIsSpokenToAsTheCheckIsMade() {
    for (String probe : List.of("http: {port: 9}", "grpc: {port: 9}", "tcp: {port: 9}")) {
      Documents.Result result = read("healthCheck: {" + probe + "}", POD);
      assertThat(result).isInstanceOf(Accepted.class);
      HealthCheck check = ((Accepted) result).configuration().routes().checks().get(SHOP);
      assertThat(check.port()).hasValue(9);
      assertThat(check.protocol())
          .isEqualTo(probe.startsWith("grpc") ? Protocol.H2C : Protocol.HTTP1);
    }
  }

  @Test
  void connectionsAreLimitedAndWhoWaitsForThem() {
    Documents.Result result =
        read("limits: {connectionsPerEndpoint: 7, pendingPerEndpoint: 3}", POD);
    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(((Accepted) result).configuration().routes().treatment(SHOP).connections())
        .isEqualTo(new ConnectionLimits(7, 3));
  }

  static Stream<Arguments> hedging() {
    return Stream.of(
        arguments(
            "{delay: 50ms}", new Hedging(Duration.ofMillis(50), OptionalDouble.empty(), false)),
        arguments(
            "{quantile: 95%, anyMethod: true}",
            new Hedging(Duration.ZERO, OptionalDouble.of(0.95), true)),
        arguments(
            "{delay: 1s, quantile: 99.5%}",
            new Hedging(Duration.ofSeconds(1), OptionalDouble.of(0.995), false)));
  }

  @ParameterizedTest
  @MethodSource("hedging")
  void hedgingIsAfterADelayOrAQuantile(String said, Hedging expected) {
    Documents.Result result = read("hedging: " + said, POD);
    assertThat(result).isInstanceOf(Accepted.class);
    assertThat(((Accepted) result).configuration().routes().treatment(SHOP).hedging())
        .contains(expected);
  }

  private static Optional<LoadProbe> probe(String balancer) {
    Documents.Result result = read("balancer: {policy: prequal" + balancer + "}", POD);
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).configuration().routes().treatment(SHOP).probe();
  }

  @Test
  void prequalSaysHowEndpointsAreAsked() {
    assertThat(probe(""))
        .contains(new LoadProbe(LoadField.PATH, "shop", OptionalInt.empty(), Protocol.HTTP1));
    assertThat(probe(", probes: {path: '/load?a=1', host: x.example, port: 9}"))
        .contains(new LoadProbe("/load?a=1", "x.example", OptionalInt.of(9), Protocol.HTTP1));
  }

  @Test
  void aServiceIsAnsweredForOnlyWhereItsPolicySaysSo() {
    for (boolean said : new boolean[] {true, false}) {
      Documents.Result result = read("answerProbes: " + said, POD);
      assertThat(result).isInstanceOf(Accepted.class);
      assertThat(((Accepted) result).configuration().routes().treatment(SHOP))
          .isEqualTo(
              new Treatment(Optional.empty(), said, ConnectionLimits.NONE, Optional.empty()));
    }
  }

  static Stream<Arguments> algorithms() {
    return Stream.of(
        arguments("{}", Algorithm.DEFAULT),
        arguments("{policy: random}", new Algorithm.Random()),
        arguments("{policy: round-robin}", new Algorithm.RoundRobin()),
        arguments("{policy: least-request}", new Algorithm.LeastRequest()),
        arguments("{policy: p2c, draws: 10}", new Algorithm.P2c(10)),
        arguments("{policy: prequal}", Algorithm.Prequal.DEFAULT),
        arguments(
            "{policy: prequal, probes: {poolSize: 8, age: 2s, perRequest: 0.5, timeout: 5ms,"
                + " hotQuantile: 0.5, removalsPerRequest: 0.25, slack: 2}}",
            new Algorithm.Prequal(
                new ProbePolicy(
                    8, Duration.ofSeconds(2), 0.5, Duration.ofMillis(5), 0.5, 0.25, 2))),
        arguments("{policy: wrr-reported}", Algorithm.WrrReported.DEFAULT),
        arguments(
            "{policy: wrr-reported, errorPenalty: 0.5, blackout: 0s, expiry: 1m, update: 500ms}",
            new Algorithm.WrrReported(
                new LoadWeighting(
                    0.5, Duration.ZERO, Duration.ofMinutes(1), Duration.ofMillis(500)))),
        arguments("{policy: ring-hash, affinity: {cookie: a}}", Algorithm.RingHash.DEFAULT),
        arguments(
            "{policy: maglev, boundedLoad: 1.001, affinity: {cookie: a}}",
            new Algorithm.Maglev(OptionalDouble.of(1.001))),
        arguments(
            "{policy: rendezvous, boundedLoad: 2, affinity: {cookie: a}}",
            new Algorithm.Rendezvous(OptionalDouble.of(2))));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void theBalancersPolicyIsNamedWithItsOwnFields(String balancer, Algorithm algorithm) {
    assertThat(policy("balancer: " + balancer)).isEqualTo(DEFAULT.with(algorithm));
  }

  static Stream<Arguments> localities() {
    return Stream.of(
        arguments("{}", LocalityPolicy.DEFAULT),
        arguments(
            "{mode: strict, preference: [CLUSTER]}",
            new LocalityPolicy(Mode.STRICT, List.of(Scope.CLUSTER))),
        arguments(
            "{mode: weighted, distribute: [{locality: us/a*, weight: 2.5}, {locality: '*',"
                + " weight: 0}]}",
            new LocalityPolicy(
                Mode.WEIGHTED,
                PREFERENCE,
                List.of(
                    new Portion(new LocalityPattern("us", "a*", "*"), 2.5),
                    new Portion(new LocalityPattern("*", "*", "*"), 0)),
                Spill.DEFAULT)),
        arguments("{spill: {}}", LocalityPolicy.DEFAULT),
        arguments(
            "{spill: {overprovisioning: 100%, panicThreshold: 0%, byLoad: true}}",
            new LocalityPolicy(Mode.FAILOVER, PREFERENCE, List.of(), new Spill(100, 0, true))));
  }

  @ParameterizedTest
  @MethodSource("localities")
  void localitySaysWhereEndpointsAreAndWhatSpills(String locality, LocalityPolicy expected) {
    assertThat(policy("locality: " + locality)).isEqualTo(DEFAULT.with(expected));
  }

  @Test
  void residencyForbidsPlaces() {
    assertThat(
            policy(
                "residency: {forbidden: {clusters: [east, us-*], localities: [eu/eu-1, ap-*],"
                    + " networks: [n1, '']}}"))
        .isEqualTo(
            DEFAULT.with(
                new Residency(
                    Set.of("east", "us-*"),
                    Set.of(
                        new LocalityPattern("eu", "eu-1", "*"),
                        new LocalityPattern("ap-*", "*", "*")),
                    Set.of("n1", ""))));
  }

  static Stream<Arguments> outliers() {
    OutlierDetection d = OutlierDetection.DEFAULT;
    return Stream.of(
        arguments("{}", d),
        arguments("null", OutlierDetection.OFF),
        arguments(
            "{consecutiveFailures: 3, interval: 1s, successRate: {enabled: false}, latency:"
                + " {enabled: false}}",
            new OutlierDetection(
                3, Duration.ofSeconds(1), Optional.empty(), Optional.empty(), d.ejection())),
        arguments(
            "{consecutiveFailures: 0, successRate: {minHosts: 2, minRequests: 10, deviations: 2.5,"
                + " leastGap: 29%}, latency: {minHosts: 3, minRequests: 20, factor: 1.5, floor:"
                + " 0s}}",
            new OutlierDetection(
                0,
                d.interval(),
                Optional.of(new SuccessRate(2, 10, 2.5, 0.29)),
                Optional.of(new Latency(3, 20, 1.5, Duration.ZERO)),
                d.ejection())),
        arguments(
            "{ejection: {base: 10m}}",
            new OutlierDetection(
                d.consecutiveFailures(),
                d.interval(),
                d.successRate(),
                d.latency(),
                new Ejection(Duration.ofMinutes(10), Duration.ofMinutes(10), 0.1, 0.5))),
        arguments(
            "{ejection: {base: 1s, longest: 5s, jitter: 0%, maxShare: 12.5%}}",
            new OutlierDetection(
                d.consecutiveFailures(),
                d.interval(),
                d.successRate(),
                d.latency(),
                new Ejection(Duration.ofSeconds(1), Duration.ofSeconds(5), 0, 0.125))));
  }

  @ParameterizedTest
  @MethodSource("outliers")
  void outlierDetectionIsOffUnlessSaid(String outliers, OutlierDetection expected) {
    assertThat(policy("outlierDetection: " + outliers)).isEqualTo(DEFAULT.with(expected));
  }

  static Stream<Arguments> warmUps() {
    return Stream.of(
        arguments("{}", WarmUp.DEFAULT),
        arguments("null", WarmUp.OFF),
        arguments(
            "{window: 2m, aggression: 1.5, min: 5%}",
            new WarmUp(Duration.ofMinutes(2), 1.5, 0.05)));
  }

  @ParameterizedTest
  @MethodSource("warmUps")
  void warmUpIsOffUnlessSaid(String warmUp, WarmUp expected) {
    assertThat(policy("warmUp: " + warmUp)).isEqualTo(DEFAULT.with(expected));
  }

  static Stream<Arguments> limits() {
    AdaptiveConcurrency d = AdaptiveConcurrency.DEFAULT;
    int none = Integer.MAX_VALUE;
    return Stream.of(
        arguments("{perEndpoint: 5}", DEFAULT.with(new RequestLimits(5, none))),
        arguments("{perService: 9}", DEFAULT.with(new RequestLimits(none, 9))),
        arguments("{adaptive: {}}", DEFAULT.with(d)),
        arguments(
            "{perEndpoint: 1, adaptive: {min: 1, max: 10, window: 2m}}",
            DEFAULT
                .with(new RequestLimits(1, none))
                .with(
                    new AdaptiveConcurrency(
                        1, 10, 10, Duration.ofMinutes(2), Duration.ofMinutes(2), d.buffer()))),
        arguments(
            "{adaptive: {min: 2000, buffer: 300%}}",
            DEFAULT.with(
                new AdaptiveConcurrency(2000, 2000, 2000, d.window(), d.measureInterval(), 3))),
        arguments(
            "{adaptive: {min: 5, max: 50, initial: 6, window: 50ms, measureInterval: 1s, buffer:"
                + " 0%}}",
            DEFAULT.with(
                new AdaptiveConcurrency(
                    5, 50, 6, Duration.ofMillis(50), Duration.ofSeconds(1), 0))));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void whatALimitLeavesOpenFollowsFromTheRest(String limits, BalancerPolicy expected) {
    assertThat(policy("limits: " + limits)).isEqualTo(expected);
  }

  @Test
  void retriesHaveABudget() {
    assertThat(policy("retryBudget: {}")).isEqualTo(DEFAULT);
    assertThat(policy("retryBudget: {ratio: 0%, perSecond: 0.5, window: 1m}"))
        .isEqualTo(DEFAULT.with(new RetryAllowance(0, 0.5, Duration.ofMinutes(1))));
  }

  @Test
  void aSubsetIsTheHostsUnlessTheClientIsNamed() {
    assertThat(policy("subset: {size: 20}")).isEqualTo(DEFAULT.with(new Subsetting("pod-7", 20)));
    assertThat(policy("subset: {size: 3, client: edge 1}"))
        .isEqualTo(DEFAULT.with(new Subsetting("edge 1", 3)));
    assertThat(((Refused) read("subset: {size: 20}", Here.UNKNOWN)).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "one.yaml:11:11: spec.subset: needs a name of this client, and its host has none"
                + " (add client: with a name that no other client has)");
  }
}

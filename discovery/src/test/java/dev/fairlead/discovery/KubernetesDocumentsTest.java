package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Endpoint.Condition;
import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.TrafficDistribution;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents as the tools of Kubernetes print them. */
class KubernetesDocumentsTest {
  private static final ServiceName SHOP = new ServiceName("shop", "shop");

  /** A Service with two named ports, of which one may also be asked for by UDP. */
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: shop, namespace: shop}
      spec: {ports: [{name: http, port: 80, targetPort: web}, {name: dns, port: 80, protocol: UDP}]}
      """;

  private static String slice(String name, String rest) {
    return """
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: %s, namespace: shop, labels: {kubernetes.io/service-name: shop}}
    addressType: IPv4
    %s
    """
        .formatted(name, rest);
  }

  private static ServiceConfig shop(Documents.Result result) {
    assertThat(result).isInstanceOf(Accepted.class);
    return Objects.requireNonNull(((Accepted) result).configuration().services().get(SHOP));
  }

  private static List<String> endpoints(Documents.Result result) {
    return shop(result).endpoints().stream().map(Endpoint::address).map(Object::toString).toList();
  }

  @Test
  void whatKubectlPrintsIsReadAsItIs() {
    Documents.Result result =
        Documents.read(List.of(Path.of("src/test/resources/valid/kubectl.yaml")));

    assertThat(endpoints(result)).containsExactly("10.244.0.7:8080");
    Configuration configuration = ((Accepted) result).configuration();
    assertThat(configuration.routes().listeners())
        .singleElement()
        .satisfies(
            listener -> {
              assertThat(listener.name()).isEqualTo("shop/web/http");
              assertThat(listener.routes()).hasSize(1);
            });
  }

  @Test
  void aMistakeInAListNamesTheItem() {
    Documents.Result result =
        Documents.read(
            "list.yaml",
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Service
              metadata: {name: shop}
              spec: {ports: [{port: 0}]}
            """);

    assertThat(((Refused) result).problems())
        .extracting(Problem::toString)
        .containsExactly("list.yaml:7:25: items[0].spec.ports[0].port: 0 is outside 1…65535");
  }

  @Test
  void aMirrorSaysItsCluster() {
    String mirror =
        SERVICE.replace(
            "namespace: shop}", "namespace: shop, labels: {mirror.linkerd.io/cluster-name: east}}");
    assertThat(shop(Documents.read("mirror.yaml", mirror)).mirrored()).contains("east");
    assertThat(shop(Documents.read("own.yaml", SERVICE)).mirrored()).isEmpty();
  }

  @Test
  void aPodInTwoSlicesIsOneEndpoint() {
    String pod = "endpoints: [{addresses: [10.0.0.1]}]\nports: [{name: http, port: 8080}]";
    assertThat(endpoints(Documents.read("twice.yaml", SERVICE + slice("a", pod) + slice("b", pod))))
        .containsExactly("10.0.0.1:8080");
  }

  @Test
  void podsWithoutTheNamedPortAreLeftOutWhileOthersHaveIt() {
    String with =
        slice("a", "endpoints: [{addresses: [10.0.0.1]}]\nports: [{name: http, port: 1}]");
    String without = slice("b", "endpoints: [{addresses: [10.0.0.2]}]\nports: []");
    assertThat(endpoints(Documents.read("some.yaml", SERVICE + with + without)))
        .containsExactly("10.0.0.1:1");

    Documents.Result none = Documents.read("none.yaml", SERVICE + without);
    assertThat(((Refused) none).problems())
        .extracting(Problem::message)
        .containsExactly("has no port named 'http' as the Service's port 80");
  }

  static Stream<Arguments> conditions() {
    return Stream.of(
        arguments("{}", Condition.READY),
        arguments("{ready: null, serving: null, terminating: null}", Condition.READY),
        arguments("{ready: true, serving: true, terminating: false}", Condition.READY),
        // A Service that publishes addresses that are not ready wants them used.
        arguments("{ready: true, serving: false, terminating: true}", Condition.READY),
        arguments("{ready: false, serving: true, terminating: true}", Condition.DRAINING),
        arguments("{ready: false, serving: false, terminating: true}", null),
        arguments("{ready: false, terminating: true}", null),
        arguments("{ready: false, serving: true, terminating: false}", null),
        arguments("{ready: false}", null));
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void anEndpointThatEndsIsKeptWhileItServes(String conditions, @Nullable Condition condition) {
    String slice =
        slice(
            "a",
            """
            endpoints: [{addresses: [10.0.0.1], conditions: %s}]
            ports: [{name: http, port: 1}]"""
                .formatted(conditions));
    assertThat(shop(Documents.read("conditions.yaml", SERVICE + slice)).endpoints())
        .extracting(Endpoint::condition)
        .isEqualTo(condition == null ? List.of() : List.of(condition));
  }

  @Test
  void hintsSayForWhomAnEndpointIs() {
    String slice =
        slice(
            "a",
            """
            endpoints:
              - addresses: [10.0.0.1]
                hints: {forZones: [{name: eu-1}, {name: eu-2}], forNodes: [{name: node-1}]}
              - addresses: [10.0.0.2]
                hints: {forZones: null}
            ports: [{name: http, port: 1}]""");
    assertThat(shop(Documents.read("hints.yaml", SERVICE + slice)).endpoints())
        .extracting(Endpoint::hints)
        .containsExactly(new Hints(Set.of("eu-1", "eu-2"), Set.of("node-1")), Hints.NONE);
  }

  /** A Service that would rather have its node, and its TrafficPolicy. */
  private static LocalityPolicy locality(String locality) {
    return shop(Documents.read(
            "distribution.yaml",
            """
                apiVersion: v1
                kind: Service
                metadata: {name: shop, namespace: shop}
                spec: {ports: [{port: 80}], trafficDistribution: PreferSameNode}
                ---
                apiVersion: fairlead.dev/v1alpha1
                kind: TrafficPolicy
                metadata: {name: shop, namespace: shop}
                spec:
                  targetRefs: [{kind: Service, name: shop}]
                  %s
                """
                .formatted(locality)))
        .policy()
        .locality();
  }

  @Test
  void trafficDistributionIsThePreferenceUnlessAPolicyHasOne() {
    LocalityPolicy node = TrafficDistribution.PREFER_SAME_NODE.policy();
    assertThat(locality("warmUp: {}")).isEqualTo(node);
    assertThat(locality("locality: {mode: strict}"))
        .isEqualTo(new LocalityPolicy(LocalityPolicy.Mode.STRICT, node.preference()));
    assertThat(locality("locality: {preference: [REGION]}"))
        .isEqualTo(
            new LocalityPolicy(LocalityPolicy.Mode.FAILOVER, List.of(LocalityPolicy.Scope.REGION)));

    String alone = SERVICE.replace("spec: {", "spec: {trafficDistribution: PreferClose, ");
    assertThat(shop(Documents.read("alone.yaml", alone)).policy().locality())
        .isEqualTo(TrafficDistribution.PREFER_CLOSE.policy());
  }
}

package dev.fairlead.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.route.Action;
import dev.fairlead.route.Listener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;

/** What holds for any API: fabric8's mock and a real server. */
abstract class Watching {
  static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {namespace: shop, name: web}
      spec: {ports: [{name: http, port: 80, targetPort: 8080}], selector: {app: web}}
      """;

  static final String GATEWAY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {namespace: shop, name: edge}
      spec:
        gatewayClassName: fairlead
        listeners: [{name: http, port: 8080, protocol: HTTP}]
      """;

  static final String ROUTE = route("web", "edge", "web");

  static String route(String name, String gateway, String service) {
    return """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {namespace: shop, name: %s}
        spec:
          parentRefs: [{name: %s}]
          rules:
            - matches: [{path: {type: PathPrefix, value: /%s}}]
              backendRefs: [{name: %s, port: 80}]
        """
        .formatted(name, gateway, name, service);
  }

  static String slice(String name, String address, String zone) {
    return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {namespace: shop, name: %s, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: http, port: 8080, protocol: TCP}]
        endpoints:
          - addresses: ["%s"]
            nodeName: node-1
            zone: "%s"
            conditions: {ready: true}
        """
        .formatted(name, address, zone);
  }

  abstract Tools api();

  static void soon(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .untilAsserted(assertion);
  }

  Configuration configuration() {
    assertThat(api().last.get()).isNotNull();
    return ((Documents.Result.Accepted) api().last.get().result()).configuration();
  }

  List<String> addresses() {
    var service = configuration().services().get(new ServiceName("shop", "web"));
    return service == null
        ? List.of()
        : service.endpoints().stream().map(each -> each.address().toString()).sorted().toList();
  }

  List<String> routes() {
    return configuration().routes().listeners().stream()
        .flatMap(listener -> listener.routes().stream())
        .map(each -> each.name())
        .sorted()
        .toList();
  }

  List<Problem> refused(String name) {
    return judged(name).refused();
  }

  Judged judged(String name) {
    assertThat(api().last.get()).isNotNull();
    return api().last.get().ours().stream()
        .filter(each -> each.name().toString().equals(name))
        .findFirst()
        .orElseGet(
            () ->
                new Judged(
                    new ObjectName("", "", name),
                    new Judged.Kind("", "", ""),
                    "",
                    0,
                    List.of(),
                    List.of(),
                    List.of()));
  }

  @Test
  void slicesComeChangeAndGo() {
    api().apply(SERVICE);
    api().apply(slice("web-1", "10.1.0.1", "z1"));
    soon(() -> assertThat(addresses()).containsExactly("10.1.0.1:8080"));

    api().apply(slice("web-2", "10.1.0.2", "z1"));
    soon(() -> assertThat(addresses()).containsExactly("10.1.0.1:8080", "10.1.0.2:8080"));

    api().apply(slice("web-1", "10.1.0.3", "z1"));
    soon(() -> assertThat(addresses()).containsExactly("10.1.0.2:8080", "10.1.0.3:8080"));

    api().delete(slice("web-2", "10.1.0.2", "z1"));
    soon(() -> assertThat(addresses()).containsExactly("10.1.0.3:8080"));
  }

  @Test
  void whereANodeStandsItsEndpointsAre() {
    api().apply(SERVICE);
    api()
        .apply(
            """
            apiVersion: v1
            kind: Node
            metadata:
              name: node-1
              labels: {topology.kubernetes.io/region: r1, topology.kubernetes.io/zone: z1}
            """);
    api().apply(slice("web-1", "10.1.0.1", "z1"));
    soon(
        () -> {
          List<Endpoint> found =
              configuration().services().get(new ServiceName("shop", "web")).endpoints();
          assertThat(found).hasSize(1);
          assertThat(found.getFirst().place().locality().region()).isEqualTo("r1");
          assertThat(found.getFirst().place().locality().zone()).isEqualTo("z1");
        });
  }

  @Test
  void aRouteLeadsFromOurGatewayOnly() {
    api().apply(SERVICE);
    api().apply(GATEWAY);
    api().apply(ROUTE);
    api().apply(GATEWAY.replace("name: edge", "name: other").replace("fairlead", "istio"));
    api().apply(route("theirs", "other", "web"));
    api().apply(route("wide", "edge", "nowhere"));
    soon(() -> assertThat(routes()).containsExactly("shop/web", "shop/wide"));

    Listener listener = configuration().routes().listeners().getFirst();
    assertThat(listener.name()).isEqualTo("shop/edge/http");
    // A backend that is missing costs its own requests, not the route.
    soon(() -> assertThat(judged("HTTPRoute/shop/wide").unresolved()).hasSize(1));
    var wide = configuration().routes().listeners().getFirst().routes().get(1);
    var forward = (Action.Forward) wide.rules().getFirst().action();
    assertThat(forward.backends().getFirst().service()).isEmpty();
    assertThat(judged("HTTPRoute/shop/web").unresolved()).isEmpty();
    assertThat(api().last.get().ours()).noneMatch(each -> each.name().name().equals("other"));
    assertThat(api().last.get().ours()).noneMatch(each -> each.name().name().equals("theirs"));
  }

  @Test
  void aBadObjectRefusesItselfAndKeepsWhatItWas() {
    api().apply(SERVICE);
    api().apply(GATEWAY);
    api().apply(ROUTE);
    api().apply(slice("web-1", "10.1.0.1", "z1"));
    soon(() -> assertThat(routes()).containsExactly("shop/web"));
    soon(() -> assertThat(addresses()).containsExactly("10.1.0.1:8080"));

    api().apply(malformedSlice());
    api().apply(ROUTE.replace("PathPrefix", "Prefixed"));
    soon(
        () -> {
          assertThat(refused("EndpointSlice/shop/web-bad")).isNotEmpty();
          assertThat(refused("HTTPRoute/shop/web").toString())
              .contains("spec.rules[0].matches[0].path.type");
          assertThat(routes()).containsExactly("shop/web");
          assertThat(addresses()).containsExactly("10.1.0.1:8080");
        });

    api().apply(ROUTE);
    soon(() -> assertThat(refused("HTTPRoute/shop/web")).isEmpty());
  }

  /** {@code web-bad}, which the API takes and Fairlead does not. */
  String malformedSlice() {
    return slice("web-bad", "not-an-address", "z1");
  }

  @Test
  void aFieldThatWeDoNotKnowIsAMistakeInOurOwnKindsOnly() {
    api().apply(SERVICE.replace("spec: {", "spec: {clusterIP: None, "));
    String policy =
        """
        apiVersion: fairlead.dev/v1alpha1
        kind: TrafficPolicy
        metadata: {namespace: shop, name: web}
        spec:
          targetRefs: [{kind: Service, name: web}]
          outliers: {}
        """;
    api().apply(policy);
    api().apply(GATEWAY.replace("spec:", "spec:\n  fromTheFuture: 1"));
    soon(
        () -> {
          assertThat(refused("TrafficPolicy/shop/web").toString())
              .contains("spec.outliers: unknown field");
          assertThat(refused("Gateway/shop/edge")).isEmpty();
          assertThat(configuration().routes().listeners()).hasSize(1);
        });
  }

  @Test
  void onlyCertificatesThatAreReferredToAreRead() {
    api()
        .apply(
            GATEWAY.replace(
                "protocol: HTTP}",
                "protocol: HTTP}, {name: tls, port: 8443, protocol: HTTPS, "
                    + "tls: {certificateRefs: [{name: cert}]}}"));
    api().apply(secret("cert"));
    api().apply(secret("private"));
    soon(() -> assertThat(refused("Secret/shop/cert").toString()).contains("has no certificate"));
    // The other listener goes on; the one without a certificate never speaks in clear text.
    assertThat(configuration().routes().listeners()).hasSize(1);
    assertThat(api().last.get().ours()).noneMatch(each -> each.name().name().equals("private"));
  }

  private static String secret(String name) {
    return """
        apiVersion: v1
        kind: Secret
        metadata: {namespace: shop, name: %s}
        data: {}
        """
        .formatted(name);
  }

  /** {@code type=status reason} of each condition. */
  private static List<String> conditions(Object conditions) {
    List<String> said = new ArrayList<>();
    if (conditions instanceof List<?> list) {
      for (Object each : list) {
        Map<?, ?> fields = (Map<?, ?>) each;
        said.add(fields.get("type") + "=" + fields.get("status") + " " + fields.get("reason"));
      }
    }
    return said;
  }

  private List<String> ofGateway() {
    return conditions(api().get(GATEWAY).get("status", "conditions"));
  }

  List<String> ofParent(String route, int parent) {
    return conditions(api().get(route).get("status", "parents", parent, "conditions"));
  }

  @Test
  void theStatusSaysWhatBecameOfAnObject() {
    api().apply(SERVICE);
    api().apply(GATEWAY);
    api().apply(ROUTE);
    String wide = route("wide", "edge", "nowhere");
    api().apply(wide);
    soon(
        () -> {
          assertThat(ofGateway())
              .containsExactly("Accepted=True Accepted", "Programmed=True Programmed");
          assertThat(api().get(GATEWAY).<Object>get("status", "addresses", 0, "value"))
              .isEqualTo("192.0.2.1");
          assertThat(api().get(GATEWAY).<Object>get("status", "listeners", 0, "attachedRoutes"))
              .isEqualTo(2);
          assertThat(ofParent(ROUTE, 0))
              .containsExactly("Accepted=True Accepted", "ResolvedRefs=True ResolvedRefs");
          assertThat(ofParent(wide, 0))
              .containsExactly("Accepted=True Accepted", "ResolvedRefs=False BackendNotFound");
        });

    api().apply(ROUTE.replace("PathPrefix", "Prefixed"));
    soon(() -> assertThat(ofParent(ROUTE, 0)).contains("Accepted=False UnsupportedValue"));
    soon(
        () ->
            assertThat(api().client.v1().events().inNamespace("shop").list().getItems())
                .anySatisfy(
                    event -> {
                      assertThat(event.getInvolvedObject().getName()).isEqualTo("web");
                      assertThat(event.getMessage()).contains("matches[0].path.type");
                    }));
  }

  @Test
  void onlyTheLeaderWrites() {
    api().leads.set(false);
    api().apply(SERVICE);
    api().apply(GATEWAY);
    soon(() -> assertThat(configuration().routes().listeners()).hasSize(1));
    assertThat(api().get(GATEWAY).<Object>get("status", "conditions")).isNull();

    api().leads.set(true);
    api().apply(ROUTE);
    soon(() -> assertThat(ofGateway()).contains("Accepted=True Accepted"));
  }
}

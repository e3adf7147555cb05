package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  private static List<String> endpoints(Documents.Result result) {
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result)
        .configuration().services().get(SHOP).endpoints().stream()
            .map(Endpoint::address)
            .map(Object::toString)
            .toList();
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
}

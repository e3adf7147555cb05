package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.yaml.PlainNodes;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.discovery.yaml.YamlReader;
import dev.fairlead.route.Action;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ObjectDocumentsTest {
  private final ObjectDocuments documents = new ObjectDocuments();
  private final Map<String, ObjectDocuments.Item> objects = new TreeMap<>();

  private void put(String name, String yaml) {
    List<Value> values = YamlReader.read(name, yaml, new Problems()).orElseThrow();
    boolean foreign = !yaml.contains("fairlead.dev/");
    objects.put(name, ObjectDocuments.read(name, values.getFirst().node(), foreign));
  }

  private ObjectDocuments.Outcome resolve() {
    return documents.resolve(objects, Here.UNKNOWN);
  }

  private static Configuration accepted(ObjectDocuments.Outcome outcome) {
    return ((Documents.Result.Accepted) outcome.result()).configuration();
  }

  private static String service(String name) {
    return "{apiVersion: v1, kind: Service, metadata: {name: "
        + name
        + "}, spec: {ports: [{port: 80}]}}";
  }

  private static String policy(String name, String service, String more) {
    return "{apiVersion: fairlead.dev/v1alpha1, kind: TrafficPolicy, metadata: {name: "
        + name
        + "}, spec: {targetRefs: [{kind: Service, name: "
        + service
        + "}]"
        + more
        + "}}";
  }

  private static String route(String backend) {
    return "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r},"
        + " spec: {parentRefs: [{name: g}], rules: [{backendRefs: ["
        + backend
        + "]}]}}";
  }

  private static final String GATEWAY =
      "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g},"
          + " spec: {listeners: [{name: http, port: 8080, protocol: HTTP}]}}";

  @Test
  void oneWrongObjectDoesNotRefuseTheOthers() {
    put("a", service("a"));
    put("b", "{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: 3}}");

    ObjectDocuments.Outcome outcome = resolve();

    assertThat(accepted(outcome).services()).containsOnlyKeys(new ServiceName("default", "a"));
    assertThat(outcome.refused()).containsOnlyKeys("b");
    assertThat(outcome.refused().get("b").getFirst().message())
        .isEqualTo("is a number, not a list");
  }

  @Test
  void whatFitsOnlyToWhatWasLeftOutIsLeftOutToo() {
    put("a", "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: 3}}");
    put(
        "slice",
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a-1, labels:"
            + " {kubernetes.io/service-name: a}}, addressType: IPv4, ports: [{port: 80}],"
            + " endpoints: [{addresses: [10.0.0.1]}]}");

    assertThat(resolve().refused()).containsOnlyKeys("a", "slice");

    put("a", service("a"));
    ObjectDocuments.Outcome mended = resolve();
    assertThat(mended.refused()).isEmpty();
    assertThat(accepted(mended).services().get(new ServiceName("default", "a")).endpoints())
        .hasSize(1);
  }

  @Test
  void aRefusedObjectStaysAsItWasUntilItIsGone() {
    put("a", service("a"));
    resolve();
    put("a", "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: 3}}");

    ObjectDocuments.Outcome outcome = resolve();
    assertThat(outcome.refused()).containsOnlyKeys("a");
    assertThat(accepted(outcome).services()).hasSize(1);
    assertThat(accepted(resolve()).services()).as("asked again").hasSize(1);

    objects.clear();
    assertThat(accepted(resolve()).services()).isEmpty();
    put("a", "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: 3}}");
    assertThat(accepted(resolve()).services()).as("the old one is forgotten").isEmpty();
  }

  @Test
  void ofTwoThatExcludeEachOtherOneStays() {
    put("a", service("a"));
    put("p1", policy("p1", "a", ""));
    put("p2", policy("p2", "a", ""));

    assertThat(resolve().refused()).containsOnlyKeys("p2");

    objects.remove("p1");
    assertThat(resolve().refused()).isEmpty();
  }

  @Test
  void aBackendThatIsMissingCostsItsShareAndNotTheRoute() {
    put("a", service("a"));
    put("g", GATEWAY);
    put("r", route("{name: a, port: 80, weight: 9}, {name: gone, port: 80, weight: 1}"));

    ObjectDocuments.Outcome outcome = resolve();

    assertThat(outcome.refused()).isEmpty();
    assertThat(outcome.unresolved()).containsOnlyKeys("r");
    assertThat(outcome.unresolved().get("r").getFirst().path())
        .isEqualTo("spec.rules[0].backendRefs[1]");
    var rule = accepted(outcome).routes().listeners().getFirst().routes().getFirst().rules();
    var forward = (Action.Forward) rule.getFirst().action();
    assertThat(forward.backends().get(0).service()).isPresent();
    assertThat(forward.backends().get(1).service()).isEmpty();
  }

  @Test
  void aReferenceThatNobodyAllowsIsNotFollowed() {
    put("a", service("a").replace("name: a", "name: a, namespace: other"));
    put("g", GATEWAY);
    put("r", route("{name: a, namespace: other, port: 80}"));

    ObjectDocuments.Outcome outcome = resolve();

    assertThat(outcome.unresolved().get("r").getFirst().message()).contains("does not allow it");
    var rule = accepted(outcome).routes().listeners().getFirst().routes().getFirst().rules();
    var forward = (Action.Forward) rule.getFirst().action();
    assertThat(forward.backends().getFirst().service()).isEmpty();
  }

  @Test
  void aListenerWithoutItsCertificateIsClosedAndNeverInClearText() {
    put(
        "g",
        GATEWAY.replace(
            "protocol: HTTP}",
            "protocol: HTTP}, {name: tls, port: 8443, protocol: HTTPS, tls: {certificateRefs:"
                + " [{name: gone}]}}"));

    ObjectDocuments.Outcome outcome = resolve();

    assertThat(outcome.unresolved()).containsOnlyKeys("g");
    assertThat(accepted(outcome).routes().listeners())
        .singleElement()
        .satisfies(listener -> assertThat(listener.name()).isEqualTo("default/g/http"));
  }

  @Test
  void newerFieldsArePassedOverExceptInOurOwnKinds() {
    put("a", service("a").replace("spec: {", "fromTheFuture: 1, spec: {new: {x: 1}, "));
    put("p", policy("p", "a", ", outliers: {}"));

    ObjectDocuments.Outcome outcome = resolve();

    assertThat(outcome.refused()).containsOnlyKeys("p");
    assertThat(outcome.refused().get("p").getFirst().message()).isEqualTo("unknown field");
  }

  @Test
  void plainJsonIsReadAsText() {
    Map<String, Object> object =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Service",
            "metadata",
            Map.of("name", "a"),
            "spec",
            Map.of("ports", List.of(Map.of("port", 80))));
    objects.put("a", ObjectDocuments.read("a", PlainNodes.of(object), true));

    assertThat(accepted(resolve()).services()).hasSize(1);
  }
}

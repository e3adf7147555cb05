package dev.fairlead.kubernetes.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.kubernetes.ApiServer;
import dev.fairlead.kubernetes.schema.Definitions;
import dev.fairlead.kubernetes.schema.Examples;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real API server makes of {@code deploy}. */
class InstallationTest {
  private static final String NAMESPACE = "installation";

  /** As far as the manifests go: they make one GatewayClass. */
  private static final String GATEWAY_CLASSES =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: gatewayclasses.gateway.networking.k8s.io
        annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
      spec:
        group: gateway.networking.k8s.io
        names: {kind: GatewayClass, plural: gatewayclasses}
        scope: Cluster
        versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  /** What a cluster gives out, or an old name of a field that is spelled out. */
  private static final Set<String> ALLOCATED =
      Set.of(
          "Namespace: spec",
          "Namespace: status",
          "Deployment: status",
          "Deployment: spec.template.spec.serviceAccount",
          "Deployment: spec.template.metadata.creationTimestamp",
          "PodDisruptionBudget: status",
          "Service: status",
          "Service: spec.clusterIP",
          "Service: spec.clusterIPs",
          "Service: spec.ipFamilies",
          "Service: spec.ipFamilyPolicy",
          "Service: spec.ports[].nodePort",
          "ServiceAccount: secrets");

  private static ApiServer server;

  @BeforeAll
  static void start() throws IOException {
    server = ApiServer.fresh();
    KubernetesClient client = server.client();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    List<CustomResourceDefinition> definitions = new ArrayList<>();
    definitions.add(Serialization.unmarshal(GATEWAY_CLASSES, CustomResourceDefinition.class));
    Definitions.generated()
        .values()
        .forEach(
            text -> definitions.add(Serialization.unmarshal(text, CustomResourceDefinition.class)));
    for (CustomResourceDefinition each : definitions) {
      client.resource(each).create();
    }
    for (CustomResourceDefinition each : definitions) {
      await(each.getMetadata().getName() + " is established")
          .atMost(Duration.ofMinutes(1))
          .until(() -> isEstablished(client.resource(each).get()));
    }
  }

  private static boolean isEstablished(CustomResourceDefinition definition) {
    return definition.getStatus() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(
                each -> each.getType().equals("Established") && each.getStatus().equals("True"));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theExamplesAreAccepted() throws IOException {
    List<String> accepted = new ArrayList<>();
    for (Map.Entry<String, Map<String, Object>> example : Examples.all().entrySet()) {
      if (!example.getValue().get("kind").equals("CertificateFiles")) {
        create(Serialization.asYaml(example.getValue()));
        accepted.add(example.getKey());
      }
    }
    assertThat(accepted).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "TrafficObjective | {targetRefs: [{kind: Service, name: a}], mode: push} |"
            + " spec.mode: Unsupported value: \"push\"",
        "TrafficObjective | {targetRefs: [{kind: Service, name: a}], policy: multi-hop} |"
            + " policy multi-hop needs a callGraph",
        "TrafficObjective | {targetRefs: [{kind: Service, name: a}], policy: l3, objective: cost} |"
            + " mean nothing to this policy",
        "TrafficObjective | {targetRefs: []} | spec.targetRefs in body should have at least 1",
        "TrafficObjective | {targetRefs: [{kind: Service, name: a}], period: 10ms} |"
            + " must be 100ms to 1h",
        "TrafficObjective | {targetRefs: [{kind: Service, name: a}], changeControl: {deadband:"
            + " 101}} | spec.changeControl.deadband",
        "TrafficObjective | {targetRefs: [{kind: Service, name: a}], overflow: {shed: [1]}} |"
            + " spec.overflow.shed in body should have at least 8",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], balancer: {policy: maglev}} |"
            + " they need affinity",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], balancer: {boundedLoad: 1}} |"
            + " spec.balancer.boundedLoad",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], balancer: {draws: 3, policy:"
            + " random}} | only peak-ewma and p2c have draws",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], balancer: {policy: ring-hash,"
            + " affinity: {header: a, cookie: b}}} | names no key or several",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], healthCheck: {interval: 2s}} |"
            + " write one of http, grpc and tcp",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], limits: {}} | limits nothing",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], hedging: {anyMethod: true}} |"
            + " says not when",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], locality: {mode: weighted}} |"
            + " needs distribute",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], locality: {preference: [ZONE,"
            + " ZONE]}} | names one twice",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], retryBudget: {ratio: 20}} |"
            + " spec.retryBudget.ratio",
        "TrafficPolicy | {targetRefs: [{kind: Service, name: a}], residency: {forbidden: {}}} |"
            + " forbids nothing",
        "ServiceEndpoints | {clusters: [{cluster: a}]} | spec.clusters[0]",
        "ServiceEndpoints | {clusters: [{dns: {name: a, port: 70000}}]} |"
            + " spec.clusters[0].dns.port",
        "StaticResponse | {status: 204, body: x} | has no body",
        "StaticResponse | {headers: [{name: Content-Length, value: '1'}]} | is the proxy's own",
        "ClusterProfile | {locality: {zone: a}} | a part without the larger one",
        "ClusterProfile | {links: [{to: b, roundTrip: 2m}]} | must be at most 1m",
        "PriceSheet | {prices: [{from: a, dollarsPerGiB: 1}]} | spec.prices[0].to",
        "PriceSheet | {prices: [{span: internet}]} | needs either dollarsPerGiB or tiers",
        "PriceSheet | {prices: [{span: internet, dollarsPerGiB: -1}]} |"
            + " spec.prices[0].dollarsPerGiB",
        "WeightPlan | {target: {apiVersion: v1, kind: A, name: a}, weights: [{backend: a, weight:"
            + " 1000001}]} | spec.weights[0].weight"
      })
  void whatNoReaderWouldTakeIsRefusedWithAReason(String kind, String spec, String reason) {
    String object =
        """
        apiVersion: fairlead.dev/v1alpha1
        kind: %s
        metadata: {name: malformed}
        spec: %s
        """
            .formatted(kind, spec);
    assertThatThrownBy(() -> create(object))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(reason);
  }

  private static void create(String text) {
    GenericKubernetesResource object =
        Serialization.unmarshal(text, GenericKubernetesResource.class);
    String kind = object.getKind();
    var objects = server.client().genericKubernetesResources("fairlead.dev/v1alpha1", kind);
    if (kind.equals("ClusterProfile") || kind.equals("PriceSheet")) {
      objects.resource(object).serverSideApply();
    } else {
      objects.inNamespace(NAMESPACE).resource(object).serverSideApply();
    }
  }

  @Test
  void theManifestsSpellOutWhatTheServerWouldAdd() throws IOException {
    Set<String> added = new TreeSet<>();
    for (GenericKubernetesResource object : Manifests.all()) {
      String namespace = object.getMetadata().getNamespace();
      var objects =
          server.client().genericKubernetesResources(object.getApiVersion(), object.getKind());
      GenericKubernetesResource live =
          namespace == null
              ? objects.resource(object).create()
              : objects.inNamespace(namespace).resource(object).create();
      added(object.getKind() + ": ", Manifests.content(object), Manifests.content(live), added);
    }
    added.removeAll(ALLOCATED);
    assertThat(added).as("fields that GitOps would see as a difference for ever").isEmpty();
  }

  private static void added(String path, Object ours, Object live, Set<String> added) {
    switch (live) {
      case Map<?, ?> fields -> {
        Map<?, ?> own = ours instanceof Map<?, ?> map ? map : Map.of();
        fields.forEach(
            (name, value) -> {
              String below = path.endsWith(" ") ? path + name : path + "." + name;
              if (!own.containsKey(name)) {
                added.add(below);
              } else {
                added(below, own.get(name), value, added);
              }
            });
      }
      case List<?> items -> {
        List<?> own = ours instanceof List<?> list ? list : List.of();
        for (int i = 0; i < items.size(); i++) {
          added(path + "[]", i < own.size() ? own.get(i) : Map.of(), items.get(i), added);
        }
      }
      default -> {
        if (!String.valueOf(live).equals(String.valueOf(ours))) {
          added.add(path + " is " + live);
        }
      }
    }
  }
}

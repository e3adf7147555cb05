package dev.fairlead.kubernetes.watch;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;

/** Definitions that take anything: what a schema would have stopped is to come through. */
public final class Crds {
  private Crds() {}

  /** Installs those of the watched kinds that no API server has by itself, once. */
  public static void install(KubernetesClient client) {
    WatchedKind.ALL.stream()
        .filter(kind -> kind.group().equals("fairlead.dev") || kind.group().contains("gateway"))
        .forEach(kind -> install(client, kind));
  }

  static void install(KubernetesClient client, WatchedKind kind) {
    var definitions = client.apiextensions().v1().customResourceDefinitions();
    String name = kind.plural() + "." + kind.group();
    if (definitions.withName(name).get() == null) {
      definitions.resource(definition(client, kind, name)).create();
    }
    await(name)
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                definitions.withName(name).get().getStatus() != null
                    && definitions.withName(name).get().getStatus().getConditions().stream()
                        .anyMatch(
                            each ->
                                each.getType().equals("Established")
                                    && each.getStatus().equals("True")));
  }

  private static CustomResourceDefinition definition(
      KubernetesClient client, WatchedKind kind, String name) {
    String yaml =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: %s
          annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
        spec:
          group: %s
          scope: %s
          names: {plural: %s, singular: %s, kind: %s}
          versions:
            - name: %s
              served: true
              storage: true
              subresources: {status: {}}
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
            .formatted(
                name,
                kind.group(),
                kind.namespaced() ? "Namespaced" : "Cluster",
                kind.plural(),
                kind.kind().toLowerCase(java.util.Locale.ROOT),
                kind.kind(),
                kind.versions().getLast());
    return client.getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
  }
}

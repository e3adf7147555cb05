package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.document.EndpointSliceDocument;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.PlainNodes;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an object: what discovery reads. Ten thousand objects as they come would be a
 * hundred MiB, most of it about who wrote which field when.
 */
final class Reduction {
  /** What kubectl writes there is the whole object once more. */
  private static final String APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private static final Set<String> SLICE_LABELS =
      Set.of(
          EndpointSliceDocument.SERVICE_LABEL,
          EndpointSliceDocument.CLUSTER_LABEL,
          EndpointSliceDocument.REGION_LABEL,
          EndpointSliceDocument.ZONE_LABEL);

  private static final Set<String> SLICE_FIELDS = Set.of("addressType", "ports", "endpoints");
  private static final Set<String> ENDPOINT_FIELDS =
      Set.of("addresses", "conditions", "zone", "nodeName", "hints");
  private static final Set<String> CERTIFICATES = Set.of("tls.crt", "tls.key", "ca.crt");

  private Reduction() {}

  /**
   * As a document.
   *
   * @throws IllegalArgumentException if it is nested deeper than any document may be
   */
  static Node of(WatchedKind kind, GenericKubernetesResource object) {
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("apiVersion", kind.apiVersion());
    kept.put("kind", kind.kind());
    kept.put("metadata", metadata(kind, object.getMetadata()));
    Map<String, Object> fields = object.getAdditionalProperties();
    switch (kind.kind()) {
      case WatchedKind.ENDPOINT_SLICE -> slice(fields, kept);
      case Kinds.SECRET, Kinds.CONFIG_MAP ->
          kept.put("data", only(CERTIFICATES, fields.get("data")));
      case Kinds.NODE -> kept.put("spec", only(Set.of("providerID"), fields.get("spec")));
      default -> {
        kept.putAll(fields);
        kept.remove("status");
      }
    }
    return PlainNodes.of(kept);
  }

  private static Map<String, Object> metadata(WatchedKind kind, ObjectMeta metadata) {
    boolean slice = kind.kind().equals(WatchedKind.ENDPOINT_SLICE);
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("name", metadata.getName());
    if (metadata.getNamespace() != null) {
      kept.put("namespace", metadata.getNamespace());
    }
    if (metadata.getLabels() != null && !metadata.getLabels().isEmpty()) {
      Map<String, String> labels = new TreeMap<>(metadata.getLabels());
      labels.keySet().removeIf(label -> slice && !SLICE_LABELS.contains(label));
      kept.put("labels", labels);
    }
    boolean plain = slice || kind.kind().equals(Kinds.NODE);
    if (!plain && metadata.getAnnotations() != null) {
      Map<String, String> annotations = new TreeMap<>(metadata.getAnnotations());
      annotations.remove(APPLIED);
      kept.put("annotations", annotations);
    }
    if (!plain && metadata.getCreationTimestamp() != null) {
      kept.put("creationTimestamp", metadata.getCreationTimestamp());
    }
    return kept;
  }

  private static void slice(Map<String, Object> fields, Map<String, Object> kept) {
    fields.forEach(
        (name, value) -> {
          if (name.equals("endpoints") && value instanceof List<?> endpoints) {
            kept.put(name, endpoints.stream().map(Reduction::endpoint).toList());
          } else if (SLICE_FIELDS.contains(name)) {
            kept.put(name, value);
          }
        });
  }

  /** One that is ready is used whatever its other conditions are, and without any is ready. */
  private static Object endpoint(@Nullable Object endpoint) {
    Object kept = only(ENDPOINT_FIELDS, endpoint);
    if (kept instanceof Map<?, ?> fields
        && fields.get("conditions") instanceof Map<?, ?> conditions
        && Boolean.TRUE.equals(conditions.get("ready"))) {
      fields.remove("conditions");
    }
    return kept;
  }

  /** The fields of those names, if it is a mapping: if not, discovery says what is wrong. */
  private static Object only(Set<String> names, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> fields)) {
      return value == null ? Map.of() : value;
    }
    Map<String, Object> kept = new LinkedHashMap<>();
    fields.forEach(
        (name, field) -> {
          if (name instanceof String text && names.contains(text) && field != null) {
            kept.put(text, field);
          }
        });
    return kept;
  }
}

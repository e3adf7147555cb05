package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.Split.Backend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects as the API server sends them, read as {@link Split}s. No more is asked of one than what
 * leading it needs; what has not even that is not led.
 */
final class SplitReader {
  /** More than anybody splits among; a larger object is not led. */
  private static final int MAX_BACKENDS = 1000;

  private static final String WEIGHT = "weight";

  /**
   * Metadata of an object, read elsewhere.
   *
   * @param recipe as {@link Split#recipe}
   */
  record Head(
      ObjectName name,
      String apiVersion,
      String uid,
      String created,
      String resourceVersion,
      Map<String, String> labels,
      String recipe) {}

  private SplitReader() {}

  /** Empty where there is no weight in it, or not in the fields where it belongs. */
  static Optional<Split> read(TargetKind kind, Head head, @Nullable Object spec) {
    if (!(spec instanceof Map<?, ?> fields)) {
      return Optional.empty();
    }
    return kind.equals(TargetKind.TRAFFIC_SPLIT) ? split(head, fields) : route(head, fields);
  }

  private static Optional<Split> split(Head head, Map<?, ?> spec) {
    if (!(spec.get("service") instanceof String service)
        || service.isEmpty()
        || !(spec.get("backends") instanceof List<?> list)) {
      return Optional.empty();
    }
    List<Backend> backends = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof Map<?, ?> backend)
          || !(backend.get("service") instanceof String name)
          || name.isEmpty()) {
        return Optional.empty();
      }
      String path = "/spec/backends/" + i;
      backends.add(
          new Backend(
              unique(seen, name),
              name,
              path + "/" + WEIGHT,
              path + "/service",
              name,
              WrittenWeight.of(backend.get(WEIGHT))));
    }
    ServiceName apex = new ServiceName(head.name().namespace(), service);
    boolean matches = spec.get("matches") instanceof List<?> conditions && !conditions.isEmpty();
    return of(head, apex, List.of(backends), matches);
  }

  private static Optional<Split> route(Head head, Map<?, ?> spec) {
    if (!(spec.get("rules") instanceof List<?> rules)) {
      return Optional.empty();
    }
    List<List<Backend>> groups = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof Map<?, ?> rule
          && rule.get("backendRefs") instanceof List<?> references) {
        groups.add(rule(head, i, references));
      }
    }
    return of(head, parent(head, spec), groups, false);
  }

  private static List<Backend> rule(Head head, int rule, List<?> references) {
    List<Backend> backends = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < references.size(); i++) {
      if (!(references.get(i) instanceof Map<?, ?> reference)
          || !(reference.get("name") instanceof String name)
          || name.isEmpty()) {
        return List.of();
      }
      String namespace = text(reference.get("namespace"));
      boolean near = namespace.isEmpty() || namespace.equals(head.name().namespace());
      String destination = near ? name : namespace + "/" + name;
      String path = "/spec/rules/" + rule + "/backendRefs/" + i;
      backends.add(
          new Backend(
              "rules/" + rule + "/" + unique(seen, destination),
              destination,
              path + "/" + WEIGHT,
              path + "/name",
              name,
              WrittenWeight.of(reference.get(WEIGHT))));
    }
    return backends;
  }

  /** The Service that a mesh's route belongs to; a gateway's route stands for itself. */
  private static ServiceName parent(Head head, Map<?, ?> spec) {
    return parents(head.name().namespace(), spec).stream()
        .findFirst()
        .orElseGet(() -> new ServiceName(head.name().namespace(), head.name().name()));
  }

  private static List<ServiceName> parents(String namespace, Map<?, ?> spec) {
    List<ServiceName> services = new ArrayList<>();
    if (spec.get("parentRefs") instanceof List<?> parents) {
      for (Object each : parents) {
        if (each instanceof Map<?, ?> parent
            && "Service".equals(parent.get("kind"))
            && parent.get("name") instanceof String name
            && !name.isEmpty()) {
          String said = text(parent.get("namespace"));
          services.add(new ServiceName(said.isEmpty() ? namespace : said, name));
        }
      }
    }
    return services;
  }

  /** Whether a mesh takes what an object says for a service, led or not. */
  static boolean isOf(
      TargetKind kind, String namespace, @Nullable Object spec, ServiceName service) {
    if (!(spec instanceof Map<?, ?> fields)) {
      return false;
    }
    return kind.equals(TargetKind.TRAFFIC_SPLIT)
        ? service.equals(new ServiceName(namespace, service.name()))
            && service.name().equals(fields.get("service"))
        : parents(namespace, fields).contains(service);
  }

  private static Optional<Split> of(
      Head head, ServiceName service, List<List<Backend>> groups, boolean onlyNewest) {
    int backends = groups.stream().mapToInt(List::size).sum();
    if (backends == 0 || backends > MAX_BACKENDS) {
      return Optional.empty();
    }
    return Optional.of(
        new Split(
            head.name(),
            head.apiVersion(),
            head.uid(),
            head.created(),
            head.resourceVersion(),
            head.labels(),
            head.recipe(),
            service,
            groups,
            onlyNewest));
  }

  /** A second backend of one name is another one: it may have another port. */
  private static String unique(Map<String, Integer> seen, String name) {
    int count = seen.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + "#" + count;
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }
}

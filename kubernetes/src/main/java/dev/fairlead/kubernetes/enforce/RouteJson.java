package dev.fairlead.kubernetes.enforce;

import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.GeneratedRoute.Backend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Generated routes as maps for a JSON writer. */
final class RouteJson {
  /** Says that a route is a generated one, and of what: another recipe is another route. */
  static final String RECIPE = "fairlead.dev/generated-from";

  /** The recommended label that tells who made an object. */
  static final String MADE_BY = "app.kubernetes.io/managed-by";

  static final String US = "fairlead";

  private RouteJson() {}

  /**
   * The whole object.
   *
   * @param ownerUid of the TrafficObjective, with which the API server removes it; empty: of nobody
   */
  static Map<String, Object> object(
      GeneratedRoute route, OptIn optIn, String apiVersion, String ownerUid) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", route.service().name());
    metadata.put("namespace", route.service().namespace());
    metadata.put("labels", Map.of(optIn.key(), optIn.value(), MADE_BY, US));
    metadata.put("annotations", Map.of(RECIPE, recipe(route)));
    if (!ownerUid.isEmpty()) {
      metadata.put("ownerReferences", List.of(owner(route, ownerUid)));
    }
    Map<String, Object> parent = new LinkedHashMap<>();
    parent.put("group", "");
    parent.put("kind", "Service");
    parent.put("name", route.service().name());
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("parentRefs", List.of(parent));
    spec.put("rules", rules(route));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("apiVersion", apiVersion);
    object.put("kind", route.kind());
    object.put("metadata", metadata);
    object.put("spec", spec);
    return object;
  }

  /** What says that the route is its objective's. */
  static Map<String, Object> owner(GeneratedRoute route, String uid) {
    Map<String, Object> owner = new LinkedHashMap<>();
    owner.put("apiVersion", PlanJson.GROUP + "/" + PlanJson.VERSION);
    owner.put("kind", ApiRoutes.OBJECTIVE);
    owner.put("name", route.objective());
    owner.put("uid", uid);
    owner.put("controller", true);
    return owner;
  }

  /** Of a spec: one rule for all requests. */
  static List<Map<String, Object>> rules(GeneratedRoute route) {
    return List.of(
        Map.of("backendRefs", route.backends().stream().map(RouteJson::reference).toList()));
  }

  private static Map<String, Object> reference(Backend backend) {
    Map<String, Object> reference = new LinkedHashMap<>();
    reference.put("name", backend.name());
    reference.put("port", backend.port());
    reference.put("weight", backend.weight());
    return reference;
  }

  /** All that a generated route is made of. */
  static String recipe(GeneratedRoute route) {
    return route.backends().stream()
        .map(each -> each.name() + ":" + each.port() + "=" + each.weight())
        .collect(Collectors.joining(" ", ApiRoutes.OBJECTIVE + " " + route.objective() + ": ", ""));
  }
}

package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The mesh's routes of an API server. */
final class ApiRoutes implements Routes {
  static final String OBJECTIVE = "TrafficObjective";

  private static final ResourceDefinitionContext OBJECTIVES =
      new ResourceDefinitionContext.Builder()
          .withGroup(PlanJson.GROUP)
          .withVersion(PlanJson.VERSION)
          .withKind(OBJECTIVE)
          .withPlural("trafficobjectives")
          .withNamespaced(true)
          .build();

  private final Cluster cluster;
  private final Served served;

  ApiRoutes(Cluster cluster, Served served) {
    this.cluster = cluster;
    this.served = served;
  }

  @Override
  public List<Split> generated(OptIn optIn) {
    List<Split> all = new ArrayList<>();
    for (TargetKind kind : List.of(TargetKind.HTTP_ROUTE, TargetKind.GRPC_ROUTE)) {
      Optional<String> version = served.newest(kind);
      if (version.isPresent()) {
        labelled(kind, version.get(), optIn).stream()
            .flatMap(each -> ApiObjects.split(kind, each).stream())
            .filter(Split::isGenerated)
            .forEach(all::add);
      }
    }
    return all;
  }

  /** Who may not look for them could not have made any. */
  private List<GenericKubernetesResource> labelled(TargetKind kind, String version, OptIn optIn) {
    try {
      return ApiObjects.asking(
          () ->
              cluster
                  .client()
                  .genericKubernetesResources(Served.context(kind, version))
                  .inAnyNamespace()
                  .withLabel(optIn.key(), optIn.value())
                  .list()
                  .getItems());
    } catch (ObjectFault e) {
      if (isForbidden(e)) {
        return List.of();
      }
      throw e;
    }
  }

  private static boolean isForbidden(ObjectFault fault) {
    return fault.getCause() instanceof KubernetesClientException cause
        && cause.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
  }

  @Override
  public List<ObjectName> beside(GeneratedRoute route) {
    ServiceName service = route.service();
    List<ObjectName> all = new ArrayList<>();
    for (TargetKind kind : TargetKind.ALL) {
      Optional<String> version = served.newest(kind);
      if (version.isPresent()) {
        ApiObjects.asking(
                () ->
                    cluster
                        .client()
                        .genericKubernetesResources(Served.context(kind, version.get()))
                        .inNamespace(service.namespace())
                        .list()
                        .getItems())
            .stream()
            .filter(
                each ->
                    name(kind, each).equals(RouteMaker.name(route))
                        || SplitReader.isOf(
                            kind,
                            each.getMetadata().getNamespace(),
                            each.getAdditionalProperties().get("spec"),
                            service))
            .map(each -> name(kind, each))
            .forEach(all::add);
      }
    }
    return all;
  }

  private static ObjectName name(TargetKind kind, GenericKubernetesResource object) {
    return new ObjectName(
        kind.kind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public Split draft(GeneratedRoute route, OptIn optIn) {
    TargetKind kind = kind(route);
    return split(
        kind,
        Serialization.unmarshal(
            Serialization.asJson(RouteJson.object(route, optIn, apiVersion(kind), "")),
            GenericKubernetesResource.class));
  }

  @Override
  public Split make(GeneratedRoute route, OptIn optIn) {
    TargetKind kind = kind(route);
    String version = version(kind);
    String namespace = route.service().namespace();
    String owner = owner(route);
    String path =
        "/apis/%s/%s/namespaces/%s/%s?fieldManager=%s"
            .formatted(kind.group(), version, namespace, kind.plural(), ApiObjects.FIELD_MANAGER);
    String body =
        Serialization.asJson(RouteJson.object(route, optIn, kind.group() + "/" + version, owner));
    try {
      return split(
          kind,
          ApiObjects.asking(
              () ->
                  Serialization.unmarshal(
                      cluster.client().raw(path, "POST", body), GenericKubernetesResource.class)));
    } catch (ObjectFault e) {
      if (isForbidden(e)) {
        throw new ObjectFault(
            e.kind(),
            e.getMessage()
                + " (generating routes needs the right to create and delete them: the chart's"
                + " controller.writes.generatedRoutes=true)",
            e);
      }
      throw e;
    }
  }

  /** The uid of the objective, which is to own the route. */
  private String owner(GeneratedRoute route) {
    String namespace = route.service().namespace();
    GenericKubernetesResource objective = objective(namespace, route.objective());
    if (objective == null) {
      throw new ObjectFault(
          ObjectFault.Kind.REFUSED,
          "no route is generated for an objective that is not in the API (apply "
              + OBJECTIVE
              + " "
              + namespace
              + "/"
              + route.objective()
              + " there)");
    }
    return Optional.ofNullable(objective.getMetadata().getUid()).orElse("");
  }

  /** Those of a route, with the objective as the only one of its kind. */
  private List<Object> owners(GenericKubernetesResource there, GeneratedRoute route) {
    List<Object> owners = new ArrayList<>();
    there.getMetadata().getOwnerReferences().stream()
        .filter(owner -> !isObjective(owner))
        .forEach(owners::add);
    owners.add(RouteJson.owner(route, owner(route)));
    return owners;
  }

  @Override
  public Split remake(Split read, GeneratedRoute route) {
    TargetKind kind = TargetKind.of(read.name().kind()).orElseThrow();
    Resource<GenericKubernetesResource> at = at(kind, read.name().namespace(), read.name().name());
    GenericKubernetesResource there = ApiObjects.asking(at::get);
    if (there == null) {
      throw new ObjectFault(ObjectFault.Kind.CONFLICT, "gone");
    }
    List<Map<String, Object>> steps =
        List.of(
            step("replace", "/metadata/resourceVersion", read.resourceVersion()),
            step("add", "/metadata/ownerReferences", owners(there, route)),
            step(
                "replace",
                "/metadata/annotations/" + SplitPatch.escaped(RouteJson.RECIPE),
                RouteJson.recipe(route)),
            step("replace", "/spec/rules", RouteJson.rules(route)));
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON)
            .withFieldManager(ApiObjects.FIELD_MANAGER)
            .build();
    return split(kind, ApiObjects.asking(() -> at.patch(context, Serialization.asJson(steps))));
  }

  private static Map<String, Object> step(String op, String path, Object value) {
    return Map.of("op", op, "path", path, "value", value);
  }

  @Override
  public void remove(Split read) {
    TargetKind kind = TargetKind.of(read.name().kind()).orElseThrow();
    ApiObjects.asking(
        () ->
            at(kind, read.name().namespace(), read.name().name())
                .lockResourceVersion(read.resourceVersion())
                .delete());
  }

  @Override
  public boolean isAskedFor(Split generated) {
    ObjectName name = generated.name();
    TargetKind kind = TargetKind.of(name.kind()).orElseThrow();
    GenericKubernetesResource route =
        ApiObjects.asking(() -> at(kind, name.namespace(), name.name()).get());
    return route != null
        && route.getMetadata().getOwnerReferences().stream()
            .filter(ApiRoutes::isObjective)
            .anyMatch(owner -> asks(owner, name));
  }

  private static boolean isObjective(OwnerReference owner) {
    return owner.getKind().equals(OBJECTIVE);
  }

  /** Whether the owner wants a route of this kind and service, and not another by now. */
  private boolean asks(OwnerReference owner, ObjectName name) {
    GenericKubernetesResource objective = objective(name.namespace(), owner.getName());
    return objective != null
        && owner.getUid().equals(objective.getMetadata().getUid())
        && objective.getAdditionalProperties().get("spec") instanceof Map<?, ?> spec
        && spec.get("generatedRoute") instanceof Map<?, ?> wanted
        && name.kind().equals(kind(wanted))
        && spec.get("targetRefs") instanceof List<?> targets
        && targets.stream()
            .anyMatch(
                each -> each instanceof Map<?, ?> target && name.name().equals(target.get("name")));
  }

  private static Object kind(Map<?, ?> generatedRoute) {
    Object kind = generatedRoute.get("kind");
    return kind == null ? TargetKind.HTTP_ROUTE.kind() : kind;
  }

  private @Nullable GenericKubernetesResource objective(String namespace, String name) {
    return ApiObjects.asking(
        () ->
            cluster
                .client()
                .genericKubernetesResources(OBJECTIVES)
                .inNamespace(namespace)
                .withName(name)
                .get());
  }

  private Resource<GenericKubernetesResource> at(TargetKind kind, String namespace, String name) {
    return cluster
        .client()
        .genericKubernetesResources(Served.context(kind, version(kind)))
        .inNamespace(namespace)
        .withName(name);
  }

  private static Split split(TargetKind kind, GenericKubernetesResource object) {
    return ApiObjects.split(kind, object)
        .orElseThrow(
            () ->
                new ObjectFault(
                    ObjectFault.Kind.REFUSED, "the generated route did not come back as written"));
  }

  private static TargetKind kind(GeneratedRoute route) {
    return TargetKind.of(route.kind()).orElseThrow();
  }

  private String apiVersion(TargetKind kind) {
    return kind.group() + "/" + served.newest(kind).orElse(kind.versions().getFirst());
  }

  private String version(TargetKind kind) {
    return served
        .newest(kind)
        .orElseThrow(
            () ->
                new ObjectFault(
                    ObjectFault.Kind.REFUSED,
                    kind.kind() + " is not installed (install Gateway API's definitions)"));
  }
}

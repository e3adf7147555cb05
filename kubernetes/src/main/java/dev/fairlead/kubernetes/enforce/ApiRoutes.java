package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    GenericKubernetesResource objective =
        ApiObjects.asking(
            () ->
                cluster
                    .client()
                    .genericKubernetesResources(OBJECTIVES)
                    .inNamespace(namespace)
                    .withName(route.objective())
                    .get());
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
    String path =
        "/apis/%s/%s/namespaces/%s/%s?fieldManager=%s"
            .formatted(kind.group(), version, namespace, kind.plural(), ApiObjects.FIELD_MANAGER);
    String body =
        Serialization.asJson(
            RouteJson.object(
                route,
                optIn,
                kind.group() + "/" + version,
                Optional.ofNullable(objective.getMetadata().getUid()).orElse("")));
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

  @Override
  public Split remake(Split read, GeneratedRoute route) {
    TargetKind kind = TargetKind.of(read.name().kind()).orElseThrow();
    List<Map<String, Object>> steps =
        List.of(
            step("replace", "/metadata/resourceVersion", read.resourceVersion()),
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
    return split(
        kind,
        ApiObjects.asking(
            () ->
                cluster
                    .client()
                    .genericKubernetesResources(Served.context(kind, version(kind)))
                    .inNamespace(read.name().namespace())
                    .withName(read.name().name())
                    .patch(context, Serialization.asJson(steps))));
  }

  private static Map<String, Object> step(String op, String path, Object value) {
    return Map.of("op", op, "path", path, "value", value);
  }

  @Override
  public void remove(Split read) {
    TargetKind kind = TargetKind.of(read.name().kind()).orElseThrow();
    ApiObjects.asking(
        () ->
            cluster
                .client()
                .genericKubernetesResources(Served.context(kind, version(kind)))
                .inNamespace(read.name().namespace())
                .withName(read.name().name())
                .lockResourceVersion(read.resourceVersion())
                .delete());
  }

  @Override
  public boolean isAskedFor(Split generated) {
    ObjectName name = generated.name();
    TargetKind kind = TargetKind.of(name.kind()).orElseThrow();
    GenericKubernetesResource route =
        ApiObjects.asking(
            () ->
                cluster
                    .client()
                    .genericKubernetesResources(Served.context(kind, version(kind)))
                    .inNamespace(name.namespace())
                    .withName(name.name())
                    .get());
    return route != null
        && route.getMetadata().getOwnerReferences().stream()
            .filter(owner -> owner.getKind().equals(OBJECTIVE))
            .anyMatch(owner -> asks(owner, name.namespace()));
  }

  private boolean asks(OwnerReference owner, String namespace) {
    GenericKubernetesResource objective =
        ApiObjects.asking(
            () ->
                cluster
                    .client()
                    .genericKubernetesResources(OBJECTIVES)
                    .inNamespace(namespace)
                    .withName(owner.getName())
                    .get());
    return objective != null
        && owner.getUid().equals(objective.getMetadata().getUid())
        && objective.getAdditionalProperties().get("spec") instanceof Map<?, ?> spec
        && spec.get("generatedRoute") != null;
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

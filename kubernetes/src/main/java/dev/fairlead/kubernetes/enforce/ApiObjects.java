package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.Fault;
import dev.fairlead.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The objects of an API server. */
final class ApiObjects implements Objects {
  /** In whose name we write: an object's managedFields name it. */
  static final String FIELD_MANAGER = "fairlead";

  private static final int TOO_MANY_REQUESTS = 429;

  static final ResourceDefinitionContext PLANS =
      new ResourceDefinitionContext.Builder()
          .withGroup(PlanJson.GROUP)
          .withVersion(PlanJson.VERSION)
          .withKind(PlanJson.KIND)
          .withPlural(PlanJson.PLURAL)
          .withNamespaced(true)
          .build();

  private final Cluster cluster;
  private final Served served;

  ApiObjects(Cluster cluster, Served served) {
    this.cluster = cluster;
    this.served = served;
  }

  @Override
  public Optional<Split> split(ObjectName target) {
    Optional<TargetKind> kind = TargetKind.of(target.kind());
    Optional<String> version = kind.flatMap(served::newest);
    if (version.isEmpty()) {
      return Optional.empty();
    }
    return asking(
        () ->
            Optional.ofNullable(at(kind.get(), version.get(), target).get())
                .flatMap(object -> split(kind.get(), object)));
  }

  /** As {@link Split}, whoever read it. */
  static Optional<Split> split(TargetKind kind, GenericKubernetesResource object) {
    ObjectMeta meta = object.getMetadata();
    SplitReader.Head head =
        new SplitReader.Head(
            new ObjectName(kind.kind(), meta.getNamespace(), meta.getName()),
            object.getApiVersion(),
            text(meta.getUid()),
            text(meta.getCreationTimestamp()),
            text(meta.getResourceVersion()),
            meta.getLabels() == null ? Map.of() : meta.getLabels(),
            meta.getAnnotations() == null
                ? ""
                : meta.getAnnotations().getOrDefault(RouteJson.RECIPE, ""));
    return SplitReader.read(kind, head, object.getAdditionalProperties().get("spec"));
  }

  @Override
  public void patch(Split read, SplitPatch patch) {
    TargetKind kind = TargetKind.of(read.name().kind()).orElseThrow();
    String version = version(kind, read, patch);
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON)
            .withFieldManager(FIELD_MANAGER)
            .build();
    asking(() -> at(kind, version, read.name()).patch(context, patch.json()));
  }

  /** The version that takes the patch and loses nothing that the object holds. */
  private String version(TargetKind kind, Split read, SplitPatch patch) {
    if (kind.equals(TargetKind.TRAFFIC_SPLIT)
        && patch.needsQuantities()
        && served.hasQuantities(kind)) {
      if (read.onlyNewest()) {
        throw new ObjectFault(
            ObjectFault.Kind.REFUSED,
            "no version of TrafficSplit holds both matches and a weight that is a quantity"
                + " (write its weights as whole numbers)");
      }
      return TargetKind.WITH_QUANTITIES;
    }
    return served.newest(kind).orElseThrow();
  }

  @Override
  public Optional<StoredPlan> plan(String namespace, String name) {
    return asking(() -> Optional.ofNullable(at(namespace, name).get()).map(ApiObjects::plan));
  }

  @Override
  public List<StoredPlan> plans(String namespace) {
    var all = cluster.client().genericKubernetesResources(PLANS);
    try {
      return asking(
          () ->
              (namespace.isEmpty() ? all.inAnyNamespace() : all.inNamespace(namespace))
                  .list().getItems().stream().map(ApiObjects::plan).toList());
    } catch (ObjectFault e) {
      if (e.getCause() instanceof KubernetesClientException cause
          && cause.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return List.of(); // no such kind, so none of it
      }
      throw e;
    }
  }

  /** As {@link StoredPlan}, whoever read it. */
  static StoredPlan plan(GenericKubernetesResource object) {
    ObjectMeta meta = object.getMetadata();
    Map<String, Object> fields = object.getAdditionalProperties();
    return new StoredPlan(
        meta.getNamespace(),
        meta.getName(),
        text(meta.getCreationTimestamp()),
        text(meta.getResourceVersion()),
        PlanJson.plan(meta.getNamespace(), fields.get("spec")),
        PlanJson.status(fields.get("status")));
  }

  @Override
  public StoredPlan create(StoredPlan plan) {
    // Not an apply, which would take over one that somebody else made in between.
    String path =
        "/apis/%s/%s/namespaces/%s/%s?fieldManager=%s"
            .formatted(
                PlanJson.GROUP, PlanJson.VERSION, plan.namespace(), PlanJson.PLURAL, FIELD_MANAGER);
    StoredPlan unstored = // A server refuses to create what has a version.
        new StoredPlan(plan.namespace(), plan.name(), "", "", plan.plan(), StoredPlan.Status.NONE);
    String body = json(unstored, "spec", PlanJson.spec(unstored));
    return asking(
        () ->
            plan(
                Serialization.unmarshal(
                    cluster.client().raw(path, "POST", body), GenericKubernetesResource.class)));
  }

  @Override
  public StoredPlan write(StoredPlan plan) {
    return asking(
        () ->
            plan(
                at(plan.namespace(), plan.name())
                    .patch(apply(), json(plan, "spec", PlanJson.spec(plan)))));
  }

  @Override
  public StoredPlan writeStatus(StoredPlan plan) {
    return asking(
        () ->
            plan(
                at(plan.namespace(), plan.name())
                    .subresource("status")
                    .patch(apply(), json(plan, "status", PlanJson.status(plan.status())))));
  }

  @Override
  public void delete(StoredPlan plan) {
    asking(
        () ->
            at(plan.namespace(), plan.name()).lockResourceVersion(plan.resourceVersion()).delete());
  }

  private static PatchContext apply() {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(FIELD_MANAGER)
        .withForce(true)
        .build();
  }

  private static String json(StoredPlan plan, String part, Map<String, Object> content) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", plan.name());
    metadata.put("namespace", plan.namespace());
    metadata.put("resourceVersion", plan.resourceVersion());
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("apiVersion", PlanJson.GROUP + "/" + PlanJson.VERSION);
    object.put("kind", PlanJson.KIND);
    object.put("metadata", metadata);
    object.put(part, content);
    return Serialization.asJson(object);
  }

  private Resource<GenericKubernetesResource> at(
      TargetKind kind, String version, ObjectName target) {
    return cluster
        .client()
        .genericKubernetesResources(Served.context(kind, version))
        .inNamespace(target.namespace())
        .withName(target.name());
  }

  private Resource<GenericKubernetesResource> at(String namespace, String name) {
    return cluster.client().genericKubernetesResources(PLANS).inNamespace(namespace).withName(name);
  }

  /** The answer, or the {@link ObjectFault} of what went wrong. */
  static <T> T asking(Supplier<T> request) {
    try {
      return request.get();
    } catch (KubernetesClientException e) {
      int code = e.getCode();
      ObjectFault.Kind kind = ObjectFault.Kind.FAILED;
      if (code == HttpURLConnection.HTTP_CONFLICT || code == HttpURLConnection.HTTP_NOT_FOUND) {
        // Gone since it was read is a write of somebody else's too.
        kind = ObjectFault.Kind.CONFLICT;
      } else if (code >= HttpURLConnection.HTTP_BAD_REQUEST
          && code < HttpURLConnection.HTTP_INTERNAL_ERROR
          && code != TOO_MANY_REQUESTS) {
        kind = ObjectFault.Kind.REFUSED;
      }
      throw new ObjectFault(kind, Fault.why(e), e);
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}

package dev.fairlead.kubernetes.enforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Objects with resource versions in memory, as an API server keeps them. Before and after each
 * request something may happen, or go wrong.
 */
final class MemoryObjects implements Objects, Routes {
  /** What a test has happen around a request. */
  interface Fate {
    void before(String request);

    void after(String request);
  }

  static final Fate PEACE =
      new Fate() {
        @Override
        public void before(String request) {}

        @Override
        public void after(String request) {}
      };

  private final Map<ObjectName, ObjectNode> targets = new TreeMap<>(ORDER);
  private final Map<String, StoredPlan> plans = new TreeMap<>();
  private final List<String> requests = new ArrayList<>();
  private Fate fate = PEACE;
  private long version;
  private boolean asked;

  private static final Comparator<ObjectName> ORDER = Comparator.comparing(ObjectName::toString);

  void fate(Fate next) {
    fate = next;
  }

  /** The writes so far, as {@code patch TrafficSplit/shop/web}. */
  List<String> writes() {
    return requests.stream().filter(each -> !each.startsWith("get")).toList();
  }

  /** Somebody's write of a whole object. */
  void put(String json) {
    ObjectNode object = (ObjectNode) Serialization.unmarshal(json, JsonNode.class);
    ObjectNode meta = (ObjectNode) object.get("metadata");
    ObjectName name =
        new ObjectName(
            object.get("kind").asText(), meta.get("namespace").asText(), meta.get("name").asText());
    if (!meta.has("uid")) {
      meta.put("uid", "uid-" + name);
    }
    meta.put("resourceVersion", next());
    targets.put(name, object);
  }

  void remove(ObjectName name) {
    targets.remove(name);
  }

  void putPlan(StoredPlan plan) {
    plans.put(plan.namespace() + "/" + plan.name(), stamped(plan));
  }

  void removePlan(String namespace, String name) {
    plans.remove(namespace + "/" + name);
  }

  JsonNode spec(ObjectName name) {
    return targets.get(name).get("spec").deepCopy();
  }

  @Override
  public Optional<Split> split(ObjectName target) {
    return request("get " + target, () -> stored(target));
  }

  @Override
  public void patch(Split read, SplitPatch patch) {
    request(
        "patch " + read.name(),
        () -> {
          ObjectNode object = targets.get(read.name());
          if (object == null) {
            throw new ObjectFault(ObjectFault.Kind.CONFLICT, "gone");
          }
          JsonNode copy = object.deepCopy();
          for (JsonNode step : Serialization.unmarshal(patch.json(), ArrayNode.class)) {
            apply(copy, step);
          }
          if (!copy.at("/metadata/resourceVersion")
              .equals(object.at("/metadata/resourceVersion"))) {
            throw new ObjectFault(ObjectFault.Kind.CONFLICT, "another resourceVersion");
          }
          ((ObjectNode) copy.get("metadata")).put("resourceVersion", next());
          targets.put(read.name(), (ObjectNode) copy);
          return "";
        });
  }

  /** One step of RFC 6902, of the four that are used. */
  private static void apply(JsonNode object, JsonNode step) {
    String path = step.get("path").asText();
    int cut = path.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) object.at(path.substring(0, cut));
    String field = path.substring(cut + 1).replace("~1", "/").replace("~0", "~");
    boolean there = parent.has(field);
    switch (step.get("op").asText()) {
      case "test" -> check(there && parent.get(field).equals(step.get("value")), step);
      case "replace" -> {
        check(there, step);
        parent.set(field, step.get("value"));
      }
      case "add" -> parent.set(field, step.get("value"));
      case "remove" -> {
        check(there, step);
        parent.remove(field);
      }
      default -> throw new IllegalArgumentException(step.toString());
    }
  }

  private static void check(boolean holds, JsonNode step) {
    if (!holds) {
      throw new ObjectFault(ObjectFault.Kind.REFUSED, "422: " + step);
    }
  }

  @Override
  public Optional<StoredPlan> plan(String namespace, String name) {
    return request(
        "get WeightPlan/" + namespace + "/" + name,
        () -> Optional.ofNullable(plans.get(namespace + "/" + name)));
  }

  @Override
  public List<StoredPlan> plans(String namespace) {
    return request(
        "get WeightPlans",
        () ->
            plans.values().stream()
                .filter(each -> namespace.isEmpty() || each.namespace().equals(namespace))
                .toList());
  }

  @Override
  public StoredPlan create(StoredPlan plan) {
    String key = plan.namespace() + "/" + plan.name();
    return request(
        "create WeightPlan/" + key,
        () -> {
          if (plans.containsKey(key)) {
            throw new ObjectFault(ObjectFault.Kind.CONFLICT, "exists");
          }
          StoredPlan made = read(plan.with(StoredPlan.Status.NONE));
          plans.put(key, stamped(made));
          return plans.get(key);
        });
  }

  @Override
  public StoredPlan write(StoredPlan plan) {
    return replace("write", plan, old -> read(old.with(plan.plan())));
  }

  @Override
  public StoredPlan writeStatus(StoredPlan plan) {
    return replace("status", plan, old -> read(old.with(plan.status())));
  }

  private StoredPlan replace(String verb, StoredPlan plan, UnaryOperator<StoredPlan> change) {
    String key = plan.namespace() + "/" + plan.name();
    return request(
        verb + " WeightPlan/" + key,
        () -> {
          StoredPlan old = current(plan);
          plans.put(key, stamped(change.apply(old)));
          return plans.get(key);
        });
  }

  @Override
  public void delete(StoredPlan plan) {
    String key = plan.namespace() + "/" + plan.name();
    request(
        "delete WeightPlan/" + key,
        () -> {
          current(plan);
          return Optional.ofNullable(plans.remove(key));
        });
  }

  @Override
  public List<Split> generated(OptIn optIn) {
    return splits().stream()
        .filter(split -> split.isGenerated() && optIn.holds(split.labels()))
        .toList();
  }

  @Override
  public List<ObjectName> beside(GeneratedRoute route) {
    return request(
        "get beside " + RouteMaker.name(route),
        () ->
            targets.keySet().stream()
                .filter(
                    name ->
                        name.equals(RouteMaker.name(route))
                            || stored(name)
                                .filter(split -> split.service().equals(route.service()))
                                .isPresent())
                .toList());
  }

  private List<Split> splits() {
    return targets.keySet().stream().flatMap(name -> stored(name).stream()).toList();
  }

  private Optional<Split> stored(ObjectName target) {
    return Optional.ofNullable(targets.get(target))
        .map(each -> Serialization.unmarshal(each.toString(), GenericKubernetesResource.class))
        .flatMap(each -> ApiObjects.split(TargetKind.of(target.kind()).orElseThrow(), each));
  }

  @Override
  public Split draft(GeneratedRoute route, OptIn optIn) {
    return ApiObjects.split(
            TargetKind.of(route.kind()).orElseThrow(),
            Serialization.unmarshal(json(route, optIn), GenericKubernetesResource.class))
        .orElseThrow();
  }

  private static String json(GeneratedRoute route, OptIn optIn) {
    return Serialization.asJson(
        RouteJson.object(route, optIn, "gateway.networking.k8s.io/v1", "uid-objective"));
  }

  @Override
  public Split make(GeneratedRoute route, OptIn optIn) {
    ObjectName name = RouteMaker.name(route);
    return request(
        "make " + name,
        () -> {
          if (targets.containsKey(name)) {
            throw new ObjectFault(ObjectFault.Kind.CONFLICT, "exists");
          }
          put(json(route, optIn));
          return stored(name).orElseThrow();
        });
  }

  @Override
  public Split remake(Split read, GeneratedRoute route) {
    return request(
        "remake " + read.name(),
        () -> {
          ObjectNode object = unchanged(read);
          JsonNode rules =
              Serialization.unmarshal(Serialization.asJson(RouteJson.rules(route)), JsonNode.class);
          ((ObjectNode) object.get("spec")).set("rules", rules);
          ((ObjectNode) object.at("/metadata/annotations"))
              .put(RouteJson.RECIPE, RouteJson.recipe(route));
          ((ObjectNode) object.get("metadata")).put("resourceVersion", next());
          return stored(read.name()).orElseThrow();
        });
  }

  @Override
  public void remove(Split read) {
    request(
        "remove " + read.name(),
        () -> {
          unchanged(read);
          return Optional.ofNullable(targets.remove(read.name()));
        });
  }

  @Override
  public boolean isAskedFor(Split generated) {
    return asked;
  }

  /** Whether the objective of generated routes still asks for them. */
  void asked(boolean is) {
    asked = is;
  }

  private ObjectNode unchanged(Split read) {
    ObjectNode object = targets.get(read.name());
    if (object == null
        || !object.at("/metadata/resourceVersion").asText().equals(read.resourceVersion())) {
      throw new ObjectFault(ObjectFault.Kind.CONFLICT, "another resourceVersion");
    }
    return object;
  }

  private StoredPlan current(StoredPlan plan) {
    StoredPlan old = plans.get(plan.namespace() + "/" + plan.name());
    if (old == null || !old.resourceVersion().equals(plan.resourceVersion())) {
      throw new ObjectFault(ObjectFault.Kind.CONFLICT, "another resourceVersion");
    }
    return old;
  }

  /** As it comes back from JSON. */
  private static StoredPlan read(StoredPlan plan) {
    Object spec = Serialization.unmarshal(Serialization.asJson(PlanJson.spec(plan)), Map.class);
    Object status =
        Serialization.unmarshal(Serialization.asJson(PlanJson.status(plan.status())), Map.class);
    return new StoredPlan(
        plan.namespace(),
        plan.name(),
        plan.created(),
        plan.resourceVersion(),
        PlanJson.plan(plan.namespace(), spec),
        PlanJson.status(status));
  }

  private StoredPlan stamped(StoredPlan plan) {
    String stamp = next();
    String created = plan.created().isEmpty() ? "%08d".formatted(version) : plan.created();
    return new StoredPlan(
        plan.namespace(), plan.name(), created, stamp, plan.plan(), plan.status());
  }

  private String next() {
    version++;
    return Long.toString(version);
  }

  private <T> T request(String request, Supplier<T> action) {
    fate.before(request);
    T result = action.get();
    requests.add(request);
    fate.after(request);
    return result;
  }
}

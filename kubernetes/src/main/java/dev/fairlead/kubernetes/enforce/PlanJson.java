package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.enforce.LedPlan.Entry;
import dev.fairlead.kubernetes.enforce.StoredPlan.Condition;
import dev.fairlead.kubernetes.enforce.StoredPlan.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code WeightPlan}s as the maps that a JSON reader gives. What is not as we write it counts as
 * missing: whoever writes a WeightPlan by hand gets no more than that nothing is led by it.
 */
final class PlanJson {
  static final String GROUP = "fairlead.dev";
  static final String VERSION = "v1alpha1";
  static final String KIND = "WeightPlan";
  static final String PLURAL = "weightplans";

  private static final String BACKEND = "backend";
  private static final String WEIGHT = "weight";
  private static final String REASON = "reason";

  /** As the schema has it. */
  private static final int MAX_REASON = 1024;

  private PlanJson() {}

  static Map<String, Object> spec(StoredPlan stored) {
    LedPlan plan = stored.plan();
    Map<String, Object> target = new LinkedHashMap<>();
    target.put("apiVersion", plan.apiVersion());
    target.put("kind", plan.kind());
    target.put("name", plan.name());
    target.put("uid", plan.uid());
    List<Map<String, Object>> originals = new ArrayList<>();
    List<Map<String, Object>> weights = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      Map<String, Object> weight = new LinkedHashMap<>();
      weight.put(BACKEND, entry.key());
      weight.put("destination", entry.destination());
      weight.put(WEIGHT, entry.weight());
      weight.put(REASON, cut(entry.reason()));
      if (plan.driven()) {
        weight.put("replaces", entry.replaces().json());
        Map<String, Object> original = new LinkedHashMap<>();
        original.put(BACKEND, entry.key());
        original.put(WEIGHT, entry.original().json());
        originals.add(original);
      }
      weights.add(weight);
    }
    String near = stored.namespace() + "/";
    String service = plan.service();
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("target", target);
    spec.put("service", service.startsWith(near) ? service.substring(near.length()) : service);
    spec.put("originals", originals);
    spec.put("weights", weights);
    return spec;
  }

  static Map<String, Object> status(Status status) {
    List<Map<String, Object>> conditions = new ArrayList<>();
    for (Condition each : status.conditions()) {
      Map<String, Object> condition = new LinkedHashMap<>();
      condition.put("type", each.type());
      condition.put("status", each.holds() ? "True" : "False");
      condition.put(REASON, each.reason());
      condition.put("message", each.message());
      condition.put("lastTransitionTime", each.since());
      conditions.add(condition);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("enforcer", status.enforcer());
    map.put("mode", status.mode());
    map.put("version", status.version());
    map.put("term", status.term());
    map.put("changedAt", status.changedAt());
    map.put("why", cut(status.why()));
    map.put("conditions", conditions);
    return map;
  }

  static LedPlan plan(String namespace, @Nullable Object spec) {
    Map<?, ?> fields = map(spec);
    Map<?, ?> target = map(fields.get("target"));
    Map<String, WrittenWeight> originals = new HashMap<>();
    for (Object each : list(fields.get("originals"))) {
      originals.put(text(map(each).get(BACKEND)), new WrittenWeight(text(map(each).get(WEIGHT))));
    }
    List<Entry> entries = new ArrayList<>();
    for (Object each : list(fields.get("weights"))) {
      Map<?, ?> weight = map(each);
      String key = text(weight.get(BACKEND));
      entries.add(
          new Entry(
              key,
              text(weight.get("destination")),
              (int) number(weight.get(WEIGHT)),
              new WrittenWeight(text(weight.get("replaces"))),
              originals.getOrDefault(key, WrittenWeight.ABSENT),
              text(weight.get(REASON))));
    }
    String service = text(fields.get("service"));
    return new LedPlan(
        text(target.get("apiVersion")),
        text(target.get("kind")),
        text(target.get("name")),
        text(target.get("uid")),
        service.contains("/") ? service : namespace + "/" + service,
        entries,
        !originals.isEmpty());
  }

  static Status status(@Nullable Object status) {
    Map<?, ?> fields = map(status);
    List<Condition> conditions = new ArrayList<>();
    for (Object each : list(fields.get("conditions"))) {
      Map<?, ?> condition = map(each);
      conditions.add(
          new Condition(
              text(condition.get("type")),
              text(condition.get("status")).equals("True"),
              text(condition.get(REASON)),
              text(condition.get("message")),
              text(condition.get("lastTransitionTime"))));
    }
    return new Status(
        text(fields.get("enforcer")),
        text(fields.get("mode")),
        number(fields.get("version")),
        number(fields.get("term")),
        text(fields.get("changedAt")),
        text(fields.get("why")),
        conditions);
  }

  private static String cut(String text) {
    return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }
}

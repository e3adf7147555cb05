package dev.fairlead.kubernetes.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a status says.
 *
 * @param reason one word, as {@code BackendNotFound}
 */
record Condition(String type, boolean holds, String reason, String message) {
  /** The API takes 32768; nobody reads on after this. */
  private static final int MAX_MESSAGE = 1024;

  Condition {
    if (message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE - 1) + "…";
    }
  }

  /**
   * A status' conditions with those that we say in place. Those of others stay; one that says the
   * same as before keeps the time since when it does.
   *
   * @param before as they stand; anything
   * @param now as the API writes times
   */
  static List<Map<String, Object>> merged(
      @Nullable Object before, List<Condition> ours, long generation, String now) {
    Set<String> types = ours.stream().map(Condition::type).collect(Collectors.toSet());
    List<Map<String, Object>> merged = new ArrayList<>();
    List<Map<String, Object>> old = Plain.maps(before);
    old.stream()
        .filter(each -> !types.contains(String.valueOf(each.get("type"))))
        .forEach(merged::add);
    for (Condition each : ours) {
      merged.add(each.written(old, generation, now));
    }
    return merged;
  }

  private Map<String, Object> written(List<Map<String, Object>> old, long generation, String now) {
    String status = holds ? "True" : "False";
    Object since =
        old.stream()
            .filter(each -> type.equals(each.get("type")) && status.equals(each.get("status")))
            .map(each -> each.get("lastTransitionTime"))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(now);
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("type", type);
    written.put("status", status);
    written.put("reason", reason);
    written.put("message", message);
    written.put("observedGeneration", generation);
    written.put("lastTransitionTime", since);
    return written;
  }
}

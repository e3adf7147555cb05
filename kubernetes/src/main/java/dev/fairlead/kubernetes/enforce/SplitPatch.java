package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.enforce.Split.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON patch (RFC 6902) of nothing but weights, that fails as a whole where the object is not
 * what was read: another version of it is a conflict, and another backend or label at the same
 * place an invalid request.
 *
 * @param json the patch
 * @param needsQuantities whether a weight is, before or after it, one that only a schema with
 *     quantities takes
 */
record SplitPatch(String json, boolean needsQuantities) {

  /**
   * The patch that makes an object's weights the given ones; empty where they are already.
   *
   * @param weights by key; backends that are not named stay as they are
   * @param label what must still be there; empty to write to an object that opted out
   */
  static Optional<SplitPatch> of(
      Split split, Map<String, WrittenWeight> weights, Optional<OptIn> label) {
    List<String> steps = new ArrayList<>();
    List<String> guards = new ArrayList<>();
    // Not a test, which would call a conflict an invalid request.
    guards.add(step("replace", "/metadata/resourceVersion", split.resourceVersion()));
    label.ifPresent(
        optIn ->
            guards.add(step("test", "/metadata/labels/" + escaped(optIn.key()), optIn.value())));
    boolean quantities = false;
    for (Backend backend : split.backends()) {
      WrittenWeight wanted = weights.getOrDefault(backend.key(), backend.weight());
      quantities |= backend.weight().isText() || wanted.isText();
      if (!wanted.equals(backend.weight())) {
        guards.add(step("test", backend.namePath(), backend.name()));
        steps.add(change(backend, wanted));
      }
    }
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    guards.addAll(steps);
    return Optional.of(new SplitPatch("[" + String.join(",", guards) + "]", quantities));
  }

  private static String change(Backend backend, WrittenWeight wanted) {
    if (wanted.isAbsent()) {
      return "{\"op\":\"remove\",\"path\":" + JsonText.quoted(backend.weightPath()) + "}";
    }
    String op = backend.weight().isAbsent() ? "add" : "replace";
    return raw(op, backend.weightPath(), wanted.json());
  }

  private static String step(String op, String path, String value) {
    return raw(op, path, JsonText.quoted(value));
  }

  private static String raw(String op, String path, String json) {
    return "{\"op\":\"%s\",\"path\":%s,\"value\":%s}".formatted(op, JsonText.quoted(path), json);
  }

  /** A key as a step of a JSON pointer (RFC 6901). */
  static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}

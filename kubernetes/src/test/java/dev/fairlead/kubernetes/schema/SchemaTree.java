package dev.fairlead.kubernetes.schema;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The checked-in definitions as a tree of fields, and what a structural schema says of a value. */
final class SchemaTree {
  private SchemaTree() {}

  /** Of each kind, the schema of a whole object. */
  static Map<String, JSONSchemaProps> byKind() throws IOException {
    Map<String, JSONSchemaProps> schemas = new TreeMap<>();
    for (String text : DefinitionsTest.checkedIn().values()) {
      CustomResourceDefinition each = Serialization.unmarshal(text, CustomResourceDefinition.class);
      schemas.put(
          each.getSpec().getNames().getKind(),
          each.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema());
    }
    return schemas;
  }

  /** Visits a schema and all below it; a list's item has the step {@code []}. */
  static void walk(
      List<String> path, JSONSchemaProps schema, BiConsumer<List<String>, JSONSchemaProps> visit) {
    visit.accept(path, schema);
    if (schema.getItems() != null) {
      walk(plus(path, "[]"), schema.getItems().getSchema(), visit);
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach((name, each) -> walk(plus(path, name), each, visit));
    }
  }

  static List<String> plus(List<String> path, String step) {
    List<String> longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }

  /** What is wrong with a value by all but the rules in CEL, as {@code path: what}. */
  static List<String> faults(String path, JSONSchemaProps schema, Object value) {
    List<String> faults = new ArrayList<>();
    check(path, schema, value, faults);
    return faults;
  }

  private static void check(
      String path, JSONSchemaProps schema, Object value, List<String> faults) {
    if (!isOfType(schema.getType(), value)) {
      faults.add(path + ": " + value + " is not of type " + schema.getType());
      return;
    }
    if (schema.getEnum() != null && !schema.getEnum().isEmpty()) {
      if (schema.getEnum().stream().noneMatch(word -> word.asText().equals(value))) {
        faults.add(path + ": " + value + " is not one of " + schema.getEnum());
      }
    }
    switch (value) {
      case Number number -> {
        bound(path, "minimum", schema.getMinimum(), number.doubleValue(), 1, faults);
        bound(path, "maximum", schema.getMaximum(), number.doubleValue(), -1, faults);
      }
      case String text -> {
        size(path, schema.getMinLength(), schema.getMaxLength(), text.length(), faults);
        if (schema.getPattern() != null && !text.matches(schema.getPattern())) {
          faults.add(path + ": " + text + " does not match " + schema.getPattern());
        }
      }
      case List<?> list -> {
        size(path, schema.getMinItems(), schema.getMaxItems(), list.size(), faults);
        for (int i = 0; i < list.size(); i++) {
          check(path + "[" + i + "]", schema.getItems().getSchema(), list.get(i), faults);
        }
      }
      case Map<?, ?> map -> fields(path, schema, map, faults);
      default -> {}
    }
  }

  private static void fields(
      String path, JSONSchemaProps schema, Map<?, ?> map, List<String> faults) {
    missing(schema, map).forEach(name -> faults.add(path + "." + name + ": is missing"));
    alternatives(path, schema.getAnyOf(), map, map.size(), faults);
    alternatives(path, schema.getOneOf(), map, 1, faults);
    map.forEach(
        (name, value) -> {
          JSONSchemaProps field =
              schema.getProperties() == null ? null : schema.getProperties().get(name);
          if (field != null) {
            check(path + "." + name, field, value, faults);
          } else if (!Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields())) {
            faults.add(path + "." + name + ": unknown field");
          }
        });
  }

  private static void alternatives(
      String path, List<JSONSchemaProps> of, Map<?, ?> map, int most, List<String> faults) {
    if (of != null && !of.isEmpty()) {
      long whole = of.stream().filter(each -> missing(each, map).isEmpty()).count();
      if (whole < 1 || whole > most) {
        faults.add(path + ": has " + whole + " of its alternatives");
      }
    }
  }

  private static List<String> missing(JSONSchemaProps schema, Map<?, ?> map) {
    return schema.getRequired() == null
        ? List.of()
        : schema.getRequired().stream().filter(name -> !map.containsKey(name)).toList();
  }

  private static boolean isOfType(String type, Object value) {
    return switch (type == null ? "" : type) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Integer || value instanceof Long;
      case "number" -> value instanceof Number;
      default -> true;
    };
  }

  private static void bound(
      String path, String what, Double bound, double value, int sign, List<String> faults) {
    if (bound != null && sign * value < sign * bound) {
      faults.add(path + ": " + value + " is beyond the " + what + " " + bound);
    }
  }

  private static void size(String path, Long min, Long max, int size, List<String> faults) {
    if ((min != null && size < min) || (max != null && size > max)) {
      faults.add(path + ": has " + size + " characters or items, not " + min + "…" + max);
    }
  }
}

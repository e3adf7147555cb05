package dev.fairlead.kubernetes.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * That the schemas and the readers of {@code discovery} know the same documents: the same fields,
 * words and bounds. The readers are asked: told of what they do not know, they list what they do.
 */
class SchemaAgreementTest {
  /** Longer than any field by more than what still counts as a slip of the pen. */
  private static final String UNKNOWN = "q".repeat(90);

  /** Output: nobody reads it as a document. */
  private static final String WRITTEN_ONLY = "WeightPlan";

  /** Of files on disk, and so only in documents on disk. */
  private static final String FILES_ONLY = "CertificateFiles";

  /** Read as text and compared: the message says which one it must be, and lists nothing. */
  private static final List<String> CURRENCY = List.of("spec", "currency");

  /** How many items a list must have, where one is too few. */
  private static final Map<String, Integer> FEWEST = Map.of("shed", 8, "backends", 2);

  /** Without these a reader does not look at what is below. */
  private static final Map<String, Map<String, Object>> CONTEXT =
      Map.of(
          "spec.callGraph", Map.of("spec.policy", "multi-hop"),
          "spec.limits.adaptive.initial",
              Map.of("spec.limits.adaptive.min", 1, "spec.limits.adaptive.max", 1_000_000),
          "spec.valueOfTurnaround", Map.of("spec.policy", "multi-hop"),
          "spec.balancer.probes", Map.of("spec.balancer.policy", "prequal"),
          "spec.balancer.errorPenalty", Map.of("spec.balancer.policy", "wrr-reported"),
          "spec.balancer.boundedLoad", Map.of("spec.balancer.policy", "maglev"));

  @Test
  void eachExampleOfTheReferenceAndOfTheExamplesPassesItsSchema() throws IOException {
    Map<String, JSONSchemaProps> schemas = SchemaTree.byKind();
    Set<String> kinds = new TreeSet<>();
    Map<String, List<String>> faults = new TreeMap<>();
    Examples.all()
        .forEach(
            (where, document) -> {
              String kind = document.get("kind").toString();
              if (kind.equals(FILES_ONLY)) {
                return;
              }
              kinds.add(kind);
              List<String> found =
                  SchemaTree.faults(
                      "spec", schemas.get(kind).getProperties().get("spec"), document.get("spec"));
              if (!found.isEmpty()) {
                faults.put(where, found);
              }
            });
    assertThat(faults).isEmpty();
    Set<String> read = new TreeSet<>(schemas.keySet());
    read.remove(WRITTEN_ONLY);
    assertThat(kinds).as("kinds with an example").isEqualTo(read);
  }

  @Test
  void theFieldsAreThoseThatTheReadersKnow() throws IOException {
    Map<String, Set<String>> schema = new TreeMap<>();
    Map<String, Set<String>> readers = new TreeMap<>();
    eachField(
        (kind, path, props) -> {
          if (props.getProperties() != null && !props.getProperties().isEmpty()) {
            String where = kind + ": " + String.join(".", path);
            schema.put(where, new TreeSet<>(props.getProperties().keySet()));
            readers.put(where, listed(kind, SchemaTree.plus(path, UNKNOWN), 1));
          }
        });
    assertThat(readers).isEqualTo(schema);
  }

  @Test
  void theWordsAreThoseThatTheReadersKnow() throws IOException {
    Map<String, Set<String>> schema = new TreeMap<>();
    Map<String, Set<String>> readers = new TreeMap<>();
    eachField(
        (kind, path, props) -> {
          if (props.getEnum() != null && !props.getEnum().isEmpty() && !path.equals(CURRENCY)) {
            String where = kind + ": " + String.join(".", path);
            Set<String> words = new TreeSet<>();
            props.getEnum().forEach(word -> words.add(word.asText()));
            schema.put(where, words);
            readers.put(where, listed(kind, path, UNKNOWN));
          }
        });
    assertThat(readers).isEqualTo(schema);
  }

  @Test
  void theBoundsOfNumbersAreThoseOfTheReaders() throws IOException {
    List<String> wrong = new ArrayList<>();
    eachField(
        (kind, path, props) -> {
          if (!List.of("integer", "number").contains(String.valueOf(props.getType()))) {
            return;
          }
          String where = kind + ": " + String.join(".", path);
          if (props.getMinimum() == null || props.getMaximum() == null) {
            wrong.add(where + " has no bounds");
            return;
          }
          boolean whole = props.getType().equals("integer");
          boolean open = Boolean.TRUE.equals(props.getExclusiveMinimum());
          double step = whole ? 1 : 0.0005;
          double least = open ? props.getMinimum() + step : props.getMinimum();
          double below = open ? props.getMinimum() : props.getMinimum() - step;
          double above = whole ? props.getMaximum() + 1 : props.getMaximum() * 1.001;
          for (double accepted : List.of(least, props.getMaximum())) {
            if (!rangeProblems(kind, path, number(accepted, whole)).isEmpty()) {
              wrong.add(where + ": its reader refuses " + accepted);
            }
          }
          for (double refused : List.of(below, above)) {
            if (rangeProblems(kind, path, number(refused, whole)).isEmpty()) {
              wrong.add(where + ": its reader accepts " + refused);
            }
          }
        });
    assertThat(wrong).isEmpty();
  }

  private static Object number(double value, boolean whole) {
    return whole ? (Object) (long) value : (Object) value;
  }

  /** What a reader says of the range of one field; it may find other things wrong. */
  private static List<Problem> rangeProblems(String kind, List<String> path, Object value) {
    return problems(kind, path, value).stream()
        .filter(
            problem ->
                problem.message().contains(" is outside ")
                    || problem.message().contains("leaves no room for all"))
        .toList();
  }

  private interface Visit {
    void field(String kind, List<String> path, JSONSchemaProps props);
  }

  private static void eachField(Visit visit) throws IOException {
    SchemaTree.byKind()
        .forEach(
            (kind, schema) -> {
              if (!kind.equals(WRITTEN_ONLY)) {
                SchemaTree.walk(
                    List.of("spec"),
                    schema.getProperties().get("spec"),
                    (path, props) -> visit.field(kind, path, props));
              }
            });
  }

  /** What a reader says that it knows in place of a field or word. */
  private static Set<String> listed(String kind, List<String> path, Object value) {
    for (Problem problem : problems(kind, path, value)) {
      if (problem.hint().startsWith("known are ")
          && (problem.message().contains("unknown field")
              || problem.message().contains("is not known here"))) {
        return new TreeSet<>(
            Arrays.asList(problem.hint().substring("known are ".length()).split(", ")));
      }
    }
    return Set.of();
  }

  /** What a reader says of a document that has one field, and what must be there for it. */
  private static List<Problem> problems(String kind, List<String> path, Object value) {
    Map<String, Object> document = new HashMap<>();
    document.put("apiVersion", "fairlead.dev/v1alpha1");
    document.put("kind", kind);
    document.put("metadata", Map.of("name", "a"));
    String dotted = String.join(".", path);
    CONTEXT.forEach(
        (prefix, fields) -> {
          if (dotted.equals(prefix) || dotted.startsWith(prefix + ".")) {
            fields.forEach((field, each) -> put(document, List.of(field.split("\\.")), each));
          }
        });
    put(document, path, value);
    return Documents.read("test", Serialization.asJson(document))
            instanceof Documents.Result.Refused refused
        ? refused.problems()
        : List.of();
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> map, List<String> path, Object value) {
    String name = path.getFirst();
    if (path.size() == 1) {
      map.put(name, value);
    } else if (path.get(1).equals("[]")) {
      if (path.size() == 2) {
        map.put(name, Collections.nCopies(FEWEST.getOrDefault(name, 1), value));
      } else {
        Map<String, Object> item = new HashMap<>();
        map.put(name, Collections.nCopies(FEWEST.getOrDefault(name, 1), item));
        put(item, path.subList(2, path.size()), value);
      }
    } else {
      put(
          (Map<String, Object>) map.computeIfAbsent(name, ignored -> new HashMap<>()),
          path.subList(1, path.size()),
          value);
    }
  }
}

package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.yaml.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Looks into objects before discovery reads them; what has another form is not there. */
final class Plain {
  private Plain() {}

  /** A text at the end of some fields; empty where there is none. */
  static String text(Node node, String... path) {
    return at(node, path)
        .filter(Node.Scalar.class::isInstance)
        .map(found -> ((Node.Scalar) found).text())
        .orElse("");
  }

  /** A list at the end of some fields. */
  static List<Node> items(Node node, String... path) {
    return at(node, path)
        .filter(Node.Sequence.class::isInstance)
        .map(found -> ((Node.Sequence) found).items())
        .orElse(List.of());
  }

  static Optional<Node> at(Node node, String... path) {
    Optional<Node> found = Optional.of(node);
    for (String field : path) {
      found =
          found
              .filter(Node.Mapping.class::isInstance)
              .flatMap(mapping -> ((Node.Mapping) mapping).field(field));
    }
    return found;
  }

  /** The object with fewer items in a list under {@code spec}. */
  static Node keeping(Node object, String list, Predicate<Node> kept) {
    if (!(object instanceof Node.Mapping whole)
        || !(whole.field("spec").orElse(object) instanceof Node.Mapping spec)
        || !(spec.field(list).orElse(object) instanceof Node.Sequence items)) {
      return object;
    }
    Node fewer = new Node.Sequence(items.position(), items.items().stream().filter(kept).toList());
    return with(whole, "spec", with(spec, list, fewer));
  }

  private static Node with(Node.Mapping mapping, String field, Node value) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>(mapping.entries());
    entries.put(field, new Node.Entry(mapping.position(), value));
    return new Node.Mapping(mapping.position(), entries);
  }
}

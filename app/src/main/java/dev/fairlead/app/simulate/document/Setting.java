package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Position;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.discovery.yaml.YamlReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A field's value from outside the document: {@code spec.links[0].delay=5ms}. */
public final class Setting {
  /** What a field has that is left out. */
  private static final Node NOTHING =
      new Node.Scalar(new Position(1, 1), "~", Node.Scalar.Type.NULL);

  private final Steps path;
  private final Node value;

  private Setting(Steps path, Node value) {
    this.path = path;
    this.value = value;
  }

  /**
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public static Setting parse(String text) {
    int equals = text.indexOf('=');
    Optional<Steps> path =
        equals < 0 ? Optional.empty() : Steps.parse(text.substring(0, equals).strip());
    if (path.isEmpty()) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is not as spec.links[0].delay=5ms: a path, =, a value");
    }
    return of(path.get(), text.substring(equals + 1));
  }

  /** Sets the seed. */
  public static Setting seed(long seed) {
    return parse("spec.seed=" + seed);
  }

  private static Setting of(Steps path, String text) {
    Problems problems = new Problems();
    List<Value> values = YamlReader.read("value", text, problems).orElse(List.of());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          path.text() + ": " + problems.sorted().getFirst().message());
    }
    if (values.size() > 1) {
      throw new IllegalArgumentException(
          path.text() + ": " + Quoted.of(text) + " is more than one value");
    }
    return new Setting(path, values.isEmpty() ? NOTHING : values.getFirst().node());
  }

  /** The document's root with the value in its place; as it was where the path leads nowhere. */
  Node applied(Value document, Node root) {
    Steps.Found nearest = path.deepest(document.path(), root);
    Optional<Node> changed = path.replaced(root, at(value, nearest.node().position()));
    if (changed.isEmpty()) {
      new Value(document.problems(), document.file(), nearest.path(), nearest.node())
          .problem(
              "has nothing that " + Quoted.of(path.text()) + " could be", "mend the path to set");
    }
    return changed.orElse(root);
  }

  /** With the position of what it replaces: its own is in no file. */
  private static Node at(Node node, Position position) {
    return switch (node) {
      case Node.Scalar scalar -> new Node.Scalar(position, scalar.text(), scalar.type());
      case Node.Sequence sequence ->
          new Node.Sequence(
              position, sequence.items().stream().map(item -> at(item, position)).toList());
      case Node.Mapping mapping -> {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        mapping
            .entries()
            .forEach(
                (name, entry) ->
                    entries.put(name, new Node.Entry(position, at(entry.value(), position))));
        yield new Node.Mapping(position, entries);
      }
    };
  }
}

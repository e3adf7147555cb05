package dev.fairlead.discovery.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nodes of what a JSON parser made: maps, lists, texts, numbers, true and false, nothing. */
public final class PlainNodes {
  /** Nowhere: there is no text. */
  private static final Position NOWHERE = new Position(0, 0);

  private static final Node NOTHING = new Node.Scalar(NOWHERE, "", Node.Scalar.Type.NULL);

  private PlainNodes() {}

  /**
   * The same as a node.
   *
   * @throws IllegalArgumentException if it is deeper than any text may be, or is something else
   */
  public static Node of(@Nullable Object plain) {
    return of(plain, 1);
  }

  private static Node of(@Nullable Object plain, int depth) {
    if (depth > YamlReader.MAX_DEPTH) {
      throw new IllegalArgumentException("nested deeper than " + YamlReader.MAX_DEPTH);
    }
    return switch (plain) {
      case null -> NOTHING;
      case String text -> new Node.Scalar(NOWHERE, text, Node.Scalar.Type.STRING);
      case Number number -> new Node.Scalar(NOWHERE, number.toString(), Node.Scalar.Type.NUMBER);
      case Boolean truth -> new Node.Scalar(NOWHERE, truth.toString(), Node.Scalar.Type.BOOLEAN);
      case Map<?, ?> fields -> mapping(fields, depth);
      case List<?> items -> sequence(items, depth);
      default -> throw new IllegalArgumentException("no JSON: " + plain.getClass());
    };
  }

  private static Node mapping(Map<?, ?> fields, int depth) {
    Map<String, Node.Entry> entries = HashMap.newHashMap(fields.size());
    fields.forEach(
        (name, value) ->
            entries.put(String.valueOf(name), new Node.Entry(NOWHERE, of(value, depth + 1))));
    // A copy takes a third of the memory; there is no text whose order it could keep.
    return new Node.Mapping(NOWHERE, Map.copyOf(entries));
  }

  private static Node sequence(List<?> items, int depth) {
    List<Node> nodes = new ArrayList<>(items.size());
    items.forEach(item -> nodes.add(of(item, depth + 1)));
    return new Node.Sequence(NOWHERE, nodes);
  }
}

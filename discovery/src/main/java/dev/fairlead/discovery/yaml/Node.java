package dev.fairlead.discovery.yaml;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A piece of a YAML document, with its position. No type but JSON's; no anchors, no tags. */
public sealed interface Node {
  Position position();

  /** What it is, for a person: {@code a list}. */
  String what();

  /** One value. {@code text} is what was written, quotes and escapes resolved. */
  record Scalar(Position position, String text, Type type) implements Node {
    @Override
    public String what() {
      return switch (type) {
        case STRING -> "text";
        case NUMBER -> "a number";
        case BOOLEAN -> "true or false";
        case NULL -> "nothing";
      };
    }

    public enum Type {
      STRING,
      NUMBER,
      BOOLEAN,
      NULL
    }
  }

  record Sequence(Position position, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String what() {
      return "a list";
    }
  }

  /** Fields in the order of the text; no name twice. */
  record Mapping(Position position, Map<String, Entry> entries) implements Node {
    /** The value of a field that is there. */
    public Optional<Node> field(String name) {
      return Optional.ofNullable(entries.get(name)).map(Entry::value);
    }

    @Override
    public String what() {
      return "a mapping";
    }
  }

  /** A field's value and where its name stands. */
  record Entry(Position key, Node value) {}
}

package dev.fairlead.discovery.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Readers of mappings and lists. */
public final class Structures {
  private Structures() {}

  /**
   * A mapping with fixed fields. {@code build} asks for them; what it did not ask for is unknown.
   */
  public static <T> Reader<T> object(Function<Fields, T> build) {
    return value -> {
      if (!(value.node() instanceof Node.Mapping mapping)) {
        value.problem("is " + value.node().what() + ", not a mapping", "write fields: name: value");
        return Optional.empty();
      }
      Fields fields = new Fields(value, mapping);
      T built = build.apply(fields);
      fields.end();
      return Optional.of(built);
    };
  }

  /** A list of {@code min} to {@code max} items. Items that are wrong are left out. */
  public static <T> Reader<List<T>> list(Reader<T> item, int min, int max) {
    return value -> {
      if (!(value.node() instanceof Node.Sequence sequence)) {
        value.problem("is " + value.node().what() + ", not a list", "begin each item with '- '");
        return Optional.empty();
      }
      int size = sequence.items().size();
      if (size < min || size > max) {
        value.problem(
            "has " + size + " items", "at least " + min + " and at most " + max + " are allowed");
        return Optional.empty();
      }
      List<T> items = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        item.read(value.item(i, sequence.items().get(i))).ifPresent(items::add);
      }
      return Optional.of(List.copyOf(items));
    };
  }

  /** A mapping from any name to one kind of value, such as labels. */
  public static <T> Reader<Map<String, T>> texts(Reader<T> text, int max) {
    return value -> {
      if (!(value.node() instanceof Node.Mapping mapping)) {
        value.problem("is " + value.node().what() + ", not a mapping", "write name: value");
        return Optional.empty();
      }
      if (mapping.entries().size() > max) {
        value.problem("has " + mapping.entries().size() + " entries", "at most " + max);
        return Optional.empty();
      }
      Map<String, T> texts = new TreeMap<>();
      mapping
          .entries()
          .forEach(
              (name, entry) ->
                  text.read(value.field(name, entry.value()))
                      .ifPresent(read -> texts.put(name, read)));
      return Optional.of(Map.copyOf(texts));
    };
  }

  /**
   * What {@code reader} reads, together with the value, so that later checks can name its place.
   */
  public static <T> Reader<Located<T>> located(Reader<T> reader) {
    return value -> reader.read(value).map(read -> new Located<>(read, value));
  }

  /** Something read, and where. */
  public record Located<T>(T read, Value at) {}
}

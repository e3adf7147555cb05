package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.FieldPath;
import dev.fairlead.discovery.yaml.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way through a document, as messages write it: {@code spec.links[0].delay}. An item of a list
 * may also be named by its {@code name}: {@code spec.contenders[l3].steering.period}.
 */
record Steps(String text, List<Step> steps) {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.?([A-Za-z][A-Za-z0-9-]{0,62})|\\[([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?)\\]");

  private static final Pattern INDEX = Pattern.compile("[0-9]{1,6}");

  Steps {
    steps = List.copyOf(steps);
  }

  /** Empty if it is no path. */
  static Optional<Steps> parse(String text) {
    List<Step> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(text);
    int end = 0;
    while (end < text.length() && matcher.find(end) && matcher.start() == end) {
      String field = matcher.group(1);
      boolean dot = matcher.group().startsWith(".");
      if (field != null && dot == steps.isEmpty()) {
        return Optional.empty();
      }
      steps.add(field != null ? new Field(field) : new Item(matcher.group(2)));
      end = matcher.end();
    }
    return end == text.length() && !steps.isEmpty()
        ? Optional.of(new Steps(text, steps))
        : Optional.empty();
  }

  /** One step down. */
  sealed interface Step {}

  record Field(String name) implements Step {}

  /**
   * @param which an index, or an item's name
   */
  record Item(String which) implements Step {
    Optional<Integer> index(List<Node> items) {
      if (INDEX.matcher(which).matches()) {
        return Optional.of(Integer.parseInt(which)).filter(index -> index < items.size());
      }
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof Node.Mapping mapping
            && mapping.field("name").orElse(mapping) instanceof Node.Scalar scalar
            && scalar.text().equals(which)) {
          return Optional.of(i);
        }
      }
      return Optional.empty();
    }
  }

  /** A place that was found: as deep as the steps lead into the document. */
  record Found(FieldPath path, Node node) {}

  /** The deepest place below {@code start} to which the steps lead. */
  Found deepest(FieldPath path, Node start) {
    Found found = new Found(path, start);
    for (Step step : steps) {
      Optional<Found> next = next(found, step);
      if (next.isEmpty()) {
        return found;
      }
      found = next.get();
    }
    return found;
  }

  private static Optional<Found> next(Found from, Step step) {
    return switch (step) {
      case Field field ->
          from.node() instanceof Node.Mapping mapping
              ? mapping
                  .field(field.name())
                  .map(node -> new Found(from.path().field(field.name()), node))
              : Optional.empty();
      case Item item ->
          from.node() instanceof Node.Sequence sequence
              ? item.index(sequence.items())
                  .map(at -> new Found(from.path().item(at), sequence.items().get(at)))
              : Optional.empty();
    };
  }

  /**
   * The document with another value at the end of the way. The last step may name a field that is
   * not there yet.
   *
   * @return empty if the way leads nowhere
   */
  Optional<Node> replaced(Node root, Node value) {
    return replaced(root, steps, value);
  }

  private static Optional<Node> replaced(Node node, List<Step> way, Node value) {
    if (way.isEmpty()) {
      return Optional.of(value);
    }
    List<Step> rest = way.subList(1, way.size());
    return switch (way.getFirst()) {
      case Field field -> inMapping(node, field.name(), rest, value);
      case Item item -> inSequence(node, item, rest, value);
    };
  }

  private static Optional<Node> inMapping(Node node, String name, List<Step> rest, Node value) {
    if (!(node instanceof Node.Mapping mapping)) {
      return Optional.empty();
    }
    Node.Entry old = mapping.entries().get(name);
    if (old == null && !rest.isEmpty()) {
      return Optional.empty();
    }
    Node.Entry at = old == null ? new Node.Entry(value.position(), value) : old;
    return replaced(at.value(), rest, value)
        .map(
            changed -> {
              Map<String, Node.Entry> entries = new LinkedHashMap<>(mapping.entries());
              entries.put(name, new Node.Entry(at.key(), changed));
              return new Node.Mapping(mapping.position(), entries);
            });
  }

  private static Optional<Node> inSequence(Node node, Item item, List<Step> rest, Node value) {
    if (!(node instanceof Node.Sequence sequence)) {
      return Optional.empty();
    }
    return item.index(sequence.items())
        .flatMap(
            at ->
                replaced(sequence.items().get(at), rest, value)
                    .map(
                        changed -> {
                          List<Node> items = new ArrayList<>(sequence.items());
                          items.set(at, changed);
                          return new Node.Sequence(sequence.position(), items);
                        }));
  }
}

package dev.fairlead.discovery.yaml;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cursor over a mapping's fields: each field that may be there is asked for once, by name, and
 * {@link #end} reports the others. A field that is null counts as absent, as in Kubernetes.
 */
public final class Fields {
  private final Value value;
  private final Node.Mapping mapping;
  private final Set<String> known = new TreeSet<>();

  Fields(Value value, Node.Mapping mapping) {
    this.value = value;
    this.mapping = mapping;
  }

  /** The mapping itself, to report a mistake about the whole. */
  public Value value() {
    return value;
  }

  /** A field that must be there. {@code placeholder} goes on in its place where it is wrong. */
  public <T> T required(String name, Reader<T> reader, T placeholder) {
    return required(name, reader).orElse(placeholder);
  }

  /** A field that must be there; empty where it is not, or is wrong. */
  public <T> Optional<T> required(String name, Reader<T> reader) {
    Optional<Value> field = find(name);
    if (field.isEmpty()) {
      Node.Entry empty = mapping.entries().get(name);
      value.problemAt(
          value.path().field(name),
          empty == null ? value.node().position() : empty.key(),
          empty == null ? "is missing" : "is empty",
          empty == null ? "add '" + name + "'" : "give it a value");
    }
    return field.flatMap(reader::read);
  }

  public <T> T optional(String name, Reader<T> reader, T absent) {
    return find(name).flatMap(reader::read).orElse(absent);
  }

  public <T> Optional<T> optional(String name, Reader<T> reader) {
    return find(name).flatMap(reader::read);
  }

  /** The field as it stands, if it is there. */
  public Optional<Value> find(String name) {
    known.add(name);
    Node.Entry entry = mapping.entries().get(name);
    if (entry == null) {
      return Optional.empty();
    }
    Value field = value.field(name, entry.value());
    return field.isNull() ? Optional.empty() : Optional.of(field);
  }

  /** Fields that are known and mean nothing here. */
  public void ignored(String... names) {
    known.addAll(Set.of(names));
  }

  /** All other fields, where an earlier mistake leaves open what they should be. */
  public void ignoreRest() {
    known.addAll(mapping.entries().keySet());
  }

  /** A field of the API that Fairlead does not act on: refused, since it would not be obeyed. */
  public void unsupported(String name, String hint) {
    Node.Entry entry = mapping.entries().get(name);
    if (find(name).isPresent() && entry != null) {
      value.problemAt(value.path().field(name), entry.key(), "is not supported yet", hint);
    }
  }

  /** Reports every field that was not asked for, except where newer ones are passed over. */
  public void end() {
    if (value.problems().passesNewerFields()) {
      return;
    }
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              if (!known.contains(name)) {
                value.problemAt(
                    value.path().field(name),
                    entry.key(),
                    "unknown field",
                    Nearest.hint(name, known));
              }
            });
  }
}

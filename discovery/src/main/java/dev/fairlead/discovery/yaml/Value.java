package dev.fairlead.discovery.yaml;

import dev.fairlead.discovery.Problem;
import java.util.Collection;

/** A node with what a message about it needs: its file, its path, and where messages go. */
public record Value(Problems problems, String file, FieldPath path, Node node) {
  /** Reports a mistake here. */
  public void problem(String message, String hint) {
    problemAt(path, node.position(), message, hint);
  }

  /**
   * Reports a name that is not among the known. The nearest is looked for only if the mistake is
   * kept: else thousands of wrong references to thousands of names would take minutes.
   */
  public void unknown(String message, String name, Collection<String> known) {
    problem(message, problems.isFull() ? "" : Nearest.hint(name, known));
  }

  void problemAt(FieldPath path, Position position, String message, String hint) {
    problems.add(
        new Problem(file, position.line(), position.column(), path.toString(), message, hint));
  }

  /** {@code file:line:column}, to name this place in a message about another. */
  public String where() {
    return file + ":" + node.position().line() + ":" + node.position().column();
  }

  Value field(String name, Node node) {
    return new Value(problems, file, path.field(name), node);
  }

  Value item(int index, Node node) {
    return new Value(problems, file, path.item(index), node);
  }

  boolean isNull() {
    return node instanceof Node.Scalar scalar && scalar.type() == Node.Scalar.Type.NULL;
  }
}

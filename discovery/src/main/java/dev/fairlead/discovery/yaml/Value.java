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

  /** As {@link #unknown}, of a reference without which the rest is of use: its own share fails. */
  public void unresolved(String message, String name, Collection<String> known) {
    unresolved(message, problems.isFull() ? "" : Nearest.hint(name, known));
  }

  /** A reference without which the rest is of use. */
  public void unresolved(String message, String hint) {
    problems.addUnresolved(problemOf(path, node.position(), message, hint));
  }

  void problemAt(FieldPath path, Position position, String message, String hint) {
    problems.add(problemOf(path, position, message, hint));
  }

  private Problem problemOf(FieldPath path, Position position, String message, String hint) {
    return new Problem(file, position.line(), position.column(), path.toString(), message, hint);
  }

  /** {@code file:line:column}, to name this place in a message about another. */
  public String where() {
    if (node.position().line() == 0) {
      return file; // no text: an object
    }
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

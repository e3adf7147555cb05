package dev.fairlead.discovery.yaml;

import dev.fairlead.discovery.Problem;

/** A node with what a message about it needs: its file, its path, and where messages go. */
public record Value(Problems problems, String file, FieldPath path, Node node) {
  /** Reports a mistake here. */
  public void problem(String message, String hint) {
    problemAt(path, node.position(), message, hint);
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

package dev.fairlead.discovery;

/**
 * One mistake in a document.
 *
 * @param line from 1; 0 where it concerns the whole file
 * @param column from 1, in characters; 0 as above
 * @param path of the field: {@code spec.rules[0].backendRefs[1].weight}; may be empty
 * @param message what is wrong
 * @param hint what to do; may be empty
 */
public record Problem(String file, int line, int column, String path, String message, String hint) {
  /** {@code file:line:col: path: message (hint)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line).append(':').append(column);
    }
    text.append(": ");
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    text.append(message);
    if (!hint.isEmpty()) {
      text.append(" (").append(hint).append(')');
    }
    return text.toString();
  }
}

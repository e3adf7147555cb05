package dev.fairlead.app.command;

/** Text of strangers for a terminal: what could steer one is shown as a question mark. */
final class Printable {
  private Printable() {}

  static String of(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(safe::appendCodePoint);
    return safe.toString();
  }
}

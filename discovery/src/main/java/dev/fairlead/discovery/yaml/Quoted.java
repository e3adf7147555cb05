package dev.fairlead.discovery.yaml;

/** Text of a document as it may stand in a message: quoted, short, without control characters. */
public final class Quoted {
  /** Enough to recognise a value; a log line stays a line. */
  private static final int MAX_CHARACTERS = 80;

  private Quoted() {}

  public static String of(String text) {
    StringBuilder quoted = new StringBuilder("'");
    text.codePoints()
        .limit(MAX_CHARACTERS)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append(String.format("\\u%04x", c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted
        .append(text.codePointCount(0, text.length()) > MAX_CHARACTERS ? "…'" : "'")
        .toString();
  }
}

package dev.fairlead.telemetry.prometheus;

/** Another's text in a message: short, and on one line whatever is in it. */
final class Quoted {
  private static final int MOST = 300;

  private Quoted() {}

  static String of(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(MOST)
        .forEach(
            each ->
                quoted.appendCodePoint(Character.isISOControl(each) || each == '"' ? '?' : each));
    return quoted.append(text.length() > MOST ? "…\"" : "\"").toString();
  }
}

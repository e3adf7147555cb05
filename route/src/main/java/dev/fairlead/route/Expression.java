package dev.fairlead.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.MatchResult;

/**
 * A regular expression in RE2's syntax, which must match the whole of a text. It takes time linear
 * in the text, whatever it says: no back-references, no look-around. Immutable; safe for any
 * thread.
 */
public final class Expression {
  /** In characters: Gateway API's bound on paths. */
  public static final int MAX_LENGTH = 1024;

  /**
   * Of instructions that it compiles to. The worst of that size looks at the longest path or header
   * that a head can hold (64 KiB) for about a quarter of a second; what people write has below 100.
   */
  private static final int MAX_PROGRAM = 600;

  /** What repeats a group, and so multiplies what repeats in it. */
  private static final java.util.regex.Pattern REPEATED_GROUP =
      java.util.regex.Pattern.compile("\\)\\{([0-9]{1,9})(?:,([0-9]{0,9}))?\\}");

  private final Pattern pattern;

  private Expression(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * @throws IllegalArgumentException where {@link #mistake} finds one
   */
  static Expression of(String text) {
    Optional<String> mistake = mistake(text);
    if (mistake.isPresent()) {
      throw new IllegalArgumentException("'" + text + "' " + mistake.get());
    }
    return new Expression(Pattern.compile(text));
  }

  /** What is wrong with an expression, to follow its name in a sentence; empty if it is right. */
  public static Optional<String> mistake(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return Optional.of("has " + text.length() + " characters, outside 1…" + MAX_LENGTH);
    }
    // Before it is compiled: nested repetitions could fill the memory.
    if (repetitions(text) > MAX_PROGRAM) {
      return Optional.of("repeats too much");
    }
    try {
      int size = Pattern.compile(text).programSize();
      return size <= MAX_PROGRAM
          ? Optional.empty()
          : Optional.of("repeats too much: " + size + " steps, above " + MAX_PROGRAM);
    } catch (PatternSyntaxException e) {
      return Optional.of("is no regular expression of RE2: " + e.getDescription());
    }
  }

  /** How often the innermost of all repeated groups is repeated, were they all nested. */
  private static long repetitions(String text) {
    return REPEATED_GROUP
        .matcher(text)
        .results()
        .mapToLong(Expression::most)
        .reduce(1, (product, count) -> Math.min(MAX_PROGRAM + 1, product * Math.max(1, count)));
  }

  private static long most(MatchResult counts) {
    String upper = counts.group(2);
    return Long.parseLong(upper == null || upper.isEmpty() ? counts.group(1) : upper);
  }

  /** Whether it matches all of the range, read as UTF-8; what is none is any one character. */
  boolean matches(byte[] bytes, int from, int to) {
    return pattern.matches(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  /** A text as an expression that matches just that. */
  public static String quote(String text) {
    return Pattern.quote(text);
  }
}

package dev.fairlead.route;

import java.util.List;
import java.util.Optional;

/** Conditions that must all hold. */
public record Match(
    PathMatch path, Optional<String> method, List<ValueMatch> headers, List<ValueMatch> query) {
  public static final Match ALL =
      new Match(new PathMatch(PathMatch.Kind.PREFIX, "/"), Optional.empty(), List.of(), List.of());

  public Match {
    headers = List.copyOf(headers);
    query = List.copyOf(query);
  }

  /**
   * A path by whole or by prefix of whole segments: {@code /a} matches {@code /a/b}, not {@code
   * /ab}.
   */
  public record PathMatch(Kind kind, String value) {
    public enum Kind {
      EXACT,
      PREFIX
    }
  }

  /** A header (name in lower case) or query parameter that has exactly this value. */
  public record ValueMatch(String name, String value) {}
}

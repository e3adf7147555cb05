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
   * A path by whole, by prefix of whole segments ({@code /a} matches {@code /a/b}, not {@code /ab})
   * or by an {@link Expression}.
   *
   * @param rank of an expression among the other paths of its host: before prefixes of up to {@code
   *     rank / }{@link #RANKS_A_CHARACTER} characters, and before expressions of lower rank; 0 for
   *     others
   */
  public record PathMatch(Kind kind, String value, int rank) {
    /** So many ranks lie between prefixes of which one is longer by a character. */
    public static final int RANKS_A_CHARACTER = 2048;

    /** Above that of any prefix. */
    private static final int BEFORE_PREFIXES = 1 << 24;

    public enum Kind {
      EXACT,
      PREFIX,
      EXPRESSION
    }

    public PathMatch {
      if (rank < 0) {
        throw new IllegalArgumentException("rank " + rank + " is negative");
      }
    }

    /** An expression made so comes before all prefixes, a longer one before a shorter. */
    public PathMatch(Kind kind, String value) {
      this(kind, value, kind == Kind.EXPRESSION ? BEFORE_PREFIXES + value.length() : 0);
    }

    /**
     * What a gRPC call's path is, by Gateway API's precedence: the more characters of the service
     * that match, then of the method.
     *
     * @param service full name, or expression; empty for any
     * @param method name, or expression; empty for any
     * @param expressions whether they are expressions
     */
    public static PathMatch grpc(String service, String method, boolean expressions) {
      if (!expressions && !service.isEmpty()) {
        return method.isEmpty()
            ? new PathMatch(Kind.PREFIX, "/" + service)
            : new PathMatch(Kind.EXACT, "/" + service + "/" + method);
      }
      if (service.isEmpty() && method.isEmpty()) {
        return ALL.path();
      }
      int rank = method.length();
      if (!service.isEmpty()) {
        rank += (service.length() + 1) * RANKS_A_CHARACTER;
      }
      String value = "/" + part(service, expressions) + "/" + part(method, expressions);
      return new PathMatch(Kind.EXPRESSION, value, rank);
    }

    private static String part(String value, boolean expression) {
      if (value.isEmpty()) {
        return "[^/]+";
      }
      return expression ? "(?:" + value + ")" : Expression.quote(value);
    }
  }

  /**
   * A condition on the value of a header (name in lower case) or query parameter.
   *
   * @param expression whether {@code value} is an {@link Expression}, else it is the value itself
   */
  public record ValueMatch(String name, String value, boolean expression) {
    public ValueMatch(String name, String value) {
      this(name, value, false);
    }
  }
}

package dev.fairlead.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The matches of one host: exact paths, then prefixes from the longest to the shortest, and
 * expressions at their rank among those.
 */
final class PathTable {
  private static final byte[] ROOT = {'/'};

  private final ByteTable<Candidate[]> exact;
  private final ByteTable<Candidate[]> prefixes;

  /** Lengths that some prefix has, longest first. */
  private final int[] prefixLengths;

  /** From the highest rank to the lowest. */
  private final ByExpression[] expressions;

  /** A path's expression, and what else a request must be. */
  private record ByExpression(int rank, Expression path, Candidate candidate) {
    /** What is cheap to check goes first. */
    boolean matches(byte[] bytes, int from, int to, RequestView request) {
      return candidate.accepts(request) && path.matches(bytes, from, to);
    }
  }

  PathTable(List<Matched> matches) {
    Map<String, List<Candidate>> byPath = new LinkedHashMap<>();
    Map<String, List<Candidate>> byPrefix = new LinkedHashMap<>();
    List<ByExpression> ranked = new ArrayList<>();
    for (Matched matched : matches) {
      Match.PathMatch path = matched.match().path();
      if (path.kind() == Match.PathMatch.Kind.EXPRESSION) {
        ranked.add(
            new ByExpression(path.rank(), Expression.of(path.value()), new Candidate(matched)));
        continue;
      }
      boolean whole = path.kind() == Match.PathMatch.Kind.EXACT;
      (whole ? byPath : byPrefix)
          .computeIfAbsent(whole ? path.value() : prefix(path), key -> new ArrayList<>())
          .add(new Candidate(matched));
    }
    ranked.sort(
        Comparator.comparingInt((ByExpression e) -> -e.rank)
            .thenComparing(ByExpression::candidate, Candidate.PRECEDENCE));
    expressions = ranked.toArray(ByExpression[]::new);
    exact = table(byPath);
    prefixes = table(byPrefix);
    prefixLengths =
        byPrefix.keySet().stream()
            .mapToInt(prefix -> -utf8(prefix))
            .distinct()
            .sorted()
            .map(negative -> -negative)
            .toArray();
  }

  /** A prefix without its last slash: {@code /a/} and {@code /a} match the same paths. */
  static String prefix(Match.PathMatch path) {
    String value = path.value();
    return value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static ByteTable<Candidate[]> table(Map<String, List<Candidate>> lists) {
    Map<String, Candidate[]> arrays = new LinkedHashMap<>();
    lists.forEach(
        (path, list) -> {
          list.sort(Candidate.PRECEDENCE);
          arrays.put(path, list.toArray(Candidate[]::new));
        });
    return new ByteTable<>(arrays, false);
  }

  @Nullable Matched find(RequestView request) {
    byte[] bytes = request.bytes();
    int from = request.pathStart();
    int to = request.pathEnd();
    if (from == to) {
      bytes = ROOT;
      from = 0;
      to = 1;
    }
    Matched matched = first(exact.get(bytes, from, to), request);
    int next = 0;
    for (int i = 0; i < prefixLengths.length && matched == null; i++) {
      int rank = prefixLengths[i] * Match.PathMatch.RANKS_A_CHARACTER;
      for (; next < expressions.length && expressions[next].rank >= rank; next++) {
        if (expressions[next].matches(bytes, from, to, request)) {
          return expressions[next].candidate.matched;
        }
      }
      int end = from + prefixLengths[i];
      if (end <= to && (end == to || end == from || bytes[end] == '/')) {
        matched = first(prefixes.get(bytes, from, end), request);
      }
    }
    for (; next < expressions.length && matched == null; next++) {
      if (expressions[next].matches(bytes, from, to, request)) {
        matched = expressions[next].candidate.matched;
      }
    }
    return matched;
  }

  private static @Nullable Matched first(Candidate @Nullable [] candidates, RequestView request) {
    if (candidates != null) {
      for (Candidate candidate : candidates) {
        if (candidate.accepts(request)) {
          return candidate.matched;
        }
      }
    }
    return null;
  }
}

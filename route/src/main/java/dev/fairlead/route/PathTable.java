package dev.fairlead.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The matches of one host: exact paths, then prefixes from the longest to the shortest. */
final class PathTable {
  private static final byte[] ROOT = {'/'};

  private final ByteTable<Candidate[]> exact;
  private final ByteTable<Candidate[]> prefixes;

  /** Lengths that some prefix has, longest first. */
  private final int[] prefixLengths;

  PathTable(List<Matched> matches) {
    Map<String, List<Candidate>> byPath = new LinkedHashMap<>();
    Map<String, List<Candidate>> byPrefix = new LinkedHashMap<>();
    for (Matched matched : matches) {
      Match.PathMatch path = matched.match().path();
      boolean whole = path.kind() == Match.PathMatch.Kind.EXACT;
      (whole ? byPath : byPrefix)
          .computeIfAbsent(whole ? path.value() : prefix(path), key -> new ArrayList<>())
          .add(new Candidate(matched));
    }
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
    for (int i = 0; i < prefixLengths.length && matched == null; i++) {
      int end = from + prefixLengths[i];
      if (end <= to && (end == to || end == from || bytes[end] == '/')) {
        matched = first(prefixes.get(bytes, from, end), request);
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

package dev.fairlead.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What of a match is left to check once host and path are known to agree. */
final class Candidate {
  /** Gateway API's among equal hosts and paths. */
  static final Comparator<Candidate> PRECEDENCE =
      Comparator.<Candidate>comparingInt(c -> c.method.length > 0 ? 0 : 1)
          .thenComparingInt(c -> -c.headers.length)
          .thenComparingInt(c -> -c.parameters.length)
          .thenComparingLong(c -> c.matched.route().created())
          .thenComparing(c -> c.matched.route().name())
          .thenComparingInt(c -> c.matched.index());

  final Matched matched;
  private final byte[] method;

  /** Whether it answers preflights, which are matched as what they ask for. */
  private final boolean cors;

  private final Condition[] headers;
  private final Condition[] parameters;

  Candidate(Matched matched) {
    this.matched = matched;
    Match match = matched.match();
    this.method = match.method().orElse("").getBytes(StandardCharsets.UTF_8);
    this.cors = matched.rule().cors().isPresent();
    this.headers = firstOfEachName(match.headers(), true);
    this.parameters = firstOfEachName(match.query(), false);
  }

  /** Of conditions on one name only the first counts (Gateway API). */
  private static Condition[] firstOfEachName(List<Match.ValueMatch> all, boolean fold) {
    Set<String> seen = new HashSet<>();
    List<Condition> first = new ArrayList<>();
    for (Match.ValueMatch match : all) {
      String name = fold ? match.name().toLowerCase(Locale.ROOT) : match.name();
      if (seen.add(name)) {
        first.add(new Condition(name, match));
      }
    }
    return first.toArray(Condition[]::new);
  }

  boolean accepts(RequestView request) {
    if (method.length > 0 && !hasMethod(request) && !(cors && Preflight.asksFor(request, method))) {
      return false;
    }
    for (Condition header : headers) {
      if (!header.holdsForHeader(request)) {
        return false;
      }
    }
    for (Condition parameter : parameters) {
      if (!parameter.holdsForParameter(request)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasMethod(RequestView request) {
    return Arrays.equals(
        request.bytes(), request.methodStart(), request.methodEnd(), method, 0, method.length);
  }
}

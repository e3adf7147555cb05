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
          .thenComparingInt(c -> -c.headerNames.length)
          .thenComparingInt(c -> -c.queryNames.length)
          .thenComparingLong(c -> c.matched.route().created())
          .thenComparing(c -> c.matched.route().name())
          .thenComparingInt(c -> c.matched.index());

  final Matched matched;
  private final byte[] method;
  private final byte[][] headerNames;
  private final byte[][] headerValues;
  private final byte[][] queryNames;
  private final byte[][] queryValues;

  Candidate(Matched matched) {
    this.matched = matched;
    Match match = matched.match();
    this.method = bytes(match.method().orElse(""));
    List<Match.ValueMatch> headers = firstOfEachName(match.headers(), true);
    this.headerNames = headers.stream().map(h -> bytes(h.name())).toArray(byte[][]::new);
    this.headerValues = headers.stream().map(h -> bytes(h.value())).toArray(byte[][]::new);
    List<Match.ValueMatch> query = firstOfEachName(match.query(), false);
    this.queryNames = query.stream().map(q -> bytes(q.name())).toArray(byte[][]::new);
    this.queryValues = query.stream().map(q -> bytes(q.value())).toArray(byte[][]::new);
  }

  /** Of conditions on one name only the first counts (Gateway API). */
  private static List<Match.ValueMatch> firstOfEachName(List<Match.ValueMatch> all, boolean fold) {
    Set<String> seen = new HashSet<>();
    List<Match.ValueMatch> first = new ArrayList<>();
    for (Match.ValueMatch match : all) {
      String name = fold ? match.name().toLowerCase(Locale.ROOT) : match.name();
      if (seen.add(name)) {
        first.add(new Match.ValueMatch(name, match.value()));
      }
    }
    return first;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  boolean accepts(RequestView request) {
    byte[] bytes = request.bytes();
    if (method.length > 0 && !equal(bytes, request.methodStart(), request.methodEnd(), method)) {
      return false;
    }
    for (int i = 0; i < headerNames.length; i++) {
      int header = request.header(headerNames[i]);
      if (header < 0
          || !equal(
              bytes,
              request.headerValueStart(header),
              request.headerValueEnd(header),
              headerValues[i])) {
        return false;
      }
    }
    for (int i = 0; i < queryNames.length; i++) {
      if (!Query.has(
          bytes, request.queryStart(), request.queryEnd(), queryNames[i], queryValues[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(byte[] bytes, int from, int to, byte[] wanted) {
    return Arrays.equals(bytes, from, to, wanted, 0, wanted.length);
  }
}

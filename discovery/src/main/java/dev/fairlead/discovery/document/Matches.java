package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.Expression;
import dev.fairlead.route.Match;
import dev.fairlead.route.Match.PathMatch;
import dev.fairlead.route.Match.ValueMatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the conditions of an HTTPRoute's rule. */
final class Matches {
  static final Reader<Match> MATCH = Structures.object(Matches::match);

  /** Gateway API's bounds. */
  private static final int MAX_PATH = 1024;

  private static final int MAX_VALUES = 16;
  private static final int MAX_HEADER_VALUE = 4096;
  private static final int MAX_QUERY_VALUE = 1024;

  private static final Map<String, String> METHODS = new TreeMap<>();

  static {
    for (String method :
        List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")) {
      METHODS.put(method, method);
    }
  }

  /** Whether a value is an expression. */
  static final Reader<Boolean> BY_EXPRESSION =
      Scalars.oneOf(Map.of("Exact", false, "RegularExpression", true));

  private static final String EXPRESSION_HINT =
      "write it as RE2 has it, to match the whole; no look-around, no back-references";

  /** An expression of RE2, which must match the whole. */
  static final Reader<String> EXPRESSION =
      value ->
          Scalars.TEXT
              .read(value)
              .filter(
                  text -> {
                    Optional<String> mistake = Expression.mistake(text);
                    mistake.ifPresent(
                        what -> value.problem(Quoted.of(text) + " " + what, EXPRESSION_HINT));
                    return mistake.isEmpty();
                  });

  /** An absolute path as a request line can carry it, already normal. */
  static final Reader<String> PATH =
      Scalars.text(
          Matches::isPath,
          "a path",
          "begin it with '/'; no '//', '/./', '/../', '#', '?', blanks or control characters;"
              + " at most 1024 characters");

  /** Conditions on headers, of which none is named twice. */
  static final Reader<List<ValueMatch>> HEADERS = values(true, MAX_HEADER_VALUE);

  private Matches() {}

  private static Match match(Fields fields) {
    return new Match(
        fields.optional("path", Structures.object(Matches::path), Match.ALL.path()),
        fields.optional("method", Scalars.oneOf(METHODS)),
        fields.optional("headers", HEADERS, List.of()),
        fields.optional("queryParams", values(false, MAX_QUERY_VALUE), List.of()));
  }

  private static PathMatch path(Fields fields) {
    PathMatch.Kind kind =
        fields.optional(
            "type",
            Scalars.oneOf(
                Map.of(
                    "Exact",
                    PathMatch.Kind.EXACT,
                    "PathPrefix",
                    PathMatch.Kind.PREFIX,
                    "RegularExpression",
                    PathMatch.Kind.EXPRESSION)),
            PathMatch.Kind.PREFIX);
    boolean expression = kind == PathMatch.Kind.EXPRESSION;
    return expression
        ? new PathMatch(kind, fields.required("value", EXPRESSION, "/.*"))
        : new PathMatch(kind, fields.optional("value", PATH, "/"));
  }

  /** Conditions of which none names the same as another. */
  private static Reader<List<ValueMatch>> values(boolean headers, int maxValue) {
    Reader<ValueMatch> one =
        Structures.object(
            fields -> {
              boolean expression = fields.optional("type", BY_EXPRESSION, false);
              String name = fields.required("name", Names.TOKEN_NAME, "");
              return new ValueMatch(
                  headers ? name.toLowerCase(Locale.ROOT) : name,
                  fields.required("value", expression ? EXPRESSION : Scalars.text(maxValue), ""),
                  expression);
            });
    return value -> {
      Optional<List<ValueMatch>> all = Structures.list(one, 0, MAX_VALUES).read(value);
      Set<String> names = new HashSet<>();
      List<ValueMatch> once = new ArrayList<>();
      for (ValueMatch match : all.orElse(List.of())) {
        if (match.name().isEmpty() || names.add(match.name())) {
          once.add(match);
        } else {
          value.problem("names " + Quoted.of(match.name()) + " twice", "all must match at once");
        }
      }
      return all.map(ignored -> once);
    };
  }

  private static boolean isPath(String text) {
    return text.startsWith("/")
        && text.length() <= MAX_PATH
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#' && c != '?')
        && !text.contains("//")
        && !(text + "/").contains("/./")
        && !(text + "/").contains("/../");
  }
}

package dev.fairlead.telemetry.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A label's template with the names of one batch in it: as the server's regular expression, and as
 * ours that finds the names again in what comes back.
 */
final class Names {
  private static final Pattern VARIABLE = Pattern.compile("\\$(namespace|service|destination)");
  private static final String SPECIAL = "\\.+*?()|[]{}^$";

  private final String expression;
  private final Pattern pattern;
  // The variable of each group: one may stand in several alternatives.
  private final List<String> groups = new ArrayList<>();

  Names(String template, Map<String, SequencedSet<String>> names) {
    Map<String, String> alternatives = new HashMap<>();
    names.forEach(
        (variable, all) ->
            alternatives.put(variable, String.join("|", all.stream().map(Names::quoted).toList())));
    this.expression =
        VARIABLE
            .matcher(template)
            .replaceAll(
                found -> Matcher.quoteReplacement("(?:" + alternatives.get(found.group(1)) + ")"));
    String own =
        VARIABLE
            .matcher(template)
            .replaceAll(
                found -> {
                  groups.add(found.group(1));
                  return Matcher.quoteReplacement(
                      "(?<v" + groups.size() + ">" + alternatives.get(found.group(1)) + ")");
                });
    this.pattern = Pattern.compile(own);
  }

  /** Whether a template is a regular expression. */
  static void check(String field, String template) {
    try {
      Pattern.compile(VARIABLE.matcher(template).replaceAll("x"));
    } catch (PatternSyntaxException e) {
      throw new BadTemplate(
          field,
          "is no regular expression: " + e.getDescription(),
          "quote . + * ? ( ) | [ ] by \\");
    }
  }

  /** As RE2's and Java's expressions both have it. */
  private static String quoted(String name) {
    StringBuilder quoted = new StringBuilder();
    name.chars()
        .forEach(
            each -> {
              if (SPECIAL.indexOf(each) >= 0) {
                quoted.append('\\');
              }
              quoted.append((char) each);
            });
    return quoted.toString();
  }

  /** A matcher in PromQL. */
  String matcher(String label) {
    String text = expression.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return label + "=~\"" + text + "\"";
  }

  /** The names in a label's value, by variable; null where it is not of the template. */
  @Nullable Map<String, String> in(String value) {
    Matcher matcher = pattern.matcher(value);
    if (!matcher.matches()) {
      return null;
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (int at = 0; at < groups.size(); at++) {
      String name = matcher.group("v" + (at + 1));
      if (name != null) {
        found.put(groups.get(at), name);
      }
    }
    return found;
  }
}

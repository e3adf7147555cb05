package dev.fairlead.telemetry.query;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a mesh's metrics are asked: the same queries for all destinations at once. Immutable.
 *
 * <p>Texts have variables: {@code $match} the label matchers of all destinations asked for, {@code
 * $by} the labels that tell them apart, {@code $window} the time that rates are over and {@code
 * $recent} half of it, as Prometheus writes durations.
 *
 * @param name for messages
 * @param labels the labels that tell destinations apart, each with a regular expression (RE2) for
 *     the whole value, in which {@code $namespace}, {@code $service} and {@code $destination} stand
 *     for the names
 * @param latencyUnitNanos nanoseconds in one of {@code le}
 * @param templates PromQL
 */
public record QuerySet(
    String name,
    NavigableMap<String, String> labels,
    double latencyUnitNanos,
    Map<Signal, String> templates) {
  static final Set<String> QUERY_VARIABLES = Set.of("match", "by", "window", "recent");
  static final Set<String> LABEL_VARIABLES = Set.of("namespace", "service", "destination");
  private static final Pattern VARIABLE = Pattern.compile("\\$([a-zA-Z]+)");
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  public QuerySet {
    labels = Collections.unmodifiableNavigableMap(new TreeMap<>(labels));
    templates = Collections.unmodifiableMap(new EnumMap<>(templates));
    if (labels.isEmpty()) {
      throw new BadTemplate("labels", "is empty", "name the labels that tell destinations apart");
    }
    boolean tells = false;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      String field = "labels." + label.getKey();
      if (!LABEL.matcher(label.getKey()).matches()) {
        throw new BadTemplate(field, "is no label's name", "letters, digits and _");
      }
      variables(field, label.getValue(), LABEL_VARIABLES);
      Names.check(field, label.getValue());
      tells |= label.getValue().contains("$destination");
    }
    if (!tells) {
      throw new BadTemplate("labels", "has no $destination", "one label must tell them apart");
    }
    if (!(latencyUnitNanos > 0 && latencyUnitNanos <= 1e9)) {
      throw new BadTemplate("latencyUnit", "is " + latencyUnitNanos + " ns", "s, ms, us or ns");
    }
    for (Signal signal : Signal.values()) {
      String text = templates.get(signal);
      if (text != null) {
        check(signal, text);
      } else if (signal.isRequired()) {
        throw new BadTemplate(signal.field(), "is missing", "nothing can be known without it");
      }
    }
  }

  private static void check(Signal signal, String text) {
    variables(signal.field(), text, QUERY_VARIABLES);
    for (String needed : new String[] {"$match", "$by"}) {
      if (!text.contains(needed)) {
        throw new BadTemplate(
            signal.field(),
            "has no " + needed,
            "as in sum by ($by) (rate(requests{$match}[$window]))");
      }
    }
    if (signal == Signal.LATENCY && !Pattern.compile("\\ble\\b").matcher(text).find()) {
      throw new BadTemplate(signal.field(), "does not keep le", "as in sum by ($by, le) (…)");
    }
  }

  private static void variables(String field, String text, Set<String> known) {
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      if (!known.contains(matcher.group(1))) {
        throw new BadTemplate(
            field,
            "has the unknown variable " + matcher.group(),
            "known are $" + String.join(", $", known.stream().sorted().toList()));
      }
    }
  }

  /** Whether it asks for that. */
  public boolean has(Signal signal) {
    return templates.containsKey(signal);
  }

  /** A text with its variables in place; each is known. */
  static String fill(String text, Map<String, String> values) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }
}

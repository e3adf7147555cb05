package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Of the traces that begin at a Gateway's listeners, how many are recorded. Gateway API has no
 * field for it, so it is an annotation: {@code 0.01} for all of them, {@code checkout=1} for one.
 *
 * @param all in [0, 1]; empty: as the process has it
 * @param byListener in place of that
 */
public record TraceRatios(OptionalDouble all, Map<String, Double> byListener) {
  private static final TraceRatios NONE = new TraceRatios(OptionalDouble.empty(), Map.of());

  private static final String PREFIX = Kinds.OWN_GROUP + "/";
  private static final String NAME = PREFIX + "trace-ratio";

  /** In [0, 1], to a thousandth of a millionth. */
  private static final Pattern RATIO = Pattern.compile("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?");

  public TraceRatios {
    byListener = Map.copyOf(byListener);
  }

  /** That of a listener. */
  public OptionalDouble of(String listener) {
    Double own = byListener.get(listener);
    return own == null ? all : OptionalDouble.of(own);
  }

  /**
   * Reads the annotation, and reports any other of ours: what is misspelt should not be lost.
   *
   * @param listeners of the Gateway
   */
  static TraceRatios read(Metadata metadata, Collection<String> listeners) {
    metadata
        .annotations()
        .forEach(
            (name, text) -> {
              if (name.startsWith(PREFIX) && !name.equals(NAME)) {
                text.at().problem("no such annotation of a Gateway", "there is " + Quoted.of(NAME));
              }
            });
    Located<String> found = metadata.annotations().get(NAME);
    return found == null ? NONE : parsed(found.read(), found.at(), listeners);
  }

  private static TraceRatios parsed(String text, Value at, Collection<String> listeners) {
    OptionalDouble all = OptionalDouble.empty();
    Map<String, Double> own = new HashMap<>();
    for (String part : text.split(",", -1)) {
      String entry = part.strip();
      int equals = entry.indexOf('=');
      Optional<Double> ratio = ratio(entry.substring(equals + 1), at);
      if (ratio.isEmpty()) {
        return NONE;
      }
      String listener = equals < 0 ? "" : entry.substring(0, equals);
      boolean again = equals < 0 ? all.isPresent() : own.containsKey(listener);
      if (again) {
        at.problem(Quoted.of(entry) + " is a second ratio for the same", "keep one");
      } else if (equals < 0) {
        all = OptionalDouble.of(ratio.get());
      } else if (!listeners.contains(listener)) {
        at.unknown("there is no listener " + Quoted.of(listener), listener, listeners);
      } else {
        own.put(listener, ratio.get());
      }
    }
    return new TraceRatios(all, own);
  }

  private static Optional<Double> ratio(String text, Value at) {
    if (RATIO.matcher(text).matches()) {
      return Optional.of(Double.valueOf(text));
    }
    at.problem(
        Quoted.of(text) + " is not a ratio", "write a number from 0 to 1, or listener=number");
    return Optional.empty();
  }
}

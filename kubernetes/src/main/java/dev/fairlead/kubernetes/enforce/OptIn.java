package dev.fairlead.kubernetes.enforce;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The label by which an object says that its weights may be led, and by whom.
 *
 * @param value the name of one manager among several; another value is another manager's object
 */
public record OptIn(String key, String value) {
  /** The label of L3, so that what was labelled for it is led without a change. */
  public static final String L3_KEY = "least-latency.oliviermichaelis.dev/controlled-by";

  private static final Pattern VALUE =
      Pattern.compile("[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  public OptIn {
    if (key.isEmpty() || value.isEmpty()) {
      throw new IllegalArgumentException("a label needs a key and a value");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "no label can have the value '"
              + value
              + "' (letters, digits, and between them - _ . ; at most 63)");
    }
  }

  boolean holds(Map<String, String> labels) {
    return value.equals(labels.get(key));
  }
}

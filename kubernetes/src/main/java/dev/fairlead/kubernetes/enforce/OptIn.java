package dev.fairlead.kubernetes.enforce;

import java.util.Map;

/**
 * The label by which an object says that its weights may be led, and by whom.
 *
 * @param value the name of one manager among several; another value is another manager's object
 */
public record OptIn(String key, String value) {
  /** The label of L3, so that what was labelled for it is led without a change. */
  public static final String L3_KEY = "least-latency.oliviermichaelis.dev/controlled-by";

  public OptIn {
    if (key.isEmpty() || value.isEmpty()) {
      throw new IllegalArgumentException("a label needs a key and a value");
    }
  }

  boolean holds(Map<String, String> labels) {
    return value.equals(labels.get(key));
  }
}

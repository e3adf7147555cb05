package dev.fairlead.balancer.endpoint;

import java.util.Map;
import java.util.TreeMap;

/** Immutable labels of an endpoint, or the labels that a subset asks for. */
public record Labels(Map<String, String> entries) {
  public static final Labels NONE = new Labels(Map.of());

  public Labels {
    entries = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Whether each label of {@code wanted} is here with the same value. */
  public boolean contains(Labels wanted) {
    return entries.entrySet().containsAll(wanted.entries.entrySet());
  }
}

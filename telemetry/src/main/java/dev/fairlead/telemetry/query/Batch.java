package dev.fairlead.telemetry.query;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** A query set for some destinations: what to ask, and whose a row of the answer is. */
public final class Batch {
  /** Their names make a query of some tens of kilobytes. */
  public static final int MOST = 500;

  private final QuerySet set;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, Names> labels = new LinkedHashMap<>();
  private final Map<String, List<Target>> byDestination = new HashMap<>();
  // A destination has a row for each bucket, all of the same labels.
  private final Map<Map<String, String>, List<Target>> known = new HashMap<>();

  /**
   * For some destinations.
   *
   * @param targets at most {@link #MOST}, each {@linkplain Target#canBeAsked() askable}; at least
   *     one
   * @param window at least 1 s
   */
  public Batch(QuerySet set, List<Target> targets, Duration window) {
    this.set = set;
    SequencedSet<String> namespaces = new LinkedHashSet<>();
    SequencedSet<String> services = new LinkedHashSet<>();
    SequencedSet<String> destinations = new LinkedHashSet<>();
    for (Target target : targets) {
      namespaces.add(target.service().namespace());
      services.add(target.service().name());
      destinations.add(target.destination());
      byDestination.computeIfAbsent(target.destination(), fresh -> new ArrayList<>()).add(target);
    }
    Map<String, SequencedSet<String>> names =
        Map.of("namespace", namespaces, "service", services, "destination", destinations);
    List<String> matchers = new ArrayList<>();
    set.labels()
        .forEach(
            (label, template) -> {
              Names those = new Names(template, names);
              labels.put(label, those);
              matchers.add(those.matcher(label));
            });
    variables.put("match", String.join(",", matchers));
    variables.put("by", String.join(",", set.labels().keySet()));
    variables.put("window", window.toMillis() + "ms");
    variables.put("recent", window.toMillis() / 2 + "ms");
  }

  public QuerySet set() {
    return set;
  }

  /** The query for a signal that the set has. */
  public String query(Signal signal) {
    String template = set.templates().get(signal);
    if (template == null) {
      throw new IllegalArgumentException(set.name() + " has no " + signal.field());
    }
    return QuerySet.fill(template, variables);
  }

  /** Whose a row is: nobody's that was asked for, as a rule one's, and several' that share it. */
  public List<Target> of(Map<String, String> row) {
    Map<String, String> own = new HashMap<>(row);
    own.keySet().retainAll(labels.keySet());
    return known.computeIfAbsent(own, this::find);
  }

  private List<Target> find(Map<String, String> row) {
    Map<String, String> names = new HashMap<>();
    for (Map.Entry<String, Names> label : labels.entrySet()) {
      // Prometheus has no empty labels: one that is missing is empty.
      Map<String, String> found = label.getValue().in(row.getOrDefault(label.getKey(), ""));
      if (found == null) {
        return List.of();
      }
      for (Map.Entry<String, String> name : found.entrySet()) {
        String other = names.putIfAbsent(name.getKey(), name.getValue());
        if (other != null && !other.equals(name.getValue())) {
          return List.of();
        }
      }
    }
    return byDestination.getOrDefault(names.getOrDefault("destination", ""), List.of()).stream()
        .filter(
            target ->
                isOrUnsaid(names, "namespace", target.service().namespace())
                    && isOrUnsaid(names, "service", target.service().name()))
        .toList();
  }

  private static boolean isOrUnsaid(Map<String, String> names, String variable, String name) {
    return names.getOrDefault(variable, name).equals(name);
  }
}

package dev.fairlead.kubernetes.report;

import dev.fairlead.kubernetes.watch.Judged;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of all objects.
 *
 * @param routes how many are attached to each listener that is open, by {@code
 *     namespace/gateway/listener}; a listener that is not there is not open
 * @param problems why nothing new is in force; empty: all is
 */
public record Report(List<Judged> ours, Map<String, Integer> routes, List<String> problems) {
  public Report {
    ours = List.copyOf(ours);
    routes = new TreeMap<>(routes);
    problems = List.copyOf(problems);
  }
}

package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.kubernetes.ObjectName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An object that splits traffic by weights, whatever its kind and version.
 *
 * @param apiVersion as it was read
 * @param created as the API server has it: the older of two is in the right
 * @param resourceVersion of what was read; a write is refused where it is no longer this
 * @param recipe what a route is made of that we generated; empty for what others wrote
 * @param groups the places in it where traffic is split: one in a TrafficSplit, one for each rule
 *     of a route
 * @param onlyNewest whether it holds what older versions of its kind do not know, and would lose
 */
record Split(
    ObjectName name,
    String apiVersion,
    String uid,
    String created,
    String resourceVersion,
    Map<String, String> labels,
    String recipe,
    ServiceName service,
    List<List<Backend>> groups,
    boolean onlyNewest) {

  /**
   * One weight of it.
   *
   * @param key tells it from all others of the object
   * @param destination as a plan names it
   * @param weightPath where its weight is, as a JSON pointer
   * @param namePath where its name is
   * @param name what stands there
   */
  record Backend(
      String key,
      String destination,
      String weightPath,
      String namePath,
      String name,
      WrittenWeight weight) {}

  Split {
    labels = Map.copyOf(labels);
    groups = groups.stream().map(List::copyOf).toList();
  }

  List<Backend> backends() {
    List<Backend> all = new ArrayList<>();
    groups.forEach(all::addAll);
    return all;
  }

  /** Whether it says of itself that we generated it; a copy has another name. */
  boolean isGenerated() {
    return !recipe.isEmpty() && service.equals(new ServiceName(name.namespace(), name.name()));
  }

  /** Whether there is a choice anywhere in it. */
  boolean isLeadable() {
    return groups.stream().anyMatch(group -> group.size() > 1);
  }

  /** Each weight as it stands, by key. */
  Map<String, WrittenWeight> weights() {
    Map<String, WrittenWeight> weights = new LinkedHashMap<>();
    backends().forEach(backend -> weights.put(backend.key(), backend.weight()));
    return weights;
  }

  LedSplit led() {
    Map<String, Double> weights = new LinkedHashMap<>();
    for (Backend backend : backends()) {
      weights.merge(backend.destination(), backend.weight().value().orElse(0), Double::sum);
    }
    return new LedSplit(name, service, weights, groups.size() == 1, isGenerated());
  }
}

package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which versions of the kinds that can be led this API server serves, as it last said. */
final class Served {
  private final Cluster cluster;
  private volatile Map<TargetKind, List<String>> versions = Map.of();

  Served(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Asks anew: definitions come and go. */
  void ask() {
    Map<TargetKind, List<String>> found = new HashMap<>();
    for (TargetKind kind : TargetKind.ALL) {
      List<String> served = new ArrayList<>();
      for (String version : kind.versions()) {
        APIResourceList resources = cluster.client().getApiResources(kind.group() + "/" + version);
        if (resources != null
            && resources.getResources().stream()
                .anyMatch(each -> each.getName().equals(kind.plural()))) {
          served.add(version);
        }
      }
      if (!served.isEmpty()) {
        found.put(kind, List.copyOf(served));
      }
    }
    versions = Map.copyOf(found);
  }

  /** The version that shows all of an object; empty where none is served. */
  Optional<String> newest(TargetKind kind) {
    return versions.getOrDefault(kind, List.of()).stream().findFirst();
  }

  boolean hasQuantities(TargetKind kind) {
    return versions.getOrDefault(kind, List.of()).contains(TargetKind.WITH_QUANTITIES);
  }

  static ResourceDefinitionContext context(TargetKind kind, String version) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(kind.group())
        .withVersion(version)
        .withKind(kind.kind())
        .withPlural(kind.plural())
        .withNamespaced(true)
        .build();
  }
}

package dev.fairlead.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.kubernetes.deploy.Manifests;
import dev.fairlead.kubernetes.schema.Definitions;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That what is watched may be read, is defined, and nothing else may be read. */
class WatchRightsTest {
  @Test
  void theGatewayMayReadWhatIsWatchedAndNoMore() throws IOException {
    Set<String> watched = new TreeSet<>();
    for (WatchedKind kind : WatchedKind.ALL) {
      watched.add("list " + kind.group() + "/" + kind.plural());
      watched.add("watch " + kind.group() + "/" + kind.plural());
    }
    assertThat(rights("fairlead-gateway")).isEqualTo(watched);
    assertThat(rights("fairlead-controller")).containsAll(watched);
  }

  @Test
  void ourKindsAreDefinedAsTheyAreWatched() {
    Map<String, String> watched =
        WatchedKind.ALL.stream()
            .filter(kind -> !kind.isForeign())
            .collect(
                Collectors.toMap(
                    WatchedKind::kind, kind -> kind.plural() + (kind.namespaced() ? " in" : "")));
    Map<String, String> defined =
        Definitions.KINDS.stream()
            .filter(type -> !type.getSimpleName().equals("WeightPlan"))
            .collect(
                Collectors.toMap(
                    Class::getSimpleName,
                    type ->
                        HasMetadata.getPlural(type)
                            + (Namespaced.class.isAssignableFrom(type) ? " in" : "")));
    assertThat(defined).isEqualTo(watched);
  }

  private static Set<String> rights(String role) throws IOException {
    Set<String> rights = new TreeSet<>();
    for (GenericKubernetesResource each : Manifests.ofKind("ClusterRole")) {
      if (each.getMetadata().getName().equals(role)) {
        ((List<?>) Manifests.content(each).get("rules")).forEach(rule -> add(rule, rights));
      }
    }
    return rights;
  }

  private static void add(Object rule, Set<String> rights) {
    Map<?, ?> fields = (Map<?, ?>) rule;
    for (Object verb : (List<?>) fields.get("verbs")) {
      for (Object group : (List<?>) fields.get("apiGroups")) {
        for (Object resource : (List<?>) fields.get("resources")) {
          rights.add(verb + " " + group + "/" + resource);
        }
      }
    }
  }
}

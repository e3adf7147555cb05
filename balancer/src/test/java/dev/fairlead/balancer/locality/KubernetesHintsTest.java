package dev.fairlead.balancer.locality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.locality.KubernetesHints.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesHintsTest {
  private static Place caller(String zone, String node) {
    return new Place("c", new Locality("r", zone, ""), node, "");
  }

  /** Hints written zones+zones@nodes+nodes; {@code -} is none of that kind. */
  private static Hints hints(String written) {
    String[] part = written.split("@");
    return new Hints(names(part[0]), names(part[1]));
  }

  private static Set<String> names(String written) {
    return written.equals("-") ? Set.of() : Set.of(written.split("\\+"));
  }

  private static List<Hints> all(String written) {
    return Arrays.stream(written.split(" ")).map(KubernetesHintsTest::hints).toList();
  }

  @ParameterizedTest(name = "{0}: {1}, to {2}")
  @CsvSource({
    "a@- b@-, SAME_ZONE, 0",
    "a@- a+b@- b@-, SAME_ZONE, 0 1",
    "a@- -@-, NONE, 0 1", // one without a hint: none counts
    "b@- c@-, NONE, 0 1", // none for this zone
    "a@n a@m, SAME_NODE, 0", // nodes before zones
    "b@n a@m, SAME_NODE, 0",
    "a@k a@m, SAME_ZONE, 0 1", // none for this node: zones
    "a@n b@-, SAME_ZONE, 0", // one without a node: zones
    "b@n c@-, NONE, 0 1",
    "-@n -@m, SAME_NODE, 0",
    "-@k -@m, NONE, 0 1",
    "-@- -@-, NONE, 0 1",
  })
  void isReadAsKubeProxyDoes(String written, Mode mode, String admitted) {
    List<Hints> hints = all(written);
    KubernetesHints read = KubernetesHints.of(hints, caller("a", "n"));
    assertThat(read.mode()).isEqualTo(mode);
    String indexes =
        IntStream.range(0, hints.size())
            .filter(i -> read.admits(hints.get(i)))
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(" "));
    assertThat(indexes).isEqualTo(admitted);
  }

  @Test
  void anUnknownZoneOrNodeIsNamedByNoHint() {
    Hints empty = new Hints(Set.of(""), Set.of(""));
    assertThat(KubernetesHints.of(List.of(empty), caller("", "")))
        .isEqualTo(KubernetesHints.IGNORED);
    assertThat(KubernetesHints.of(all("a@- b@-"), caller("", "n")))
        .isEqualTo(KubernetesHints.IGNORED);
    assertThat(KubernetesHints.of(all("a@n b@m"), caller("a", "")).mode())
        .isEqualTo(Mode.SAME_ZONE);
  }

  @Test
  void withoutEndpointsThereIsNothingToHeed() {
    assertThat(KubernetesHints.of(List.of(), caller("a", "n"))).isEqualTo(KubernetesHints.IGNORED);
  }
}

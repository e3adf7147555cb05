package dev.fairlead.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a file has to say before a cluster is believed to be the one that is meant. */
class KubeconfigTest {
  private static final String GOOD =
      """
      apiVersion: v1
      kind: Config
      current-context: work
      clusters: [{name: west, cluster: {server: "https://127.0.0.1:6443"}}]
      contexts: [{name: work, context: {cluster: west, user: ann}}]
      users: [{name: ann, user: {token: hush}}]
      """;

  @TempDir Path folder;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("no YAML", "a: b: c: [", "no YAML: mapping values are not allowed here"),
        Arguments.of("a word", "hello", "clusters, contexts and users are expected"),
        Arguments.of("nothing", "", "no current-context"),
        Arguments.of("a list of another type", "clusters: hello", "clusters: not what"),
        Arguments.of(
            "a member of another type", "clusters: [{name: {a: 1}}]", "clusters[0].name: not what"),
        Arguments.of(
            "no context chosen",
            GOOD.replace("current-context: work", ""),
            "no current-context (kubectl config use-context NAME sets one)"),
        Arguments.of(
            "an unknown context",
            GOOD.replace("{name: work", "{name: play"),
            "current-context 'work' is not among the contexts"),
        Arguments.of(
            "an unknown cluster",
            GOOD.replace("{name: west", "{name: east"),
            "cluster 'west' of context 'work' is not among the clusters"),
        Arguments.of(
            "an unknown user",
            GOOD.replace("{name: ann", "{name: bob"),
            "user 'ann' of context 'work' is not among the users"),
        Arguments.of("no server", GOOD.replace("server:", "proxy-url:"), "'west' is no URL: null"),
        Arguments.of(
            "a server that is none",
            GOOD.replace("https://127.0.0.1:6443", "here it is"),
            "is no URL: here it is (write it as https://HOST:PORT)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void whatIsWrongIsSaidWithTheFile(String name, String text, String says) throws IOException {
    Path file = Files.writeString(folder.resolve("config"), text);

    BadKubeconfig bad =
        catchThrowableOfType(BadKubeconfig.class, () -> Kubeconfig.check(List.of(file)));

    assertThat(bad).hasMessageStartingWith(file + ": ").hasMessageContaining(says);
    assertThat(bad.getMessage().lines()).hasSize(1);
    assertThat(bad).hasMessageNotContaining("hush").hasMessageEndingWith(")");
  }

  @Test
  void aFileThatIsNamedMustBeThere() {
    Path file = folder.resolve("none");

    BadKubeconfig bad =
        catchThrowableOfType(BadKubeconfig.class, () -> Kubeconfig.check(List.of(file)));

    assertThat(bad).hasMessage(file + ": no such file (have KUBECONFIG name one that is there)");
  }

  @Test
  void severalFilesTogetherSayIt() throws IOException {
    Path context = Files.writeString(folder.resolve("one"), "current-context: work\n");
    Path rest =
        Files.writeString(folder.resolve("two"), GOOD.replace("current-context: work\n", ""));

    assertThatCode(() -> Kubeconfig.check(List.of(context, folder.resolve("none"), rest)))
        .doesNotThrowAnyException();
  }
}

package dev.fairlead.kubernetes;

import com.fasterxml.jackson.databind.JsonMappingException;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that {@code KUBECONFIG} names, as far as they say which cluster is meant. The client
 * takes what it does not find for the cluster that it runs in, without a word.
 */
final class Kubeconfig {
  private static final String HOW = " (kubectl config view shows what kubectl reads)";

  private final String where;
  private final List<Config> parts;

  private Kubeconfig(String where, List<Config> parts) {
    this.where = where;
    this.parts = parts;
  }

  /**
   * Checks that there is a context, a cluster, its server and its user.
   *
   * @param files as {@code KUBECONFIG} has them; what is not there counts as empty
   * @throws BadKubeconfig with the file and what is wrong with it
   */
  static void check(List<Path> files) {
    List<Config> parts = new ArrayList<>();
    for (Path file : files) {
      if (Files.exists(file)) {
        read(file).ifPresent(parts::add);
      }
    }
    String where = files.stream().map(Path::toString).collect(Collectors.joining(", "));
    if (files.stream().noneMatch(Files::exists)) {
      throw new BadKubeconfig(where + ": no such file (have KUBECONFIG name one that is there)");
    }
    new Kubeconfig(where, parts).check();
  }

  private static Optional<Config> read(Path file) {
    try {
      return Optional.ofNullable(
          new KubernetesSerialization().unmarshal(Files.readString(file), Config.class));
    } catch (IOException e) {
      throw new BadKubeconfig(file + ": cannot be read: " + e);
    } catch (RuntimeException e) {
      throw new BadKubeconfig(file + ": " + mistake(e) + HOW);
    }
  }

  /** The parser's words, or the path to what is of another type than kubectl's. */
  private static String mistake(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonMappingException mapping) {
        return mapping.getPath().isEmpty()
            ? "no kubeconfig: clusters, contexts and users are expected"
            : path(mapping.getPath()) + ": not what a kubeconfig has there";
      }
    }
    return "no YAML: "
        + String.valueOf(e.getMessage())
            .lines()
            .limit(2)
            .map(String::strip)
            .collect(Collectors.joining(" "));
  }

  private static String path(List<JsonMappingException.Reference> path) {
    StringBuilder text = new StringBuilder();
    for (JsonMappingException.Reference each : path) {
      if (each.getFieldName() == null) {
        text.append('[').append(each.getIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(each.getFieldName());
      }
    }
    return text.toString();
  }

  private void check() {
    String name =
        all(config -> Stream.ofNullable(config.getCurrentContext()))
            .filter(each -> !each.isEmpty())
            .findFirst()
            .orElseThrow(
                () -> bad("no current-context", "kubectl config use-context NAME sets one"));
    Context context =
        all(config -> config.getContexts().stream())
            .filter(each -> name.equals(each.getName()))
            .map(each -> each.getContext())
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow(() -> missing("current-context '" + name + "'", "contexts"));
    String cluster = context.getCluster();
    @Nullable String server =
        all(config -> config.getClusters().stream())
            .filter(each -> Objects.equals(each.getName(), cluster))
            .map(each -> each.getCluster())
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow(
                () -> missing("cluster '" + cluster + "' of context '" + name + "'", "clusters"))
            .getServer();
    if (!isUrl(server)) {
      throw bad(
          "the server of cluster '" + cluster + "' is no URL: " + server,
          "write it as https://HOST:PORT");
    }
    String user = context.getUser();
    if (user != null
        && !user.isEmpty()
        && all(config -> config.getUsers().stream())
            .noneMatch(each -> user.equals(each.getName()))) {
      throw missing("user '" + user + "' of context '" + name + "'", "users");
    }
  }

  private <T> Stream<T> all(Function<Config, Stream<T>> of) {
    return parts.stream().flatMap(of);
  }

  private static boolean isUrl(@Nullable String server) {
    try {
      return server != null && server.matches("https?://.+") && new URI(server).getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private BadKubeconfig missing(String what, String list) {
    return bad(what + " is not among the " + list, "add it, or choose another context");
  }

  private BadKubeconfig bad(String what, String mend) {
    return new BadKubeconfig(where + ": " + what + " (" + mend + ")");
  }
}

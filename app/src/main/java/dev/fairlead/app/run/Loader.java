package dev.fairlead.app.run;

import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the documents and places the process in the cluster that the command line names. */
public final class Loader {
  private final List<Path> paths;
  private final Optional<String> cluster;

  public Loader(List<Path> paths, Optional<String> cluster) {
    this.paths = List.copyOf(paths);
    this.cluster = cluster;
  }

  public List<Path> paths() {
    return paths;
  }

  public Documents.Result load() {
    Documents.Result result = Documents.read(paths);
    if (cluster.isPresent() && result instanceof Documents.Result.Accepted accepted) {
      return placed(accepted.configuration(), cluster.get());
    }
    return result;
  }

  private Documents.Result placed(Configuration read, String id) {
    Optional<Configuration.Cluster> local =
        read.clusters().stream().filter(profile -> profile.id().equals(id)).findFirst();
    if (local.isEmpty()) {
      String known =
          read.clusters().stream().map(Configuration.Cluster::id).collect(Collectors.joining(", "));
      return new Documents.Result.Refused(
          List.of(
              new Problem(
                  "--cluster",
                  0,
                  0,
                  "",
                  "no ClusterProfile is named '" + id + "'",
                  known.isEmpty() ? "the documents have none" : "known: " + known)));
    }
    List<Configuration.Cluster> clusters =
        read.clusters().stream()
            .map(each -> new Configuration.Cluster(each.id(), each.place(), each.id().equals(id)))
            .toList();
    return new Documents.Result.Accepted(
        new Configuration(
            local.get().place(), read.routes(), read.services(), clusters, read.prices()));
  }
}

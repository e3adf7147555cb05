package dev.fairlead.app.run;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the command line says of one run.
 *
 * @param config files and folders of documents
 * @param cluster stands in for the ClusterProfile that the documents mark as local
 * @param admin where the admin API listens; port 0 for any
 * @param loops event loops of the proxy
 * @param drain how long requests under way may take after a stop
 */
public record Settings(
    List<Path> config,
    Optional<String> cluster,
    InetSocketAddress admin,
    int loops,
    boolean accessLog,
    Duration drain) {
  public Settings {
    config = List.copyOf(config);
  }
}

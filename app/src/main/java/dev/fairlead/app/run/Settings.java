package dev.fairlead.app.run;

import dev.fairlead.app.otlp.ExportSettings;
import dev.fairlead.discovery.Here;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the command line says of one run.
 *
 * @param config files and folders of documents
 * @param here its cluster, in place of the ClusterProfile that the documents mark as local, and
 *     name
 * @param admin where the admin API listens; port 0 for any
 * @param loops event loops of the proxy
 * @param drain how long requests under way may take after a stop
 * @param traces empty: the proxy does not trace
 * @param maxLag of an event loop, above which requests are turned away by class; zero: never
 */
public record Settings(
    List<Path> config,
    Here here,
    InetSocketAddress admin,
    int loops,
    boolean accessLog,
    Duration drain,
    Optional<ExportSettings> traces,
    Duration maxLag) {
  public Settings {
    config = List.copyOf(config);
  }

  /** One that neither traces nor turns anything away. */
  public Settings(
      List<Path> config,
      Here here,
      InetSocketAddress admin,
      int loops,
      boolean accessLog,
      Duration drain) {
    this(config, here, admin, loops, accessLog, drain, Optional.empty(), Duration.ZERO);
  }
}

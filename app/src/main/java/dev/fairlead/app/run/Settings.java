package dev.fairlead.app.run;

import dev.fairlead.discovery.Here;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the command line says of one run.
 *
 * @param config files and folders of documents
 * @param here its cluster, in place of the ClusterProfile that the documents mark as local, and
 *     name
 * @param admin where the admin API listens; port 0 for any
 * @param loops event loops of the proxy
 * @param drain how long requests under way may take after a stop
 * @param maxLag of an event loop, above which requests are turned away by class; zero: never
 */
public record Settings(
    List<Path> config,
    Here here,
    InetSocketAddress admin,
    int loops,
    boolean accessLog,
    Duration drain,
    Duration maxLag) {
  public Settings {
    config = List.copyOf(config);
  }

  /** One that turns nothing away. */
  public Settings(
      List<Path> config,
      Here here,
      InetSocketAddress admin,
      int loops,
      boolean accessLog,
      Duration drain) {
    this(config, here, admin, loops, accessLog, drain, Duration.ZERO);
  }
}

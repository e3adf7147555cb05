package dev.fairlead.app.run;

import dev.fairlead.app.otlp.ExportSettings;
import dev.fairlead.discovery.Here;
import dev.fairlead.proxy.http1.TrustedPeers;
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
 * @param trusted proxies in front of this one
 * @param kubernetes what it does in a cluster
 * @param orders a file where operators' orders outlive the process; empty: they do not
 * @param adminToken a file with what the admin API asks for; empty: it is for loopback only
 */
public record Settings(
    List<Path> config,
    Here here,
    InetSocketAddress admin,
    int loops,
    boolean accessLog,
    Duration drain,
    Optional<ExportSettings> traces,
    Duration maxLag,
    TrustedPeers trusted,
    InKubernetes kubernetes,
    Optional<Path> orders,
    Optional<Path> adminToken) {
  public Settings {
    config = List.copyOf(config);
  }

  /** One that neither traces nor turns anything away, trusts nobody, and is in no cluster. */
  public Settings(
      List<Path> config,
      Here here,
      InetSocketAddress admin,
      int loops,
      boolean accessLog,
      Duration drain) {
    this(
        config,
        here,
        admin,
        loops,
        accessLog,
        drain,
        Optional.empty(),
        Duration.ZERO,
        TrustedPeers.NONE,
        InKubernetes.NONE,
        Optional.empty(),
        Optional.empty());
  }

  /** The same with an admin API that asks for a token. */
  public Settings withAdminToken(Path file) {
    return new Settings(
        config,
        here,
        admin,
        loops,
        accessLog,
        drain,
        traces,
        maxLag,
        trusted,
        kubernetes,
        orders,
        Optional.of(file));
  }

  /** The same with orders that outlive the process. */
  public Settings withOrders(Path file) {
    return new Settings(
        config,
        here,
        admin,
        loops,
        accessLog,
        drain,
        traces,
        maxLag,
        trusted,
        kubernetes,
        Optional.of(file),
        adminToken);
  }
}

package dev.fairlead.app.demo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the demo builds: clusters with their localities, and the links between them.
 *
 * <p>The prices are an example, of the size that public price lists have for traffic between
 * regions of one continent.
 */
record Topology(List<Cluster> clusters, List<Link> links, String caller) {
  static final int REPLICAS = 4;
  static final int WORKERS = 8;
  static final ServiceTime SERVICE_TIME = new ServiceTime(20, 80);

  static final Topology DEMO =
      new Topology(
          List.of(
              new Cluster("west", "us-west", "us-west-a", 1),
              new Cluster("central", "us-central", "us-central-a", 2),
              new Cluster("east", "us-east", "us-east-a", 3)),
          List.of(
              new Link("west", "central", Duration.ofMillis(10), 0.02),
              new Link("west", "east", Duration.ofMillis(25), 0.02),
              new Link("central", "east", Duration.ofMillis(20), 0.02)),
          "west");

  Topology {
    clusters = List.copyOf(clusters);
    links = List.copyOf(links);
  }

  /** One cluster; {@code network} makes its loopback addresses, 127.0.network.x. */
  record Cluster(String id, String region, String zone, int network) {
    /** The address that a replica itself listens on. */
    String replicaHost(int replica) {
      return "127.0." + network + "." + (1 + replica);
    }

    /** The address at which other clusters see that replica: the relay's. */
    String relayHost(int replica) {
      return "127.0." + network + "." + (101 + replica);
    }
  }

  /** The way between two clusters, the same in both directions. */
  record Link(String from, String to, Duration oneWayDelay, double dollarsPerGiB) {
    boolean joins(String a, String b) {
      return (from.equals(a) && to.equals(b)) || (from.equals(b) && to.equals(a));
    }
  }

  /** The link that the caller's requests to a cluster take; none to its own. */
  Optional<Link> linkTo(String cluster) {
    return links.stream().filter(link -> link.joins(caller, cluster)).findFirst();
  }
}

package dev.fairlead.discovery;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.PriceList;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All documents, checked and resolved.
 *
 * @param files which documents name and which were read with them
 */
public record Configuration(
    Place caller,
    RouteConfig routes,
    SortedMap<ServiceName, ServiceConfig> services,
    List<Cluster> clusters,
    PriceList prices,
    SortedSet<Path> files) {

  public Configuration {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    clusters = List.copyOf(clusters);
    files = Collections.unmodifiableSortedSet(new TreeSet<>(files));
  }

  /** One whose documents name no files. */
  public Configuration(
      Place caller,
      RouteConfig routes,
      SortedMap<ServiceName, ServiceConfig> services,
      List<Cluster> clusters,
      PriceList prices) {
    this(caller, routes, services, clusters, prices, new TreeSet<>());
  }

  /**
   * One service: how it is balanced and steered, and where it is served.
   *
   * @param generatedRoute what a mesh shall split it by, where nobody wrote such a route
   * @param mirrored the cluster whose service of that name it stands for, where a mesh says so
   */
  public record ServiceConfig(
      ServiceName name,
      BalancerPolicy policy,
      Optional<Objective> objective,
      Optional<GeneratedRoute> generatedRoute,
      List<Endpoint> endpoints,
      List<DnsEndpoints> dns,
      Optional<String> mirrored) {

    public ServiceConfig {
      endpoints = List.copyOf(endpoints);
      dns = List.copyOf(dns);
    }
  }

  /** Endpoints behind a DNS name: one for each address that it resolves to. */
  public record DnsEndpoints(String host, int port, Place place, double weight, Duration refresh) {}

  /**
   * A ClusterProfile.
   *
   * @param local the one that this process runs in
   * @param roundTrips to other clusters and back, as far as they are known beforehand
   * @param ping what answers HTTP there, to measure them
   */
  public record Cluster(
      String id,
      Place place,
      boolean local,
      SortedMap<String, Duration> roundTrips,
      Optional<URI> ping) {
    public Cluster {
      roundTrips = Collections.unmodifiableSortedMap(new TreeMap<>(roundTrips));
    }
  }
}

package dev.fairlead.app.service;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.discovery.Configuration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One configuration that is in force, with a balancer for each of its services.
 *
 * @param generation 1 for the first, one more for each that took effect
 * @param loadedAtMillis wall clock
 */
public record InForce(
    long generation,
    long loadedAtMillis,
    Configuration configuration,
    SortedMap<ServiceName, ServiceBalancer> balancers) {

  public InForce {
    balancers = Collections.unmodifiableSortedMap(new TreeMap<>(balancers));
  }

  /**
   * Where a destination is: a cluster by its profile, else by one of the service's endpoints there;
   * a backend as the cluster that it stands for.
   */
  public Locality localityOf(ServiceName service, String destination) {
    String cluster = clusterOf(service, destination);
    if (cluster.equals(configuration.caller().cluster())) {
      return configuration.caller().locality();
    }
    for (Configuration.Cluster profile : configuration.clusters()) {
      if (profile.id().equals(cluster)) {
        return profile.place().locality();
      }
    }
    Configuration.ServiceConfig config = configuration.services().get(service);
    if (config != null) {
      for (Endpoint endpoint : config.endpoints()) {
        if (endpoint.cluster().equals(cluster)) {
          return endpoint.place().locality();
        }
      }
    }
    return Locality.UNKNOWN;
  }

  /** The one that a backend stands for; else the destination is a cluster, or nowhere known. */
  private String clusterOf(ServiceName service, String destination) {
    if (destination.isEmpty()) {
      return destination;
    }
    Configuration.ServiceConfig backend =
        configuration.services().get(new ServiceName(service.namespace(), destination));
    return backend == null ? destination : backend.mirrored().orElse(destination);
  }
}

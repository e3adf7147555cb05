package dev.fairlead.app.run;

import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.steering.cost.PriceList;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The balancers of all services, and the configuration that is in force. A balancer lives as long
 * as its service is in the documents, so that a reload loses no statistics. One thread changes it;
 * any thread may read {@link #inForce()}.
 */
final class Services {
  private final Ticker ticker;
  private final RandomSource random;
  private final Clock clock;
  private final Function<ServiceName, Prober> probers;
  private volatile InForce inForce;

  /**
   * @param probers what probes the endpoints of each service
   */
  Services(Ticker ticker, RandomSource random, Clock clock, Function<ServiceName, Prober> probers) {
    this.probers = probers;
    this.ticker = ticker;
    this.random = random;
    this.clock = clock;
    Configuration nothing =
        new Configuration(
            Place.UNKNOWN, RouteConfig.EMPTY, new TreeMap<>(), List.of(), PriceList.FREE);
    this.inForce = new InForce(0, 0, nothing, new TreeMap<>());
  }

  InForce inForce() {
    return inForce;
  }

  /** A configuration with its balancers, not in force yet. */
  record Prepared(Configuration configuration, SortedMap<ServiceName, ServiceBalancer> balancers) {
    Function<ServiceName, Balancer> lookup() {
      return name -> {
        ServiceBalancer balancer = balancers.get(name);
        return balancer != null ? balancer : request -> Refusal.NO_ENDPOINT;
      };
    }
  }

  /** Makes balancers for new services, with their endpoints; those in force stay untouched. */
  Prepared prepare(Configuration next) {
    SortedMap<ServiceName, ServiceBalancer> balancers = new TreeMap<>();
    for (ServiceConfig config : next.services().values()) {
      ServiceBalancer known = inForce.balancers().get(config.name());
      balancers.put(config.name(), known != null ? known : make(config, next.caller()));
    }
    return new Prepared(next, balancers);
  }

  private ServiceBalancer make(ServiceConfig config, Place caller) {
    ServiceBalancer made =
        new ServiceBalancer(
            config.name(),
            config.policy(),
            caller,
            ticker,
            random,
            Optional.of(probers.apply(config.name())));
    made.update(new EndpointSet(config.endpoints()));
    return made;
  }

  /**
   * Puts it in force: what changed of the services that stay reaches their balancers.
   *
   * @return balancers of services that are gone; requests of the old routes may still pick from
   *     them
   */
  List<ServiceBalancer> commit(Prepared next, SortedMap<ServiceName, EndpointSet> endpoints) {
    InForce before = inForce;
    boolean moved = !before.configuration().caller().equals(next.configuration().caller());
    next.balancers()
        .forEach(
            (name, balancer) -> {
              ServiceConfig old = before.configuration().services().get(name);
              ServiceConfig now = next.configuration().services().get(name);
              balancer.update(endpoints.getOrDefault(name, EndpointSet.EMPTY));
              if (old != null && now != null && before.balancers().get(name) == balancer) {
                if (moved) {
                  balancer.update(next.configuration().caller());
                }
                if (!old.policy().equals(now.policy())) {
                  balancer.update(now.policy());
                }
              }
            });
    inForce =
        new InForce(
            before.generation() + 1, clock.millis(), next.configuration(), next.balancers());
    return gone(before, next);
  }

  private static List<ServiceBalancer> gone(InForce before, Prepared next) {
    List<ServiceBalancer> gone = new ArrayList<>();
    before
        .balancers()
        .forEach(
            (name, balancer) -> {
              if (next.balancers().get(name) != balancer) {
                gone.add(balancer);
              }
            });
    return gone;
  }

  /** Closes balancers that were made for nothing. */
  void abandon(Prepared prepared) {
    prepared
        .balancers()
        .forEach(
            (name, balancer) -> {
              if (inForce.balancers().get(name) != balancer) {
                balancer.close();
              }
            });
  }

  /** New endpoints of one service, as DNS has them. */
  void update(ServiceName name, EndpointSet endpoints) {
    ServiceBalancer balancer = inForce.balancers().get(name);
    if (balancer != null) {
      balancer.update(endpoints);
    }
  }

  void close() {
    inForce.balancers().values().forEach(ServiceBalancer::close);
  }
}

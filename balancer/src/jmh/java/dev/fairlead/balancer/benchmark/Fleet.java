package dev.fairlead.balancer.benchmark;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.probe.ProbeReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** The endpoints that every benchmark has, ours and the peers': one cluster, one zone. */
final class Fleet {
  static final int PORT = 8080;

  private static final Place HERE =
      new Place("west", new Locality("europe-west", "a", ""), "", "");

  private Fleet() {}

  static String host(int index) {
    return "10.0." + index / 256 + "." + index % 256;
  }

  /** The random source is that of production, since it is part of a pick's cost. */
  static ServiceBalancer balancer(Policy policy, Ticker clock) {
    return new ServiceBalancer(
        new ServiceName("shop", "cart"),
        new BalancerPolicy(policy.algorithm, LocalityPolicy.DEFAULT),
        HERE,
        clock,
        () -> ThreadLocalRandom.current().nextLong(),
        Optional.of(Fleet::answer));
  }

  /** Each endpoint answers at once that it is as loaded as the next. */
  private static void answer(Endpoint endpoint, long timeoutNanos, Consumer<ProbeReply> reply) {
    reply.accept(new ProbeReply.Answered(1, 1e6));
  }

  /** Those with the indexes from {@code first} up to, and not with, {@code end}. */
  static EndpointSet endpoints(Policy policy, int first, int end) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int index = first; index < end; index++) {
      endpoints.add(
          new Endpoint(
              new Address(host(index), PORT),
              HERE,
              Labels.NONE,
              policy.weights.applyAsDouble(index)));
    }
    return new EndpointSet(endpoints);
  }
}

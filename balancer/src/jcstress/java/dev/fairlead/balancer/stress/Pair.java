package dev.fairlead.balancer.stress;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.EndpointReport;
import java.util.List;

/**
 * A balancer and its two endpoints. Its random source always says 0, so that the first endpoint is
 * picked while it is there; time goes by a millisecond a reading.
 */
final class Pair {
  static final int FIRST = 1;
  static final int SECOND = 2;

  /** In place of a port: the pick was refused. */
  static final int REFUSED = 0;

  private static final EndpointSet BOTH = new EndpointSet(List.of(at(FIRST), at(SECOND)));
  private static final EndpointSet WITHOUT_FIRST = new EndpointSet(List.of(at(SECOND)));
  private static final BalancerPolicy RANDOM =
      new BalancerPolicy(new Algorithm.Random(), LocalityPolicy.DEFAULT);

  private final ServiceBalancer balancer;

  @SuppressWarnings("NonAtomicVolatileUpdate") // That two readings are alike does no harm.
  private volatile long time;

  Pair() {
    balancer =
        new ServiceBalancer(
            new ServiceName("shop", "cart"), RANDOM, Place.UNKNOWN, this::nanos, () -> 0);
    balancer.update(BOTH);
  }

  private static Endpoint at(int port) {
    return new Endpoint(new Address("127.0.0.1", port), Place.UNKNOWN);
  }

  private long nanos() {
    return time += 1_000_000;
  }

  void removeFirst() {
    balancer.update(WITHOUT_FIRST);
  }

  void addFirst() {
    balancer.update(BOTH);
  }

  Lease pick() {
    return (Lease) balancer.pick(Request.ANY);
  }

  int pickedPort() {
    return balancer.pick(Request.ANY) instanceof Lease lease
        ? lease.endpoint().address().port()
        : REFUSED;
  }

  void pickAndEnd() {
    pick().end(Outcome.REPLIED);
  }

  EndpointReport first() {
    return balancer.endpoints().get(0);
  }

  DestinationReport counted() {
    return balancer.report().destinations().get(0);
  }
}

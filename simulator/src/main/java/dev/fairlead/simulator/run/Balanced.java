package dev.fairlead.simulator.run;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.simulator.world.Trip;
import org.jspecify.annotations.Nullable;

/** The production balancer of each caller decides. */
final class Balanced implements Dispatcher {
  private final Ask ask = new Ask();

  @Override
  public @Nullable Refusal dispatch(Caller caller, Trip trip) {
    ServiceBalancer balancer = caller.balancer;
    if (balancer == null) {
      throw new IllegalStateException("a caller without a balancer");
    }
    ask.trip = trip;
    return switch (balancer.pick(ask)) {
      case Refusal refusal -> refusal;
      case Lease lease -> {
        trip.lease = lease;
        trip.pod = caller.fleet.pod(lease.endpoint());
        yield null;
      }
    };
  }

  /** A trip as the balancer sees it; reused. */
  private static final class Ask implements Request {
    private @Nullable Trip trip;

    private Trip trip() {
      Trip asked = trip;
      if (asked == null) {
        throw new IllegalStateException("nothing is asked");
      }
      return asked;
    }

    @Override
    public boolean hasAffinity() {
      return trip().hasKey;
    }

    @Override
    public long affinity() {
      return trip().key;
    }

    @Override
    public int trafficClass() {
      return trip().trafficClass;
    }

    @Override
    public boolean tried(Endpoint endpoint) {
      Trip asked = trip();
      for (int at = 0; at < asked.attempts; at++) {
        if (asked.tried[at].endpoint().identity().equals(endpoint.identity())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean triedIn(String cluster) {
      Trip asked = trip();
      for (int at = 0; at < asked.attempts; at++) {
        if (asked.tried[at].endpoint().cluster().equals(cluster)) {
          return true;
        }
      }
      return false;
    }
  }
}

package dev.fairlead.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.balancer.pick.ServiceBalancer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The README's example: it compiles and does what it says. */
class LibraryExampleTest {
  private final List<Address> called = new ArrayList<>();

  @Test
  void aFewLinesBalanceOverAStaticSet() throws IOException {
    ServiceBalancer balancer =
        new ServiceBalancer(
            new ServiceName("default", "web"),
            BalancerPolicy.DEFAULT,
            Place.UNKNOWN,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextLong());
    balancer.update(
        new EndpointSet(
            List.of(
                new Endpoint(new Address("127.0.0.1", 9001), Place.UNKNOWN),
                new Endpoint(new Address("127.0.0.1", 9002), Place.UNKNOWN))));

    for (int request = 0; request < 100; request++) {
      switch (balancer.pick(Request.ANY)) {
        case Lease lease -> {
          Outcome outcome = call(lease.endpoint().address());
          lease.end(outcome);
        }
        case Refusal refusal -> throw new IOException(refusal.reason());
      }
    }
    assertThat(called).hasSize(100).contains(new Address("127.0.0.1", 9001));
    assertThat(called).contains(new Address("127.0.0.1", 9002));
  }

  private Outcome call(Address address) {
    called.add(address);
    return Outcome.REPLIED;
  }
}

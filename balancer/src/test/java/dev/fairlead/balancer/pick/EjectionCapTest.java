package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.OutlierReason;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.EndpointReport;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Half of the endpoints may be ejected, rounded down, whatever fails. */
class EjectionCapTest {
  /** Without panic, in which explanations do not say who is ejected. */
  private static final BalancerPolicy EJECTING =
      new BalancerPolicy(
              new Algorithm.RoundRobin(),
              new LocalityPolicy(
                  LocalityPolicy.Mode.FAILOVER, List.of(), List.of(), new Spill(140, 0, false)))
          .with(OutlierDetection.DEFAULT);

  private static final int MOST = 20;

  private static EndpointSet ports(int from, int count) {
    return new EndpointSet(
        IntStream.range(from, from + count).mapToObj(port -> endpoint("west", port)).toList());
  }

  private static long ejected(Fixture fixture) {
    return fixture.balancer.endpoints().stream()
        .filter(report -> report.state() == EndpointReport.State.EJECTED)
        .count();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 19, 20})
  void holdsAtEachMomentWhileAllFail(int endpoints) {
    Fixture fixture = new Fixture(EJECTING, Optional.empty(), Seed.source(endpoints));
    fixture.balancer.update(ports(1, endpoints));
    long most = 0;
    for (int pick = 0; pick < 100 * endpoints; pick++) {
      fixture.lease().end(Outcome.FAILED);
      most = Math.max(most, ejected(fixture));
    }

    assertThat(most).as(Seed.replay()).isEqualTo(endpoints / 2);
    assertThat(fixture.balancer.preventedEjections(OutlierReason.CONSECUTIVE_FAILURES))
        .isPositive();
  }

  @Test
  void holdsAtEachMomentWhileSomeFailAndEndpointsComeAndGo() {
    Fixture fixture = new Fixture(EJECTING, Optional.empty(), Seed.source());
    int endpoints = 1;
    fixture.balancer.update(ports(1, endpoints));
    int failingBelow = 0;
    for (int step = 0; step < 50_000; step++) {
      if (fixture.random.below(50) == 0) {
        endpoints = 1 + fixture.random.below(MOST);
        fixture.balancer.update(ports(1 + fixture.random.below(5), endpoints));
      }
      if (fixture.random.below(500) == 0) {
        failingBelow = fixture.random.below(MOST + 5);
      }
      fixture.advance(fixture.random.below(100));
      Lease lease = fixture.lease();
      boolean fails = lease.endpoint().address().port() < failingBelow;
      lease.end(fails ? Outcome.RESET : Outcome.REPLIED);
      assertThat(ejected(fixture))
          .as("step %s, %s endpoints, %s", step, endpoints, Seed.replay())
          .isLessThanOrEqualTo(endpoints / 2);
    }

    assertThat(fixture.balancer.ejections(OutlierReason.CONSECUTIVE_FAILURES)).isPositive();
    assertThat(fixture.balancer.preventedEjections(OutlierReason.CONSECUTIVE_FAILURES))
        .isPositive();
  }

  /**
   * As a pick sees it: an explanation is of one snapshot and one set of the ejected. The thread
   * that updates looks, so that no update comes between.
   */
  @Test
  void holdsForEachPickWhileThreadsFailAndUpdate() throws Exception {
    AtomicLong time = new AtomicLong();
    SplittableRandom seeded = new SplittableRandom(Seed.value());
    ServiceBalancer balancer =
        new ServiceBalancer(
            new ServiceName("shop", "cart"),
            EJECTING,
            Fixture.place("west"),
            () -> time.addAndGet(1_000_000),
            () -> time.get() * 0x9E37_79B9_7F4A_7C15L);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> one = threads.submit(() -> failAll(balancer, done));
      Future<?> other = threads.submit(() -> failAll(balancer, done));
      long seen = 0;
      for (int update = 0; update < 500; update++) {
        int endpoints = 1 + seeded.nextInt(MOST);
        balancer.update(ports(1 + update % 3, endpoints));
        for (int look = 0; look < 20; look++) {
          failSome(balancer);
          long ejected = ejected(balancer.explain(Request.ANY));
          assertThat(ejected).as(Seed.replay()).isLessThanOrEqualTo(endpoints / 2);
          seen += ejected;
        }
      }
      assertThat(seen).isPositive();
      done.set(true);
      one.get(60, TimeUnit.SECONDS);
      other.get(60, TimeUnit.SECONDS);
    } finally {
      done.set(true);
      threads.shutdown();
    }
  }

  private static long ejected(Explanation explanation) {
    return explanation.endpoints().stream()
        .filter(each -> each.verdict() == Explanation.Verdict.EJECTED)
        .count();
  }

  private static void failAll(ServiceBalancer balancer, AtomicBoolean done) {
    while (!done.get()) {
      failSome(balancer);
    }
  }

  private static void failSome(ServiceBalancer balancer) {
    for (int pick = 0; pick < 20; pick++) {
      if (balancer.pick(Request.ANY) instanceof Lease lease) {
        lease.end(Outcome.FAILED);
      }
    }
  }
}

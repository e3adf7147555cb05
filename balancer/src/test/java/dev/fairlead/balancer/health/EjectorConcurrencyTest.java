package dev.fairlead.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Real threads eject while endpoints come and go, and a reader looks for more than the cap. */
class EjectorConcurrencyTest {
  private static final int EJECTING = 3;
  private static final int UPDATES = 20_000;
  private static final int MOST = 12;

  /** The endpoints that picks see. */
  private volatile List<EndpointMonitor> published = List.of();

  private volatile boolean done;

  @Test
  void theCapHoldsForTheEndpointsOfEachMoment() throws Exception {
    AtomicLong time = new AtomicLong();
    AtomicLong numbers = new AtomicLong();
    Ejector ejector =
        new Ejector(
            OutlierDetection.DEFAULT,
            () -> numbers.getAndAdd(0x9E37_79B9_7F4A_7C15L),
            new AtomicInteger(),
            0);
    List<EndpointMonitor> pool = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      pool.add(ejector.monitor("west"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(EJECTING + 1);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < EJECTING; thread++) {
        running.add(threads.submit(() -> ejectAll(ejector, time)));
      }
      Future<Integer> watching = threads.submit(() -> watch(ejector));
      for (int update = 0; update < UPDATES; update++) {
        int from = update % 3;
        List<EndpointMonitor> next = pool.subList(from, from + 1 + update % (MOST - 3));
        ejector.update(OutlierDetection.DEFAULT, next, () -> published = next);
      }
      done = true;
      for (Future<?> ejecting : running) {
        ejecting.get(60, TimeUnit.SECONDS);
      }
      assertThat(watching.get(60, TimeUnit.SECONDS)).isPositive();
    } finally {
      done = true;
      threads.shutdown();
    }
    assertThat(ejector.enforced(OutlierReason.CONSECUTIVE_FAILURES)).isPositive();
    assertThat(ejector.prevented(OutlierReason.CONSECUTIVE_FAILURES)).isPositive();
  }

  private void ejectAll(Ejector ejector, AtomicLong time) {
    while (!done) {
      long now = time.addAndGet(100_000_000);
      ejector.advance(now);
      for (EndpointMonitor monitor : published) {
        monitor.ended(Outcome.FAILED, now);
      }
    }
  }

  /** As a pick does: the endpoints first, then who of them is ejected. Returns how many it saw. */
  private int watch(Ejector ejector) {
    int seen = 0;
    while (!done) {
      List<EndpointMonitor> endpoints = published;
      Ejections ejections = ejector.current();
      long ejected = endpoints.stream().filter(ejections::contains).count();
      if (ejected > endpoints.size() / 2 && published == endpoints) {
        throw new AssertionError(ejected + " of " + endpoints.size() + " are ejected");
      }
      seen += ejected > 0 ? 1 : 0;
    }
    return seen;
  }
}

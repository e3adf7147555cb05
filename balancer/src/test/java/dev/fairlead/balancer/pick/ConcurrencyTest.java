package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.balancer.weight.Shares;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real threads pick and end while endpoints come and go. */
class ConcurrencyTest {
  private static final int THREADS = 3;
  private static final int UPDATES = 500;

  private static final ActiveCheckPolicy CHECKS =
      new ActiveCheckPolicy(Duration.ofSeconds(2), 0.2, 1, 1, Duration.ofSeconds(10));

  /** Ports up to this one always stay. */
  private static final int STAYING = 4;

  static List<Algorithm> algorithms() {
    return Fixture.EVERY;
  }

  /** A probe's answer, at once. */
  private static void answer(Endpoint endpoint, long timeoutNanos, Consumer<ProbeReply> reply) {
    reply.accept(new ProbeReply.Answered(endpoint.address().port() % 3, 1e6));
  }

  /** Of which each look at the clock takes ten microseconds. */
  private static ServiceBalancer balancer(BalancerPolicy policy) {
    AtomicLong time = new AtomicLong();
    AtomicLong sequence = new AtomicLong(Seed.value());
    return new ServiceBalancer(
        new ServiceName("shop", "cart"),
        policy,
        Fixture.place("west"),
        () -> time.addAndGet(10_000),
        () -> mix(sequence.getAndAdd(0x9E37_79B9_7F4A_7C15L)),
        Optional.of(ConcurrencyTest::answer));
  }

  private static List<Future<Integer>> start(
      ExecutorService threads, ServiceBalancer balancer, AtomicInteger oldestAllowed) {
    List<Future<Integer>> pickers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      SplittableRandom random = new SplittableRandom(Seed.value() + thread);
      pickers.add(threads.submit(picker(balancer, oldestAllowed, random)));
    }
    return pickers;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void everyLeaseIsAccountedForAndNoRemovedEndpointIsPicked(Algorithm algorithm) throws Exception {
    ServiceBalancer balancer = balancer(new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT));
    // Ports from here on are in the set for one update only: a pick must not see an older one.
    AtomicInteger oldestAllowed = new AtomicInteger(STAYING + 1);
    balancer.update(setWith(STAYING + 1));

    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Integer>> pickers = start(threads, balancer, oldestAllowed);
    for (int update = 2; update <= UPDATES; update++) {
      balancer.update(setWith(STAYING + update));
      oldestAllowed.set(STAYING + update);
      balancer.report();
    }
    oldestAllowed.set(Integer.MAX_VALUE);
    int picks = 0;
    for (Future<Integer> picker : pickers) {
      picks += picker.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();

    assertThat(picks).isPositive();
    assertThat(balancer.endpoints()).extracting(EndpointReport::inFlight).containsOnly(0);
    DestinationReport row = balancer.report().destinations().get(0);
    assertThat(row.started()).isEqualTo(picks);
    assertThat(row.inFlight()).isZero();
    assertThat(row.replied() + row.failed() + row.ignored()).isEqualTo(picks);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void nothingLeaksWhilePoliciesAndPlansChangeWithEverythingOn(Algorithm algorithm)
      throws Exception {
    ServiceBalancer balancer = balancer(everything(algorithm));
    AtomicInteger oldestAllowed = new AtomicInteger(STAYING + 1);
    balancer.update(setWith(STAYING + 1));

    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Integer>> pickers = start(threads, balancer, oldestAllowed);
    for (int update = 2; update <= UPDATES / 4; update++) {
      balancer.update(setWith(STAYING + update));
      oldestAllowed.set(STAYING + update);
      balancer.checks().get(update % STAYING).report(update % 3 == 0);
      switch (update % 5) {
        case 0 -> balancer.update(everything(algorithm));
        case 1 -> balancer.update(BalancerPolicy.DEFAULT.with(algorithm).with(CHECKS));
        case 2 -> balancer.update(everything(Algorithm.P2c.DEFAULT));
        case 3 -> balancer.update(Optional.of(new Shares(Map.of("west", 0.5, "east", 0.5))));
        default -> balancer.update(Optional.empty());
      }
      balancer.explain(Request.ANY);
    }
    oldestAllowed.set(Integer.MAX_VALUE);
    for (Future<Integer> picker : pickers) {
      assertThat(picker.get(60, TimeUnit.SECONDS)).isPositive();
    }
    threads.shutdown();

    assertThat(balancer.endpoints()).extracting(EndpointReport::inFlight).containsOnly(0);
    balancer.update(everything(new Algorithm.Random()));
    // New ones, since some of the old may have become unreachable.
    balancer.update(new EndpointSet(List.of(Fixture.endpoints("west", 10_001, 10_005))));
    List<Lease> burst = new ArrayList<>();
    while (balancer.pick(Request.ANY) instanceof Lease lease) {
      burst.add(lease);
    }
    // The limit on the service; 5 · 20 is more.
    assertThat(burst).hasSize(90);
  }

  private static BalancerPolicy everything(Algorithm algorithm) {
    LocalityPolicy nearest = LocalityPolicy.DEFAULT;
    return new BalancerPolicy(
            algorithm,
            new LocalityPolicy(
                nearest.mode(),
                nearest.preference(),
                nearest.distribution(),
                nearest.spill().withByLoad(true)))
        .with(new RequestLimits(20, 90))
        .with(OutlierDetection.DEFAULT)
        .with(WarmUp.DEFAULT)
        .with(CHECKS);
  }

  private static Callable<Integer> picker(
      ServiceBalancer balancer, AtomicInteger oldestAllowed, SplittableRandom random) {
    Outcome[] outcomes = Outcome.values();
    return () -> {
      Deque<Lease> out = new ArrayDeque<>();
      int picks = 0;
      while (true) {
        int oldest = oldestAllowed.get();
        boolean over = oldest == Integer.MAX_VALUE;
        if (over && picks > 0) {
          break; // One that starts when all updates are over has its turn too.
        }
        Request request = random.nextBoolean() ? Simulation.keyed(random.nextLong()) : Request.ANY;
        if (balancer.pick(request) instanceof Lease lease) {
          picks++;
          int port = lease.endpoint().address().port();
          if (!over && port > STAYING && port < oldest) {
            throw new AssertionError("picked " + port + " after it was replaced by " + oldest);
          }
          out.add(lease);
        }
        while (out.size() > 10) {
          Lease ended = out.remove();
          if (random.nextBoolean()) {
            ended.answered();
          }
          ended.end(outcomes[random.nextInt(outcomes.length)]);
          ended.end(Outcome.REPLIED);
        }
      }
      out.forEach(lease -> lease.end(Outcome.REPLIED));
      return picks;
    };
  }

  @Test
  void answersAndEndsThatRaceOnOneLeaseCountOnce() throws Exception {
    AtomicLong time = new AtomicLong();
    ServiceBalancer balancer =
        new ServiceBalancer(
            new ServiceName("shop", "cart"),
            BalancerPolicy.DEFAULT,
            Fixture.place("west"),
            () -> time.addAndGet(1_000_000),
            Seed.source());
    balancer.update(new EndpointSet(List.of(endpoint("west", 1))));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    int leases = 0;
    for (int round = 0; round < 200; round++) {
      List<Lease> out = new ArrayList<>();
      for (int pick = 0; pick < 500; pick++) {
        out.add((Lease) balancer.pick(Request.ANY));
      }
      leases += out.size();
      CyclicBarrier start = new CyclicBarrier(2);
      Future<?> one = threads.submit(() -> race(start, out, Outcome.REPLIED, true));
      Future<?> other = threads.submit(() -> race(start, out, Outcome.FAILED, false));
      one.get(60, TimeUnit.SECONDS);
      other.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();

    EndpointReport idle = balancer.endpoints().get(0);
    assertThat(idle.inFlight()).isZero();
    DestinationReport row = balancer.report().destinations().get(0);
    assertThat(row.replied() + row.failed()).isEqualTo(leases);
    assertThat(row.latency().count()).isBetween(row.replied(), (long) leases);
    // Were one still counted as unanswered, an hour's wait would be a lower bound of the latency;
    // were one too few, the wait of the next would be none.
    time.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(balancer.endpoints().get(0).latencyNanos()).isLessThan(idle.latencyNanos());
    balancer.pick(Request.ANY);
    time.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(balancer.endpoints().get(0).latencyNanos())
        .isGreaterThan((double) TimeUnit.HOURS.toNanos(1));
  }

  private static boolean race(
      CyclicBarrier start, List<Lease> leases, Outcome outcome, boolean answerFirst)
      throws Exception {
    start.await(60, TimeUnit.SECONDS);
    for (Lease lease : leases) {
      if (answerFirst) {
        lease.answered();
      }
      lease.end(outcome);
      lease.answered();
    }
    return true;
  }

  private static EndpointSet setWith(int port) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int staying = 1; staying <= STAYING; staying++) {
      endpoints.add(endpoint("west", staying, staying));
    }
    endpoints.add(endpoint("west", port, 3));
    return new EndpointSet(endpoints);
  }

  /** The finaliser of SplitMix64, which makes a counter a source that threads may share. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ (mixed >>> 31);
  }
}

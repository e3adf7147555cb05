package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.proxy.FaultyRelay.Kind;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.Credentials;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Route;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.ServerTls;
import dev.fairlead.route.UpstreamTls;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many exchanges over connections that break in all ways, on both sides of the proxy, for all pairs
 * of protocols. Whatever breaks, nothing hangs or stays behind, no answer reaches another request,
 * no message that was cut looks whole, and once nothing breaks any more all is well again.
 *
 * <p>{@code -Dfault.runs=} says how many runs each pair gets, {@code -Dseed=} which is the first:
 * it settles what is asked and what breaks where; which thread comes first it does not.
 */
@ExtendWith(NoLeaks.class)
class FaultLoopTest {
  private static final long SEED = Long.getLong("seed", 20261121);
  private static final int RUNS = Integer.getInteger("fault.runs", 1);
  private static final int CLIENTS = 8;
  private static final int BATCHES = 3;

  /** Far more than all timeouts of the proxy together, which must end whatever is stuck. */
  private static final int WATCHDOG_SECONDS = 30;

  private static final Authority AUTHORITY = new Authority("test");
  private static final CertifiedKey FRONT = AUTHORITY.key("a.example");
  private static final CertifiedKey BACK = AUTHORITY.key("web.internal");

  /** What a side speaks. */
  enum Side {
    H1(false, false),
    H2C(true, false),
    H1_TLS(false, true),
    H2_TLS(true, true);

    final boolean http2;
    final boolean tls;

    Side(boolean http2, boolean tls) {
      this.http2 = http2;
      this.tls = tls;
    }
  }

  @ParameterizedTest(name = "from {0}")
  @EnumSource
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void faultsDoNoHarm(Side from) throws Exception {
    Set<Kind> struck = ConcurrentHashMap.newKeySet();
    AtomicInteger broken = new AtomicInteger();
    try (ExecutorService pairs = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (Side to : Side.values()) {
        all.add(
            pairs.submit(
                () -> {
                  for (int run = 0; run < RUNS; run++) {
                    broken.addAndGet(run(from, to, SEED + run, struck));
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    // A test of faults that none of them met would prove nothing.
    assertThat(struck).as("-Dseed=" + SEED).hasSizeGreaterThan(4);
    assertThat(broken).as("-Dseed=" + SEED).hasPositiveValue();
  }

  /** Returns how many exchanges came to nothing. */
  private static int run(Side from, Side to, long seed, Set<Kind> struck) throws Exception {
    String name = from + " to " + to + ", -Dseed=" + seed;
    long mixed = (seed * 31 + from.name().hashCode()) * 31 + to.name().hashCode();
    try (FaultUpstream upstream = new FaultUpstream(to.http2, to.tls ? BACK : null);
        FaultyRelay near = new FaultyRelay(upstream.port(), mixed + 1);
        FaultyRelay other = new FaultyRelay(upstream.port(), mixed + 2);
        Fixture proxy = new Fixture(from, to, seed, near.port(), other.port());
        FaultyRelay front = new FaultyRelay(proxy.port(), mixed + 3)) {
      FaultLedger ledger =
          new FaultLedger(
              port -> !from.tls && front.tainted(port),
              port -> !to.tls && (near.tainted(port) || other.tainted(port)));
      upstream.ledger = ledger;
      storm(name, client(from, front.port()), ledger, new Random(mixed));
      for (FaultyRelay each : List.of(near, other, front)) {
        each.heal();
        struck.addAll(each.struck());
      }
      assertThat(ledger.violations).as(name).isEmpty();
      int broken = ledger.refused.get() + ledger.cut.get();
      allIsWellAgain(name, from, front.port(), ledger);
      nothingStays(name, proxy);
      return broken;
    }
  }

  private static FaultClient.Maker client(Side from, int port) {
    return () -> FaultClient.to(port, from.http2, from.tls ? AUTHORITY : null);
  }

  /** All clients at once, each with one connection after the other as they break. */
  private static void storm(String name, FaultClient.Maker maker, FaultLedger ledger, Random random)
      throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int c = 0; c < CLIENTS; c++) {
        String client = "c" + c;
        Random own = new Random(random.nextLong());
        all.add(
            threads.submit(
                () -> {
                  FaultClient.batches(maker, client, BATCHES, own, ledger);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        try {
          each.get(WATCHDOG_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          throw new AssertionError(name, e.getCause());
        } catch (TimeoutException e) {
          threads.shutdownNow();
          throw new AssertionError(name + ": a client hangs; " + ledger, e);
        }
      }
    }
  }

  private static void allIsWellAgain(String name, Side from, int port, FaultLedger ledger) {
    int before = ledger.whole.get();
    Random random = new Random(1);
    await(name)
        .atMost(Duration.ofSeconds(WATCHDOG_SECONDS))
        .until(
            () -> {
              FaultClient.batches(client(from, port), "after", 1, random, ledger);
              return ledger.whole.get() > before;
            });
    assertThat(ledger.violations).as(name).isEmpty();
  }

  private static void nothingStays(String name, Fixture proxy) {
    await(name)
        .atMost(Duration.ofSeconds(WATCHDOG_SECONDS))
        .untilAsserted(
            () -> {
              ProxyServer.Counters counters = proxy.server.counters();
              assertThat(counters.requestsInFlight()).isZero();
              assertThat(counters.clientConnectionsOpen()).isZero();
              assertThat(counters.upstreamConnectionsOpen()).isZero();
              assertThat(counters.upstreamConnectionsIdle()).isZero();
              assertThat(counters.clientTls().underWay()).isZero();
              assertThat(counters.upstreamTls().underWay()).isZero();
            });
    assertThat(proxy.faults).as(name).isEmpty();
  }

  /** A proxy whose timeouts are short, of a listener and a service that speak this and that. */
  private static final class Fixture implements AutoCloseable, ProxyListener {
    final List<Throwable> faults = new CopyOnWriteArrayList<>();
    final ProxyServer server;

    Fixture(Side from, Side to, long seed, int... ports) throws Exception {
      ServiceBalancer web =
          new ServiceBalancer(
              Proxy.WEB,
              new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT),
              Place.UNKNOWN,
              System::nanoTime,
              Proxy.RANDOM);
      web.update(Proxy.endpointSet(ports));
      OptionsDraft draft = new OptionsDraft();
      draft.headTimeout = Duration.ofMillis(400);
      draft.bodyIdleTimeout = Duration.ofMillis(400);
      draft.handshakeTimeout = Duration.ofMillis(500);
      draft.idleTimeout = Duration.ofMillis(500);
      draft.pooledIdleTimeout = Duration.ofMillis(300);
      server =
          new ProxyServer(
              draft.options(),
              this,
              System::nanoTime,
              InstantSource.system(),
              Proxy.RANDOM,
              Optional.empty(),
              Transport.best(),
              TlsProvider.values()[Math.floorMod(seed, TlsProvider.values().length)]);
      Route route =
          new Route(
              "default/all",
              List.of(HostPattern.ANY),
              List.of(
                  Proxy.rule(
                      to.http2 ? Proxy.forwardH2() : Proxy.forward(),
                      Duration.ofMillis(700),
                      Duration.ofMillis(400))),
              0);
      Listener listener =
          new Listener(
              "front",
              "127.0.0.1",
              0,
              HostPattern.ANY,
              from.tls
                  ? Optional.of(
                      new ServerTls(
                          List.of("front"), Optional.empty(), ServerTls.TlsVersion.TLS_1_2))
                  : Optional.empty(),
              Optional.empty(),
              List.of(route));
      TreeMap<dev.fairlead.balancer.endpoint.ServiceName, UpstreamTls> tls = new TreeMap<>();
      if (to.tls) {
        tls.put(
            Proxy.WEB,
            new UpstreamTls(
                "web.internal",
                List.of(new UpstreamTls.PeerName.Host("web.internal")),
                List.of("endpoints")));
      }
      Credentials credentials =
          new Credentials(
              new TreeMap<>(Map.of("front", FRONT)),
              new TreeMap<>(Map.of("endpoints", List.of(AUTHORITY.certificate))));
      server.apply(
          new RouteConfig(List.of(listener), List.of(), tls, credentials),
          Map.of(Proxy.WEB, web)::get);
    }

    int port() {
      return server.listeners().get("front");
    }

    @Override
    public void failed(Throwable fault) {
      faults.add(fault);
    }

    @Override
    public void close() {
      server.close();
    }
  }
}

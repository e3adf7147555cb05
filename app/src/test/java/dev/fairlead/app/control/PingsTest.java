package dev.fairlead.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import dev.fairlead.telemetry.ping.HttpProbe;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real pings between loopback servers on a clock that only they and the test advance. */
class PingsTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final Way EAST = new Way("west", "east");
  private static final Way SOUTH = new Way("west", "south");
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1000 * MILLI;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final AtomicLong nanos = new AtomicLong();
  private final SplittableRandom random = new SplittableRandom(7);
  private final HttpProbe probe = new HttpProbe();
  private HttpServer east;
  private HttpServer south;
  private InForce inForce;
  private Pings pings;
  private SteeringLoop loop;

  @BeforeEach
  void start() throws IOException {
    east = server(10 * MILLI);
    south = server(30 * MILLI);
    Configuration configuration =
        new Configuration(
            new Place("west", Locality.UNKNOWN, "", ""),
            RouteConfig.EMPTY,
            mirrors("east", "south"),
            List.of(
                cluster("west", Optional.of(URI.create("http://127.0.0.1:1/"))),
                cluster("east", Optional.of(url(east))),
                cluster("north", Optional.empty()),
                cluster("south", Optional.of(url(south)))),
            PriceList.FREE);
    inForce = new InForce(1, 0, configuration, new TreeMap<>());
    pings = new Pings(() -> inForce, probe, nanos::get, random::nextLong);
    loop =
        new SteeringLoop(
            () -> inForce,
            new LinkHintBoard(nanos::get),
            new Overrides(),
            () -> MonthlyVolume.NONE,
            _ -> List.of(new Split()),
            pings,
            nanos::get,
            Clock.systemUTC(),
            new OperatorLog(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Clock.systemUTC()));
  }

  @AfterEach
  void stop() {
    probe.close();
    east.stop(0);
    south.stop(0);
  }

  /** One that is so far away. */
  private HttpServer server(long away) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/livez",
        exchange -> {
          nanos.addAndGet(away);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static URI url(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/livez");
  }

  private static Configuration.Cluster cluster(String id, Optional<URI> ping) {
    Place place = new Place(id, Locality.UNKNOWN, "", "");
    return new Configuration.Cluster(id, place, id.equals("west"), new TreeMap<>(), ping);
  }

  /** Services that stand for those of other clusters. */
  private static TreeMap<ServiceName, ServiceConfig> mirrors(String... clusters) {
    TreeMap<ServiceName, ServiceConfig> mirrors = new TreeMap<>();
    for (String cluster : clusters) {
      ServiceName name = new ServiceName("default", "shop-" + cluster);
      mirrors.put(
          name,
          new ServiceConfig(
              name,
              BalancerPolicy.DEFAULT,
              Optional.empty(),
              Optional.empty(),
              List.of(),
              List.of(),
              Optional.of(cluster)));
    }
    return mirrors;
  }

  /** A service with two destinations that are alike. */
  private static final class Split implements Led {
    @Override
    public String name() {
      return "TrafficSplit/" + SHOP;
    }

    @Override
    public ServiceName service() {
      return SHOP;
    }

    @Override
    public Map<String, Double> weights() {
      return Map.of();
    }

    @Override
    public Map<String, Double> shares() {
      return Map.of();
    }

    @Override
    public Observation seen(TrafficKey key, long nowNanos) {
      return new Observation(key, nowNanos, List.of(seen("shop-east"), seen("shop-south")));
    }

    private static Observation.Destination seen(String name) {
      double millis = 20e6;
      return new Observation.Destination(
          name, true, 0, 100, 100, 1, 1, millis, millis, 0, 0, Double.NaN);
    }

    @Override
    public void order(Mode mode, Plan plan, String why) {}

    @Override
    public void make() {}

    @Override
    public void release() {}

    @Override
    public Optional<Objective> objective() {
      return Optional.of(
          new Objective(
              PolicyKind.INVERSE_COST, Mode.OBSERVE, Duration.ofSeconds(1), ChangeControl.OFF));
    }

    @Override
    public String enforcer() {
      return "test";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Split;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  private void pass(long time) {
    nanos.addAndGet(time);
    pings.tick();
    loop.tick();
  }

  private Map<String, Double> shares() {
    Map<String, Double> shares = new HashMap<>();
    PlanView view = loop.plans().get(SHOP);
    if (view != null) {
      view.wanted().shares().forEach(each -> shares.put(each.destination(), each.share()));
    }
    return shares;
  }

  private void measure() {
    while (pings.counts().answered() < 12) {
      pass(20 * MILLI);
      await()
          .atMost(SOON)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> pings.counts().answered() == pings.counts().sent());
    }
    pass(SECOND);
  }

  @Test
  void plansFollowRoundTripsThatNobodyConfigured() {
    pass(SECOND);
    pass(SECOND);
    assertThat(shares()).isEqualTo(Map.of("shop-east", 0.5, "shop-south", 0.5));

    measure();

    // Its own cluster is not pinged, and neither is one that says no URL.
    assertThat(pings.measured()).containsOnlyKeys(EAST, SOUTH);
    assertThat(pings.measured().get(EAST).nanos()).isEqualTo(10e6);
    assertThat(pings.measured().get(SOUTH).nanos()).isEqualTo(30e6);
    assertThat(shares().get("shop-east")).isCloseTo(0.75, within(1e-9));
    assertThat(loop.plans().get(SHOP).insight().roundTrips().get("shop-south").nanos())
        .isEqualTo(30e6);
  }

  @Test
  void clustersThatDoNotAnswerAgeAndNothingElse() {
    measure();
    Map<String, Double> before = shares();
    assertThat(before.get("shop-east")).isCloseTo(0.75, within(1e-9));
    long answered = pings.counts().answered();

    east.stop(0);
    south.stop(0);
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              pass(100 * MILLI);
              return pings.measured().values().stream()
                  .allMatch(each -> each.ageNanos() > 120 * SECOND);
            });

    assertThat(pings.counts().answered()).isEqualTo(answered);
    assertThat(shares()).isEqualTo(before);
    RoundTrip old = loop.plans().get(SHOP).insight().roundTrips().get("shop-east");
    assertThat(old.nanos()).isEqualTo(10e6);
    assertThat(old.ageNanos()).isGreaterThan(110 * SECOND);
    assertThat(loop.plans().get(SHOP).wanted().shares().getFirst().reason())
        .contains("the round trip is ");
  }

  @Test
  void documentsThatNameItNoMoreEndIt() {
    measure();
    inForce =
        new InForce(
            2,
            0,
            new Configuration(
                new Place("west", Locality.UNKNOWN, "", ""),
                RouteConfig.EMPTY,
                new TreeMap<>(),
                List.of(cluster("east", Optional.of(url(east)))),
                PriceList.FREE),
            new TreeMap<>());
    pass(20 * MILLI);

    assertThat(pings.measured()).containsOnlyKeys(EAST);
  }
}

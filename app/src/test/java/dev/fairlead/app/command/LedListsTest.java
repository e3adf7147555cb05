package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.admin.AdminServer;
import dev.fairlead.app.control.Led;
import dev.fairlead.app.control.LinkHintBoard;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.Pings;
import dev.fairlead.app.control.Split;
import dev.fairlead.app.control.SteeringLoop;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.operate.OrderPosts;
import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.EgressMeter;
import dev.fairlead.app.state.Exchanges;
import dev.fairlead.app.state.History;
import dev.fairlead.app.state.Json;
import dev.fairlead.app.state.LatencyExemplars;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.State;
import dev.fairlead.app.state.StateSampler;
import dev.fairlead.app.state.Status;
import dev.fairlead.app.state.TrafficLedger;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.plan.PolicyKind;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Services whose traffic others carry stand in every list, though no balancer knows them. */
class LedListsTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final Place WEST = new Place("west", new Locality("us-west", "a", ""), "", "");
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong nanos = new AtomicLong();
  private final Overrides overrides = new Overrides();
  private final OperatorLog log =
      new OperatorLog(
          new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
          Clock.systemUTC());
  private final Split split =
      new Split(
          SHOP,
          Optional.of(
              new Objective(
                  PolicyKind.L3, Mode.OBSERVE, Duration.ofSeconds(1), ChangeControl.DEFAULT)));
  private List<Led> led = List.of(split);
  private final InForce inForce =
      new InForce(
          1,
          0,
          new Configuration(WEST, RouteConfig.EMPTY, new TreeMap<>(), List.of(), PriceList.FREE),
          new TreeMap<>());
  private final LinkHintBoard linkHints = new LinkHintBoard(nanos::get);
  private final Pings pings =
      new Pings(
          () -> inForce,
          (uri, timeout) -> {
            throw new AssertionError("nothing is to be pinged");
          },
          nanos::get,
          () -> 42);
  private final SteeringLoop loop =
      new SteeringLoop(
          () -> inForce,
          linkHints,
          overrides,
          () -> MonthlyVolume.NONE,
          _ -> led,
          pings,
          nanos::get,
          Clock.systemUTC(),
          log);
  private final History history = new History();
  private final Sources sources =
      new Sources(
          "test",
          () -> inForce,
          () -> new Status(true, false, List.of(), new State.Config(1, 0, true, List.of()), 0),
          loop::plans,
          loop::steering,
          loop::others,
          overrides,
          loop::stepFailures,
          () -> {
            throw new AssertionError("no proxy is asked");
          },
          () -> 0,
          Optional::empty,
          Optional::empty,
          pings,
          new EgressMeter(),
          new TrafficLedger(nanos::get),
          new Exchanges(tap -> {}, tap -> {}, List::of),
          new LatencyExemplars(),
          nanos::get,
          Clock.systemUTC());
  private final StateSampler sampler = new StateSampler(sources, history);
  private AdminServer admin;

  @BeforeEach
  void start() throws Exception {
    admin =
        new AdminServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            sources,
            sampler,
            history,
            linkHints,
            new OrderPosts(sources, this::pass, Optional::empty),
            Optional.empty(),
            new PrometheusRegistry(),
            () -> 42,
            log);
  }

  @AfterEach
  void stop() {
    admin.close();
    history.close();
  }

  /** A second. */
  private void pass() {
    nanos.addAndGet(SECOND);
    loop.tick();
    sampler.tick();
  }

  private String run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--admin", "127.0.0.1:" + admin.address().getPort()));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertThat(run.exit()).as(run.err()).isZero();
    return run.out();
  }

  /** The cells of the one row with all of these words. */
  private static List<String> row(String table, String... words) {
    List<String> rows =
        table.lines().filter(line -> List.of(words).stream().allMatch(line::contains)).toList();
    assertThat(rows).as(table).hasSize(1);
    return List.of(rows.getFirst().split(" {2,}"));
  }

  @Test
  void weightsAreThoseOfThePlanAndThoseOfTheObject() {
    pass();
    pass();
    String table = run("get", "weights");

    assertThat(table.lines().findFirst().orElseThrow())
        .containsSubsequence("MODE", "PLAN", "IN-FORCE", "OBSERVED", "AGE");
    assertThat(row(table, "shop-west"))
        .startsWith("default/shop", "all", "shop-west", "observe")
        .contains("75.0%", "50.0%", "10.0ms", "100.0%", "0s");
    assertThat(row(table, "shop-east")).contains("25.0%", "50.0%");
    String wide = run("get", "weights", "-o", "wide");
    assertThat(row(wide, "shop-east")).contains("traffic-split", "100.0");

    JsonNode shop = Json.MAPPER.readTree(run("get", "weights", "-o", "json")).get(0);
    assertThat(shop.path("policy").isNull()).isTrue();
    assertThat(shop.path("steering").asString()).isEqualTo("l3");
    assertThat(shop.path("enforcer").asString()).isEqualTo("traffic-split");
    JsonNode east = shop.path("clusters").get(0);
    assertThat(east.path("cluster").asString()).isEqualTo("shop-east");
    assertThat(east.path("inForce").asDouble()).isEqualTo(0.25);
    assertThat(east.path("share").asDouble()).isGreaterThan(0).isLessThan(0.5);
    assertThat(east.path("endpoints").isNull()).isTrue();
    assertThat(run("get", "weights", "-o", "yaml")).contains("enforcer: traffic-split");
  }

  @Test
  void numbersHaveTheirAgeAndOldOnesCostNothingMore() {
    split.age(90 * SECOND);
    pass();
    pass();

    assertThat(row(run("get", "weights"), "shop-west")).contains("2m");
    assertThat(row(run("get", "status", "-o", "wide"), "default/shop")).contains("2m");
    JsonNode shop = Json.MAPPER.readTree(run("get", "weights", "-o", "json")).get(0);
    assertThat(shop.at("/clusters/0/ageSeconds").asDouble()).isEqualTo(90);
    assertThat(shop.at("/clusters/0/dollarsPerHour").isNull()).isTrue();
  }

  @Test
  void beforeThePlanTheBackendsAreThere() {
    loop.tick();
    sampler.tick();

    assertThat(row(run("get", "weights"), "shop-west"))
        .startsWith("default/shop", "all", "shop-west", "observe", "-", "75.0%", "-");
    assertThat(row(run("get", "endpoints"), "shop-west")).contains("unknown");
  }

  @Test
  void endpointsAndClustersNameTheBackends() {
    pass();
    pass();

    assertThat(row(run("get", "endpoints"), "shop-west"))
        .containsExactly("default/shop", "-", "shop-west", "ready", "1");
    assertThat(row(run("get", "endpoints", "-o", "wide"), "shop-west")).contains("3.0", "10.0ms");
    assertThat(row(run("get", "clusters"), "shop-east"))
        .containsExactly("shop-east", "no", "-", "1", "-", "100.0", "-");
    JsonNode clusters = Json.MAPPER.readTree(run("get", "clusters", "-o", "json"));
    assertThat(clusters.get(0).path("cluster").asString()).isEqualTo("shop-east");
    assertThat(clusters.get(0).path("dollarsPerHour").isNull()).isTrue();
    assertThat(row(run("get", "status", "-o", "wide"), "default/shop")).contains("traffic-split");
    assertThat(run("plan", "shop")).contains("shop-west");
    assertThat(run("report", "shop")).containsSubsequence("default/shop", "west", "shop-east");
  }

  @Test
  void bytesThatNobodyCountsAreNotFree() {
    pass();
    pass();

    assertThat(run("report", "shop")).doesNotContain("0B", "0.00").contains("money is not known");
    JsonNode report = Json.MAPPER.readTree(run("report", "shop", "-o", "json"));
    assertThat(report.path("notes").toString()).doesNotContain("free");
    JsonNode shop = report.at("/services/0");
    assertThat(shop.path("requests").asDouble()).isPositive();
    assertThat(shop.path("dollarsPerMonth").isNull()).isTrue();
    assertThat(shop.at("/pairs/0/bytesSent").isNull()).isTrue();
    assertThat(shop.at("/plan/savesPerMonth").isNull()).isTrue();
    assertThat(shop.path("notes").toString())
        .contains("nobody counts its bytes")
        .doesNotContain("free");
  }

  @Test
  void beforeAnythingIsMeasuredWeightsAreShownAsTheyAre() {
    split.measured(false);
    pass();
    pass();

    assertThat(row(run("get", "weights"), "shop-west"))
        .startsWith("default/shop", "all", "shop-west", "observe", "-", "75.0%");
    assertThat(row(run("plan", "shop"), "shop-west"))
        .startsWith("default/shop", "shop-west", "75.0%", "75.0%")
        .last()
        .asString()
        .contains("nothing of it is measured yet");
    assertThat(row(run("get", "status", "-o", "wide"), "default/shop").getLast())
        .contains("nothing of it is measured yet");
    CommandRun refused =
        CommandRun.of(
            "explain", "weights", "shop", "--admin", "127.0.0.1:" + admin.address().getPort());
    assertThat(refused.exit()).isEqualTo(Exit.FAILED);
    assertThat(refused.err()).contains("nothing of it is measured yet", "--metrics");

    split.measured(true);
    pass();
    assertThat(row(run("get", "weights"), "shop-west")).doesNotContain("-");
  }

  @Test
  void whatIsNoLongerLedIsGone() {
    pass();
    assertThat(run("get", "weights")).contains("shop-west");

    led = List.of();
    pass();

    assertThat(run("get", "weights")).doesNotContain("shop-west");
    assertThat(run("get", "endpoints")).doesNotContain("shop-west");
  }
}

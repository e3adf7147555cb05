package dev.fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.telemetry.prometheus.PrometheusClient;
import dev.fairlead.telemetry.prometheus.Server;
import dev.fairlead.telemetry.query.QuerySet;
import dev.fairlead.telemetry.query.QuerySets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A real Prometheus that scrapes expositions each second. Tolerances: rates 5 % once it has scraped
 * in time for a while (10 % of what stays, as a busy machine scrapes late), latencies the bucket
 * that they are in.
 */
@Execution(ExecutionMode.CONCURRENT)
class RealPrometheusTest {
  private static final Duration WINDOW = Duration.ofSeconds(6);
  private static final PrometheusTraffic.Settings SETTINGS =
      new PrometheusTraffic.Settings(Duration.ofSeconds(1), WINDOW);
  private static final TrafficKey KEY =
      new TrafficKey(new ServiceName("shop", "web"), "here", TrafficKey.ANY_CLASS);

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void isInstalled() {
    assumeTrue(
        PrometheusProcess.isInstalled(),
        "skipped: there is no program prometheus (apt-get install prometheus)");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private Exposition exposition() throws Exception {
    Exposition exposition = new Exposition();
    open.add(exposition);
    return exposition;
  }

  private PrometheusProcess prometheus(Exposition... targets) throws Exception {
    PrometheusProcess prometheus = new PrometheusProcess(folder, List.of(targets));
    open.add(prometheus);
    prometheus.start();
    return prometheus;
  }

  private PrometheusTraffic traffic(PrometheusProcess prometheus, QuerySet set) {
    PrometheusClient client = new PrometheusClient(Server.at(prometheus.url()), WINDOW);
    open.add(client);
    return new PrometheusTraffic(client, set, SETTINGS, System::nanoTime);
  }

  private static Observation seen(PrometheusTraffic traffic, String... destinations) {
    traffic.tick();
    return traffic.seen(KEY, List.of(destinations), System.nanoTime());
  }

  /** Ticks until all destinations are so. */
  private static Observation until(
      PrometheusTraffic traffic, Predicate<Observation.Destination> all, String... destinations) {
    Observation[] last = new Observation[1];
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              last[0] = seen(traffic, destinations);
              return last[0].destinations().stream().allMatch(all);
            });
    return last[0];
  }

  private static boolean isWhole(Observation.Destination row) {
    return row.startedRps() > 0
        && row.endedRps() > 0
        && row.p50Nanos() > 0
        && row.inFlight() >= 0
        && row.successRatio() > 0;
  }

  /** Long enough scraped, while the machine was not too busy to scrape in time. */
  private static boolean isSettled(
      PrometheusTraffic traffic, Observation.Destination row, double rps) {
    return isWhole(row)
        && traffic.failure().isEmpty()
        && Math.abs(row.startedRps() - rps) < 0.04 * rps
        && Math.abs(row.endedRps() - rps) < 0.04 * rps;
  }

  private static void isAsServed(
      Observation.Destination row, double rps, double success, double low, double high) {
    assertThat(row.startedRps()).as("started").isCloseTo(rps, within(0.05 * rps));
    assertThat(row.endedRps()).as("ended").isCloseTo(rps, within(0.05 * rps));
    assertThat(row.successRatio()).as("success").isCloseTo(success, within(0.02));
    assertThat(row.p50Nanos() / 1e6).as("p50").isBetween(low, high);
    assertThat(row.p99Nanos()).as("p99").isGreaterThanOrEqualTo(row.p50Nanos());
    assertThat(row.ageNanos()).as("age").isBetween(0L, 5_000_000_000L);
  }

  @Test
  void everyQuerySetHasTheNumbersThatItsExpositionHas() throws Exception {
    Exposition exposition = exposition();
    Meshes.linkerd(exposition, "shop", "web-east", 100, 0.9, 20, 3);
    Meshes.linkerd(exposition, "shop", "web-west", 40, 1, 200, 8);
    // Another namespace's of the same name is another.
    Meshes.linkerd(exposition, "other", "web-east", 7, 0.5, 2000, 1);
    Meshes.istio(exposition, "shop", "web-east", 100, 0.9, 20);
    Meshes.istio(exposition, "shop", "web-west", 40, 1, 200);
    Meshes.envoy(exposition, "web-east", 100, 0.9, 20, 3);
    Meshes.envoy(exposition, "outbound|80||web-west.shop.svc.cluster.local", 40, 1, 200, 8);
    Meshes.fairlead(exposition, "shop/web", "web-east", 100, 0.9, 20, 3);
    Meshes.fairlead(exposition, "shop/web", "web-west", 40, 1, 200, 8);
    Meshes.otel(exposition, "shop/web-east", 100, 0.9, 20, 3);
    Meshes.otel(exposition, "web-west", 40, 1, 200, 8);
    PrometheusProcess prometheus = prometheus(exposition);
    Map<String, PrometheusTraffic> all = new TreeMap<>();
    QuerySets.all().forEach(set -> all.put(set.name(), traffic(prometheus, set)));

    all.forEach(
        (name, traffic) -> {
          List<Observation.Destination> rows =
              until(
                      traffic,
                      row -> isSettled(traffic, row, row.name().equals("web-east") ? 100 : 40),
                      "web-east",
                      "web-west")
                  .destinations();
          isAsServed(rows.get(0), 100, 0.9, 10, 50);
          isAsServed(rows.get(1), 40, 1, 100, 250);
          double east = name.equals("istio") ? 100 * 0.02 : 3;
          assertThat(rows.get(0).inFlight()).as(name).isCloseTo(east, within(0.1 * east));
          assertThat(rows.get(0).meanNanos() / 1e6).as(name).isCloseTo(20, within(1.0));
        });
  }

  @Test
  void whilePrometheusIsAwayNumbersStayAndAgesRise() throws Exception {
    Exposition exposition = exposition();
    Meshes.linkerd(exposition, "shop", "web-east", 100, 0.9, 20, 3);
    PrometheusProcess prometheus = prometheus(exposition);
    PrometheusTraffic traffic = traffic(prometheus, QuerySets.LINKERD);
    Observation.Destination before =
        until(traffic, row -> isSettled(traffic, row, 100), "web-east").destinations().getFirst();

    prometheus.stop();
    Observation.Destination away =
        until(traffic, row -> row.ageNanos() > 4_000_000_000L, "web-east")
            .destinations()
            .getFirst();

    // The last sample may have come between.
    assertThat(away.startedRps()).isCloseTo(before.startedRps(), within(10.0));
    assertThat(away.aged(true, 0).p50Nanos()).isCloseTo(before.p50Nanos(), within(5e6));
    assertThat(traffic.failure()).isPresent();

    prometheus.start();
    Observation.Destination again =
        until(
                traffic,
                row -> isSettled(traffic, row, 100) && row.ageNanos() < 2_000_000_000L,
                "web-east")
            .destinations()
            .getFirst();

    // With a hole of seconds in the window, and a rate from both sides of it.
    assertThat(again.startedRps()).isCloseTo(100, within(10.0));
  }

  @Test
  void aDeadTargetHasNoFreshRates() throws Exception {
    Exposition exposition = exposition();
    Meshes.linkerd(exposition, "shop", "web-east", 100, 0.9, 20, 3);
    PrometheusTraffic traffic = traffic(prometheus(exposition), QuerySets.LINKERD);
    until(traffic, row -> isSettled(traffic, row, 100), "web-east");

    exposition.refuse(scrape -> true);
    Observation.Destination dead =
        until(traffic, row -> row.ageNanos() > 3_000_000_000L, "web-east")
            .destinations()
            .getFirst();

    assertThat(dead.startedRps()).isCloseTo(100, within(10.0));
    assertThat(dead.inFlight()).isCloseTo(3, within(0.01));
    assertThat(traffic.failure()).isEmpty();
  }

  @Test
  void halfOfTheSamplesAreEnough() throws Exception {
    Exposition exposition = exposition();
    Meshes.linkerd(exposition, "shop", "web-east", 100, 0.9, 20, 3);
    exposition.refuse(scrape -> scrape % 2 == 1);
    PrometheusTraffic traffic = traffic(prometheus(exposition), QuerySets.LINKERD);

    Observation.Destination half =
        until(traffic, row -> isSettled(traffic, row, 100) && exposition.scrapes() >= 6, "web-east")
            .destinations()
            .getFirst();

    isAsServed(half, 100, 0.9, 10, 50);
  }

  @Test
  void samplesThatComeAMinuteLateAreNoNews() throws Exception {
    Exposition exposition = exposition();
    Meshes.linkerd(exposition, "shop", "web-east", 100, 0.9, 20, 3);
    PrometheusTraffic traffic = traffic(prometheus(exposition), QuerySets.LINKERD);
    until(traffic, row -> isSettled(traffic, row, 100), "web-east");

    exposition.dateBack(Duration.ofSeconds(60));
    Observation.Destination late =
        until(traffic, row -> row.ageNanos() > 8_000_000_000L, "web-east")
            .destinations()
            .getFirst();

    assertThat(late.startedRps()).isCloseTo(100, within(10.0));
    assertThat(late.successRatio()).isCloseTo(0.9, within(0.02));
  }

  @Test
  void aCounterThatBeginsAnewIsNoNegativeRate() throws Exception {
    Exposition exposition = exposition();
    Meshes.linkerd(exposition, "shop", "web-east", 100, 0.9, 20, 3);
    PrometheusTraffic traffic = traffic(prometheus(exposition), QuerySets.LINKERD);
    until(traffic, row -> isSettled(traffic, row, 100) && exposition.scrapes() >= 5, "web-east");

    exposition.restartCounters();
    long scrapes = exposition.scrapes();
    List<Double> rates = new ArrayList<>();
    until(
        traffic,
        row -> {
          rates.add(row.startedRps());
          return exposition.scrapes() >= scrapes + 4;
        },
        "web-east");

    // What came between the last scrape and the reset nobody has seen.
    assertThat(rates).allSatisfy(rate -> assertThat(rate).isBetween(60.0, 110.0));
    assertThat(traffic.status(System.nanoTime()).failures().values()).containsOnly(0L);
  }
}

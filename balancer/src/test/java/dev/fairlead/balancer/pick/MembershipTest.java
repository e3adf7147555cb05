package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.EndpointReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Endpoints that leave and come back while requests are under way, for each policy. */
class MembershipTest {
  private static final int ENDPOINTS = 5;
  private static final double RPS = 500;

  static List<Algorithm> algorithms() {
    return Fixture.EVERY;
  }

  /** Ports from {@code from} to the last. */
  private static Endpoint[] from(int from) {
    return IntStream.rangeClosed(from, ENDPOINTS)
        .mapToObj(port -> endpoint("west", port))
        .toArray(Endpoint[]::new);
  }

  private static Simulation running(Algorithm algorithm) {
    Simulation simulation = new Simulation(algorithm, Simulation.equal(ENDPOINTS));
    int[] picks = simulation.open(RPS, 2 * SECOND, (index, now) -> simulation.reply(10, 30));
    for (int its : picks) {
      assertThat(its).as(Seed.replay()).isPositive();
    }
    return simulation;
  }

  private static int[] goOn(Simulation simulation) {
    return simulation.open(RPS, 2 * SECOND, (index, now) -> simulation.reply(10, 30));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void oneThatLeftGetsNothingAndTheOthersKeepTheirStatistics(Algorithm algorithm) {
    Simulation simulation = running(algorithm);
    List<EndpointReport> before = simulation.fixture.balancer.endpoints();
    assertThat(before).extracting(EndpointReport::inFlight).anyMatch(its -> its > 0);
    simulation.fixture.endpoints(from(2));

    assertThat(simulation.fixture.balancer.endpoints())
        .as(Seed.replay())
        .isEqualTo(before.subList(1, ENDPOINTS));
    // Ends of its late requests and of probes that were under way come in meanwhile.
    int[] picks = goOn(simulation);
    assertThat(picks[0]).as(Seed.replay()).isZero();
    for (int index = 1; index < ENDPOINTS; index++) {
      assertThat(picks[index]).as(Seed.replay()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void oneThatCameBackStartsAnewWhateverItsLateRequestsSay(Algorithm algorithm) {
    Simulation simulation = running(algorithm);
    List<Lease> late = new ArrayList<>();
    for (int lease = 0; lease < 8; lease++) {
      late.add(simulation.fixture.leaseOn(1));
    }
    simulation.fixture.endpoints(from(2));
    simulation.fixture.endpoints(from(1));
    EndpointReport anew = simulation.fixture.report(1);
    assertThat(anew)
        .isEqualTo(
            new EndpointReport(
                endpoint("west", 1),
                EndpointReport.State.READY,
                0,
                0,
                0,
                Double.NaN,
                Double.NaN,
                0));
    for (Lease lease : late) {
      lease.answered();
      lease.end(Outcome.CONNECT_FAILED, new LoadReport(0.9, 1, 1), 10 * SECOND);
    }

    assertThat(simulation.fixture.report(1)).isEqualTo(anew);
    int[] picks = goOn(simulation);
    assertThat(picks[0]).as(Seed.replay()).isPositive();
    assertThat(simulation.fixture.report(1).failed()).isZero();
    assertThat(simulation.fixture.report(1).picks()).isEqualTo(picks[0]);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aSetThatChangesEveryMomentLeadsOnlyToItsMembers(Algorithm algorithm) {
    Simulation simulation = new Simulation(algorithm, Simulation.equal(ENDPOINTS));
    for (int update = 0; update < 100; update++) {
      int first = 1 + simulation.random.below(ENDPOINTS);
      simulation.fixture.endpoints(from(first));
      int[] picks = simulation.open(RPS, SECOND / 50, (index, now) -> simulation.reply(10, 30));
      for (int index = 0; index < first - 1; index++) {
        assertThat(picks[index]).as("update %s, %s", update, Seed.replay()).isZero();
      }
    }
  }
}

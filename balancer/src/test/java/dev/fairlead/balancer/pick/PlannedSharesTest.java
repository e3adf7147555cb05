package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.triedIn;
import static dev.fairlead.balancer.pick.Fixture.triedPorts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlannedSharesTest {
  private static final int PICKS = 20_000;

  private final Fixture fixture = new Fixture(Algorithm.PeakEwma.DEFAULT);

  @BeforeEach
  void threeClusters() {
    fixture.endpoints(
        endpoint("west", 1), endpoint("west", 2), endpoint("east", 3), endpoint("north", 4));
  }

  private void assertShares(Map<String, Double> expected) {
    Map<String, Integer> counts = fixture.countByCluster(PICKS);
    assertThat(counts).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (cluster, p) ->
            // Five standard deviations of a binomial share.
            assertThat((double) counts.get(cluster) / PICKS)
                .as("%s, %s", cluster, Seed.replay())
                .isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / PICKS))));
  }

  @Test
  void eachClusterGetsItsShareHoweverManyEndpointsItHas() {
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));

    assertShares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
  }

  @Test
  void aClusterThatIsNotNamedOrHasShareZeroGetsNothing() {
    fixture.shares(Map.of("east", 1.0, "north", 0.0));

    assertShares(Map.of("east", 1.0));
  }

  @Test
  void theShareOfAClusterThatCannotBeReachedGoesToTheOthersInProportion() {
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    fixture.fail(3, Outcome.CONNECT_FAILED, 3);

    assertShares(Map.of("west", 0.4, "north", 0.6));
  }

  @Test
  void aClusterWithoutEndpointsIsLeftOut() {
    fixture.shares(Map.of("south", 0.9, "east", 0.05, "north", 0.05));

    assertShares(Map.of("east", 0.5, "north", 0.5));
  }

  @Test
  void whereNoPlannedClusterIsUsableTheOthersAreTakenByLocality() {
    fixture.shares(Map.of("east", 1.0, "west", 0.0));
    fixture.fail(3, Outcome.CONNECT_FAILED, 3);
    assertShares(Map.of("west", 1.0));

    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    assertShares(Map.of("north", 1.0));
  }

  @Test
  void aRetryThatExhaustedItsClusterGoesToAnotherOfThePlanInProportion() {
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    Map<Integer, Integer> counts = fixture.countByPort(triedPorts(3), PICKS);

    assertThat(counts).containsOnlyKeys(1, 2, 4);
    // east's half is drawn again among west and north, as 2 to 3.
    assertThat((double) counts.get(4) / PICKS)
        .as(Seed.replay())
        .isCloseTo(0.6, within(5 * Math.sqrt(0.24 / PICKS)));
  }

  @Test
  void aRetryLeavesTheClusterThatItTriedButNotThePlan() {
    fixture.shares(Map.of("west", 0.5, "east", 0.5, "north", 0.0));
    assertThat(fixture.countByPort(triedIn("west"), PICKS)).containsOnlyKeys(3);

    fixture.shares(Map.of("west", 1.0, "east", 0.0));
    assertThat(fixture.countByPort(triedIn("west"), PICKS)).containsOnlyKeys(1, 2);
  }

  @Test
  void withoutThePlanLocalityDecidesAgain() {
    fixture.shares(Map.of("east", 1.0));
    fixture.balancer.update(Optional.empty());

    assertShares(Map.of("west", 1.0));
  }
}

package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.chance;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Affinity where a plan divides the keys over clusters. */
class PlannedAffinityTest {
  private static final int KEYS = 10_000;

  static List<Algorithm> byKey() {
    return List.of(
        Algorithm.RingHash.DEFAULT,
        Algorithm.Maglev.DEFAULT,
        Algorithm.Rendezvous.DEFAULT,
        new Algorithm.RingHash(OptionalDouble.of(1.5)));
  }

  private static Fixture fixture(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 3), endpoints("east", 4, 6), endpoints("north", 7, 9));
    return fixture;
  }

  /** Where each key is led while nothing is in flight. */
  private static int[] ports(Fixture fixture) {
    int[] ports = new int[KEYS];
    for (int key = 0; key < KEYS; key++) {
      ports[key] = fixture.portOf(key(key));
    }
    return ports;
  }

  private static String cluster(int port) {
    return port <= 3 ? "west" : port <= 6 ? "east" : "north";
  }

  private static Map<String, Double> shares(int[] ports) {
    Map<String, Double> shares = new TreeMap<>();
    for (int port : ports) {
      shares.merge(cluster(port), 1.0 / KEYS, Double::sum);
    }
    return shares;
  }

  private static void assertShares(int[] ports, Map<String, Double> expected) {
    Map<String, Double> shares = shares(ports);
    expected.forEach(
        (cluster, share) ->
            assertThat(shares.getOrDefault(cluster, 0.0))
                .as(cluster)
                .isCloseTo(share, chance(share, KEYS)));
  }

  /** Share of the keys that are led to another endpoint than before. */
  private static double moved(int[] before, int[] after) {
    int moved = 0;
    for (int key = 0; key < KEYS; key++) {
      moved += before[key] == after[key] ? 0 : 1;
    }
    return (double) moved / KEYS;
  }

  @ParameterizedTest
  @MethodSource("byKey")
  void aKeyIsLedToOneEndpointAndTheSharesHoldOverKeys(Algorithm algorithm) {
    Fixture fixture = fixture(algorithm);
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    int[] ports = ports(fixture);

    assertShares(ports, Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    assertThat(ports(fixture)).isEqualTo(ports);
    // Another caller with the same plan leads them alike.
    Fixture other = fixture(algorithm);
    other.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    assertThat(ports(other)).isEqualTo(ports);
  }

  @ParameterizedTest
  @MethodSource("byKey")
  void aChangeOfTheSharesMovesLittleMoreThanItMust(Algorithm algorithm) {
    Fixture fixture = fixture(algorithm);
    fixture.shares(Map.of("west", 0.4, "east", 0.3, "north", 0.3));
    int[] before = ports(fixture);
    fixture.shares(Map.of("west", 0.3, "east", 0.4, "north", 0.3));
    int[] after = ports(fixture);

    assertShares(after, Map.of("west", 0.3, "east", 0.4, "north", 0.3));
    // Δ is 0.1. Some go from west to north and as many from north to east.
    assertThat(moved(before, after)).isBetween(0.08, 0.16);
    for (int key = 0; key < KEYS; key++) {
      if (before[key] != after[key]) {
        assertThat(cluster(after[key])).isNotEqualTo("west");
        assertThat(cluster(before[key])).isNotEqualTo("east");
      }
    }
    fixture.shares(Map.of("west", 0.4, "east", 0.3, "north", 0.3));
    assertThat(ports(fixture)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("byKey")
  void whenAClusterCannotBeReachedOnlyItsKeysMove(Algorithm algorithm) {
    Fixture fixture = fixture(algorithm);
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    int[] before = ports(fixture);
    for (int port = 4; port <= 6; port++) {
      fixture.fail(port, Outcome.CONNECT_FAILED, 3);
    }
    int[] after = ports(fixture);

    assertShares(after, Map.of("west", 0.4, "north", 0.6));
    for (int key = 0; key < KEYS; key++) {
      if (!cluster(before[key]).equals("east")) {
        assertThat(after[key]).isEqualTo(before[key]);
      }
    }
  }

  @Test
  void oneEndpointThatIsLostMovesItsOwnKeysAndWhatHealthTakesFromItsCluster() {
    Fixture fixture = fixture(Algorithm.RingHash.DEFAULT);
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    int[] before = ports(fixture);
    fixture.fail(4, Outcome.CONNECT_FAILED, 3);
    int[] after = ports(fixture);

    // 0.5 · 1.4 · 2 / 3 is what health leaves of east.
    double left = 0.5 * 1.4 * 2 / 3;
    assertShares(after, Map.of("east", left / (0.5 + left)));
    long lost = java.util.Arrays.stream(before).filter(port -> port == 4).count();
    assertThat(moved(before, after)).isCloseTo((double) lost / KEYS, within(0.05));
  }

  @Test
  void aRetryLeavesTheKeysEndpoint() {
    Fixture fixture = fixture(Algorithm.Maglev.DEFAULT);
    fixture.shares(Map.of("west", 0.5, "east", 0.5, "north", 0.0));
    for (int key = 0; key < 100; key++) {
      int first = fixture.portOf(key(key));
      int number = key;
      Request retry =
          new Request() {
            @Override
            public boolean hasAffinity() {
              return true;
            }

            @Override
            public long affinity() {
              return number;
            }

            @Override
            public boolean triedIn(String cluster) {
              return cluster.equals(cluster(first));
            }
          };
      int second = fixture.portOf(retry);
      assertThat(cluster(second)).isEqualTo(first <= 3 ? "east" : "west");
      assertThat(fixture.portOf(retry)).isEqualTo(second);
    }
  }

  @Test
  void requestsWithoutAKeyAreDividedByThePlanToo() {
    Fixture fixture = fixture(Algorithm.RingHash.DEFAULT);
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    Map<String, Integer> counts = fixture.countByCluster(KEYS);

    assertThat((double) counts.get("east") / KEYS).isCloseTo(0.5, chance(0.5, KEYS));
    assertThat(fixture.countByPort(Request.ANY, 1000)).hasSize(9);
  }
}

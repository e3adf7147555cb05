package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.labelled;
import static dev.fairlead.balancer.pick.Fixture.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Explanation.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A part of the endpoints: by labels for a request, and by rendezvous for a client. */
class SubsettingTest {
  private static final int SIZE = 5;

  static List<Algorithm> algorithms() {
    return Fixture.ALGORITHMS;
  }

  private static Fixture fixture(Algorithm algorithm, String client) {
    return new Fixture(
        new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT).with(new Subsetting(client, SIZE)));
  }

  /** Who may be picked. */
  private static Set<Integer> members(Fixture fixture) {
    return fixture.balancer.explain(Request.ANY).endpoints().stream()
        .filter(each -> each.verdict() != Verdict.OUT_OF_REACH)
        .map(each -> each.endpoint().address().port())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void labelsAreKeptByEachAlgorithmHoweverFewHaveThem(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    List<Endpoint> endpoints = new ArrayList<>();
    for (int port = 1; port <= 50; port++) {
      endpoints.add(labelled("west", port, port == 7 || port == 33 ? "v2" : "v1"));
    }
    endpoints.add(labelled("east", 51, "v3"));
    fixture.balancer.update(new EndpointSet(endpoints));

    assertThat(fixture.countByPort(version("v2"), 500)).containsOnlyKeys(7, 33);
    assertThat(fixture.countByPort(version("v1"), 500)).doesNotContainKeys(7, 33, 51);
    assertThat(fixture.countByPort(version("v3"), 100)).containsOnlyKeys(51);
    assertThat(fixture.balancer.pick(version("v4"))).isEqualTo(Refusal.NO_ENDPOINT);
    fixture.fail(7, Outcome.CONNECT_FAILED, 3);
    assertThat(fixture.countByPort(version("v2"), 500)).containsOnlyKeys(33);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aClientPicksTheSameFewWhateverTheAlgorithmIs(Algorithm algorithm) {
    Fixture fixture = fixture(algorithm, "pod-1");
    fixture.groups(endpoints("west", 1, 50));
    Set<Integer> members = members(fixture);

    assertThat(members).hasSize(SIZE);
    Set<Integer> picked = new TreeSet<>();
    for (int key = 0; key < 1000; key++) {
      picked.add(fixture.portOf(Fixture.key(key)));
    }
    assertThat(picked).isEqualTo(members);
    Fixture other = fixture(new Algorithm.Random(), "pod-1");
    other.groups(endpoints("west", 1, 50));
    assertThat(members(other)).isEqualTo(members);
  }

  @Test
  void oneEndpointThatComesOrGoesChangesAtMostOneMember() {
    Fixture fixture = fixture(Algorithm.P2c.DEFAULT, "pod-1");
    fixture.groups(endpoints("west", 1, 40));
    Set<Integer> before = members(fixture);
    int changes = 0;
    for (int removed = 1; removed <= 40; removed++) {
      fixture.groups(endpoints("west", 1, removed - 1), endpoints("west", removed + 1, 40));
      Set<Integer> without = members(fixture);
      Set<Integer> kept = new HashSet<>(before);
      kept.retainAll(without);
      assertThat(without).hasSize(SIZE);
      assertThat(kept).hasSize(before.contains(removed) ? SIZE - 1 : SIZE);
      changes += SIZE - kept.size();
    }

    assertThat(changes).isEqualTo(SIZE);
  }

  @Test
  void theOrderOfTheEndpointsAndTheirWeightsDoNotMatter() {
    Fixture fixture = fixture(Algorithm.P2c.DEFAULT, "pod-1");
    fixture.groups(endpoints("west", 1, 40));
    Set<Integer> before = members(fixture);
    Endpoint[] reversed =
        IntStream.rangeClosed(1, 40)
            .mapToObj(port -> Fixture.endpoint("west", 41 - port, port))
            .toArray(Endpoint[]::new);
    fixture.endpoints(reversed);

    assertThat(members(fixture)).isEqualTo(before);
  }

  @Test
  void clientsSpreadEvenlyEnough() {
    int clients = 400;
    int[] counts = new int[20];
    for (int client = 0; client < clients; client++) {
      Fixture fixture = fixture(new Algorithm.Random(), "pod-" + client);
      fixture.groups(endpoints("west", 1, counts.length));
      members(fixture).forEach(port -> counts[port - 1]++);
    }

    // 100 clients each, a binomial of standard deviation 8.7; 4.5 of them for the worst of 20.
    assertThat(Arrays.stream(counts).sum()).isEqualTo(clients * SIZE);
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(60);
    assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(140);
  }

  @Test
  void eachPriorityAndEachPlannedClusterHasItsOwn() {
    Fixture fixture = fixture(new Algorithm.Random(), "pod-1");
    fixture.groups(endpoints("west", 1, 20), endpoints("east", 21, 40), endpoints("north", 41, 43));
    // West alone is priority 0; both others are equally far.
    assertThat(members(fixture)).hasSize(2 * SIZE);

    fixture.shares(Map.of("west", 0.4, "east", 0.4, "north", 0.2));
    Set<Integer> members = members(fixture);
    assertThat(members.stream().filter(port -> port <= 20)).hasSize(SIZE);
    assertThat(members.stream().filter(port -> port > 20 && port <= 40)).hasSize(SIZE);
    assertThat(members.stream().filter(port -> port > 40)).hasSize(3);
  }
}

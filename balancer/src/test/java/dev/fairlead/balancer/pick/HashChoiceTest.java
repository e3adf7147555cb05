package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.triedPorts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.hash.HashTable;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeCounters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HashChoiceTest {
  private static final Estimation ESTIMATION = new Estimation(1e10, 5e9, 3e7, 6e8);

  private final RandomSource random = Seed.source();

  /** Of the pool of which the next choice is. */
  private Candidate[] made = {};

  /** A kind of table with its default size. */
  private interface Kind extends BiFunction<List<String>, double[], HashTable> {}

  static Stream<Kind> kinds() {
    return Stream.of(HashTable::ring, HashTable::maglev, HashTable::rendezvous);
  }

  private Candidate[] candidates(Endpoint... endpoints) {
    made =
        Arrays.stream(endpoints)
            .map(endpoint -> Fixture.candidate(endpoint, ESTIMATION, () -> 0, random))
            .toArray(Candidate[]::new);
    return made;
  }

  private Candidate[] candidates(int n) {
    return candidates(
        IntStream.rangeClosed(1, n)
            .mapToObj(port -> endpoint("west", port))
            .toArray(Endpoint[]::new));
  }

  private static HashTable table(Kind kind, Candidate[] candidates) {
    return kind.apply(HashChoice.identities(candidates), HashChoice.weights(candidates));
  }

  private static final Choice NO_KEYLESS =
      (request, admission, now, random, trace) -> {
        throw new AssertionError("the request has a key");
      };

  private static HashChoice unbounded(Kind kind, Candidate... candidates) {
    return HashChoice.unbounded(table(kind, candidates), candidates, NO_KEYLESS);
  }

  private static HashChoice bounded(Kind kind, double bound, Candidate... candidates) {
    return HashChoice.bounded(
        table(kind, candidates), candidates, NO_KEYLESS, bound, () -> inFlight(candidates));
  }

  private static int inFlight(Candidate... candidates) {
    return Arrays.stream(candidates).mapToInt(each -> each.statistics().inFlight()).sum();
  }

  private static Request key(long key, Integer... triedPorts) {
    Request tried = triedPorts(triedPorts);
    return new Request() {
      @Override
      public boolean hasAffinity() {
        return true;
      }

      @Override
      public long affinity() {
        return key;
      }

      @Override
      public boolean tried(Endpoint endpoint) {
        return tried.tried(endpoint);
      }
    };
  }

  private int choose(Choice choice, Request request) {
    return choice.choose(request, reachable(made), 0, random, null);
  }

  private static Admission reachable(Candidate... candidates) {
    Fitness[] fitness =
        Arrays.stream(candidates)
            .map(each -> each.statistics().reachable() ? Fitness.HEALTHY : Fitness.UNREACHABLE)
            .toArray(Fitness[]::new);
    Choices random =
        new Choices(
            new Algorithm.Random(), Optional.empty(), new ProbeCounters(), () -> 0, () -> 0);
    return PoolHealth.of(
            new Pool("west", candidates, null, random, null), fitness, Integer.MAX_VALUE)
        .admission(PoolHealth.Members.FIT, Stage.FRESH);
  }

  private static void makeUnreachable(Candidate candidate) {
    while (candidate.statistics().reachable()) {
      candidate.statistics().picked(0);
      candidate.statistics().ended(Outcome.CONNECT_FAILED, 0, false, false, 0, ESTIMATION);
    }
  }

  @Test
  void aRequestWithoutAKeyIsLeftToTheOtherChoice() {
    Candidate[] candidates = candidates(5);
    HashTable ring = table(HashTable::ring, candidates);
    Choice choice =
        HashChoice.unbounded(ring, candidates, (request, admission, now, source, trace) -> 3);

    assertThat(choose(choice, Request.ANY)).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aKeyStaysAndKeysInARowAreSpread(Kind kind) {
    Candidate[] candidates = candidates(10);
    Choice choice = unbounded(kind, candidates);
    int[] counts = new int[10];
    for (int key = 0; key < 10_000; key++) {
      int chosen = choose(choice, key(key));
      assertThat(choose(choice, key(key))).isEqualTo(chosen);
      counts[chosen]++;
    }
    // The ring's arcs of 256 of 2560 points vary by 6 %, the drawing by 3 %: five times both.
    for (int count : counts) {
      assertThat(count).as(Arrays.toString(counts)).isBetween(650, 1350);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneThatCannotBeUsedIsPassedByAndNoOtherKeyMoves(Kind kind) {
    Candidate[] candidates = candidates(20);
    Choice choice = unbounded(kind, candidates);
    int[] before = IntStream.range(0, 2000).map(key -> choose(choice, key(key))).toArray();
    makeUnreachable(candidates[7]);

    for (int key = 0; key < before.length; key++) {
      int chosen = choose(choice, key(key));
      if (before[key] == 7) {
        assertThat(chosen).isNotEqualTo(7);
        assertThat(choose(choice, key(key))).isEqualTo(chosen);
      } else {
        assertThat(chosen).isEqualTo(before[key]);
        // A retry goes elsewhere.
        assertThat(choose(choice, key(key, before[key] + 1))).isNotEqualTo(before[key]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theOnlyOneThatIsLeftIsFoundAmongAThousand(Kind kind) {
    Candidate[] candidates = candidates(1000);
    for (Choice choice : List.of(unbounded(kind, candidates), bounded(kind, 1.25, candidates))) {
      for (int left : new int[] {0, 500, 999}) {
        Request request = onlyPort(left + 1);
        assertThat(choose(choice, request)).isEqualTo(left);
      }
      assertThat(choose(choice, onlyPort(1001))).isEqualTo(WeightedDraw.NONE);
    }
  }

  private static Request onlyPort(int port) {
    return new Request() {
      @Override
      public boolean hasAffinity() {
        return true;
      }

      @Override
      public boolean tried(Endpoint endpoint) {
        return endpoint.address().port() != port;
      }
    };
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void noAdmissionExceedsTheBound(Kind kind) {
    double[] weights = {1, 2, 0.5, 4, 1, 1, 1, 1};
    Candidate[] candidates =
        candidates(
            IntStream.range(0, weights.length)
                .mapToObj(i -> endpoint("west", i + 1, weights[i]))
                .toArray(Endpoint[]::new));
    Choice choice = bounded(kind, 1.25, candidates);
    for (int total = 1; total <= 4000; total++) {
      // Half of all requests have one key.
      int chosen = choose(choice, key(total % 2 == 0 ? 7 : total));
      candidates[chosen].statistics().picked(0);
      // In units of 1/8: 5/4 · total · w / 11.5 is 5 · total · 2w / 92.
      long numerator = 5L * total * Math.round(2 * weights[chosen]);
      assertThat((long) candidates[chosen].statistics().inFlight())
          .as("request %s to %s", total, chosen)
          .isLessThanOrEqualTo((numerator + 91) / 92);
    }
  }

  @Test
  void aBoundThatIsWholeIsNotRoundedUp() {
    Candidate[] candidates = candidates(5);
    // 1.1 · 50 / 5 is 11, but 11.000000000000002 in doubles.
    Choice choice = bounded(HashTable::ring, 1.1, candidates);
    int[] held = new int[5];
    int first = choose(choice, key(1));
    for (int i = 0; i < 5; i++) {
      held[i] = i == first ? 11 : 9;
    }
    held[first == 0 ? 1 : 0] += 2;
    for (int i = 0; i < 5; i++) {
      for (int request = 0; request < held[i]; request++) {
        candidates[i].statistics().picked(0);
      }
    }
    assertThat(inFlight(candidates)).isEqualTo(49);

    assertThat(choose(choice, key(1))).isNotEqualTo(first);
  }

  private static Candidate[] without(Candidate[] candidates, int lost) {
    return IntStream.range(0, candidates.length)
        .filter(i -> i != lost)
        .mapToObj(i -> candidates[i])
        .toArray(Candidate[]::new);
  }

  /** Picks for each key in a row, without an end, and asserts that no admission exceeds c 1.1. */
  private Map<Integer, Endpoint> place(Kind kind, List<Integer> keys, Candidate[] candidates) {
    Choice choice = bounded(kind, 1.1, candidates);
    Map<Integer, Endpoint> placed = new HashMap<>();
    int inFlight = inFlight(candidates);
    int tenN = 10 * candidates.length;
    for (int key : keys) {
      Candidate chosen = candidates[choose(choice, key(key))];
      chosen.statistics().picked(0);
      placed.put(key, chosen.endpoint());
      inFlight++;
      // ⌈1.1 · Σa / n⌉ in whole numbers.
      assertThat(chosen.statistics().inFlight())
          .as("key %s", key)
          .isLessThanOrEqualTo((11 * inFlight + tenN - 1) / tenN);
    }
    return placed;
  }

  private static final int T11_NODES = 50;

  /** Of the nodes each one in so many is lost once. */
  private static final int T11_LOST_OF = 5;

  private static final List<Integer> T11_KEYS = IntStream.range(0, 10_000).boxed().toList();

  /** Experiment T11: the requests of a lost endpoint go elsewhere, those in flight stay. */
  @ParameterizedTest
  @MethodSource("kinds")
  void whenOneOfFiftyLeavesAtMostElevenTenthsOfItsShareMove(Kind kind) {
    Map<Endpoint, List<Integer>> keysOf = new HashMap<>();
    place(kind, T11_KEYS, candidates(T11_NODES))
        .forEach((key, at) -> keysOf.computeIfAbsent(at, e -> new ArrayList<>()).add(key));
    int most = keysOf.values().stream().mapToInt(List::size).max().orElseThrow();
    for (int lost = 0; lost < T11_NODES; lost += T11_LOST_OF) {
      Candidate[] candidates = candidates(T11_NODES);
      place(kind, T11_KEYS, candidates);
      List<Integer> moved = keysOf.get(candidates[lost].endpoint());
      // The bound holds for each of them again, now with an average over 49.
      place(kind, moved, without(candidates, lost));
    }
    // The endpoint with the most is full or nearly so: 1.10 · K/n.
    assertThat(most).isBetween(210, 220);
  }

  /**
   * Placing all keys anew without the lost endpoint moves more than its own keys: whoever is full
   * changes, and with it where the overflow goes. The paper bounds that by O(1/ε²) · K/n; here it
   * is 2.6 (rendezvous) to 3.3 (ring) times K/n.
   */
  @ParameterizedTest
  @MethodSource("kinds")
  void placingAllKeysAnewMovesAFewTimesTheShareOfTheLostOne(Kind kind) {
    Map<Integer, Endpoint> before = place(kind, T11_KEYS, candidates(T11_NODES));
    int moved = 0;
    for (int lost = 0; lost < T11_NODES; lost += T11_LOST_OF) {
      Map<Integer, Endpoint> after = place(kind, T11_KEYS, without(candidates(T11_NODES), lost));
      for (int key : T11_KEYS) {
        moved += after.get(key).equals(before.get(key)) ? 0 : 1;
      }
    }
    assertThat(moved / (double) (T11_KEYS.size() / T11_LOST_OF)).isBetween(1.0, 4.0);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whileMostCannotBeUsedTheBoundIsOnThoseThatCan(Kind kind) {
    Candidate[] candidates = candidates(10);
    Arrays.stream(candidates).skip(2).forEach(HashChoiceTest::makeUnreachable);
    Choice choice = bounded(kind, 1.25, candidates);
    for (int total = 1; total <= 1000; total++) {
      // Of ten each would be full with ⌈1.25 · 1001 / 10⌉ = 126.
      int chosen = choose(choice, key(7));
      assertThat(chosen).isIn(0, 1);
      candidates[chosen].statistics().picked(0);
      assertThat(candidates[chosen].statistics().inFlight())
          .as("request %s", total)
          .isLessThanOrEqualTo((5 * total + 7) / 8);
    }
  }

  @Test
  void aBoundOfOneOrLessIsRefused() {
    Candidate[] candidates = candidates(2);
    for (double bound : new double[] {1, 0.5, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> bounded(HashTable::ring, bound, candidates))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bound " + bound);
    }
  }
}

package dev.fairlead.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.FakeTicker;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.weight.Shares;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever changes, and in whatever order it arrives, the same state comes of it. */
class ShuffledUpdatesTest {
  private static final int WORLDS = 10;
  private static final int SHUFFLES = 6;
  private static final int PICKS = 200;

  static List<Algorithm> algorithms() {
    return Fixture.EVERY;
  }

  /** Drawn numbers that a test can start again, since updates draw some too. */
  private static final class Restartable implements RandomSource {
    private SplittableRandom numbers = new SplittableRandom(0);

    void restart(long seed) {
      numbers = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
      return numbers.nextLong();
    }
  }

  private record World(
      List<Endpoint> endpoints, Place caller, BalancerPolicy policy, Optional<Shares> shares) {}

  private static Place place(SplittableRandom random) {
    return new Place(
        "c" + random.nextInt(3),
        new Locality("r" + random.nextInt(2), "z" + random.nextInt(2), "s" + random.nextInt(2)),
        "n" + random.nextInt(4),
        "net" + random.nextInt(2));
  }

  private static World world(Algorithm algorithm, SplittableRandom random) {
    List<Endpoint> endpoints = new ArrayList<>();
    int count = random.nextInt(12);
    for (int port = 1; port <= count; port++) {
      Endpoint.Condition[] conditions = Endpoint.Condition.values();
      endpoints.add(
          new Endpoint(
              new Address("10.0.0.1", port),
              place(random),
              Labels.NONE,
              random.nextInt(4),
              Hints.NONE,
              conditions[random.nextInt(10) == 0 ? random.nextInt(3) : 0]));
    }
    List<LocalityPolicy.Scope> scopes = new ArrayList<>(List.of(LocalityPolicy.Scope.values()));
    Collections.shuffle(scopes, new Random(random.nextLong()));
    LocalityPolicy.Mode mode =
        random.nextInt(4) == 0 ? LocalityPolicy.Mode.STRICT : LocalityPolicy.Mode.FAILOVER;
    BalancerPolicy policy =
        new BalancerPolicy(
            algorithm, new LocalityPolicy(mode, scopes.subList(0, random.nextInt(7))));
    if (random.nextInt(3) == 0) {
      policy = policy.with(new Subsetting("client", 1 + random.nextInt(4)));
    }
    Optional<Shares> shares =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(
                new Shares(
                    Map.of("c0", 0.1 + random.nextDouble(), "c1", (double) random.nextInt(2))));
    return new World(endpoints, place(random), policy, shares);
  }

  /** Each part of a world as an update. */
  private static List<Consumer<ServiceBalancer>> updates(World world) {
    return List.of(
        balancer -> balancer.update(new EndpointSet(world.endpoints())),
        balancer -> balancer.update(world.caller()),
        balancer -> balancer.update(world.policy()),
        balancer -> balancer.update(world.shares()));
  }

  private static ServiceBalancer balancer(World first, Restartable random) {
    return new ServiceBalancer(
        new ServiceName("shop", "cart"),
        first.policy(),
        first.caller(),
        new FakeTicker(),
        random,
        Optional.of(
            (endpoint, timeout, reply) ->
                reply.accept(new ProbeReply.Answered(endpoint.address().port() % 3, 1e6))));
  }

  /** Tiers, pools with their shares, and who is in them at which priority. */
  private static List<Object> layout(ServiceBalancer balancer) {
    Layout layout = balancer.layout();
    List<Object> found = new ArrayList<>();
    found.add(layout.byPriority());
    for (Tier tier : layout.tiers()) {
      for (int at = 0; at < tier.pools().length; at++) {
        Pool pool = tier.pools()[at];
        TreeSet<String> members = new TreeSet<>();
        for (Candidate candidate : pool.candidates()) {
          members.add(candidate.endpoint() + " at " + candidate.priority());
        }
        found.add(pool.name() + " " + tier.share(at) + " " + members);
      }
      found.add("next tier");
    }
    return found;
  }

  private static List<Object> picks(ServiceBalancer balancer, Restartable random, long seed) {
    random.restart(seed);
    List<Object> picks = new ArrayList<>();
    for (int pick = 0; pick < PICKS; pick++) {
      Pick picked = balancer.pick(Simulation.keyed(pick));
      if (picked instanceof Lease lease) {
        picks.add(lease.endpoint());
        lease.end(Outcome.IGNORED);
      } else {
        picks.add(picked);
      }
    }
    return picks;
  }

  /** Other worlds first, so that there is something to forget; then one, in any order. */
  private static ServiceBalancer arrived(
      World end, Algorithm algorithm, Restartable random, SplittableRandom shuffling) {
    World first = world(algorithm, shuffling);
    ServiceBalancer balancer = balancer(first, random);
    List<Consumer<ServiceBalancer>> earlier = new ArrayList<>(updates(first));
    earlier.addAll(updates(world(Fixture.EVERY.get(shuffling.nextInt(13)), shuffling)));
    Collections.shuffle(earlier, new Random(shuffling.nextLong()));
    earlier.forEach(update -> update.accept(balancer));
    List<Consumer<ServiceBalancer>> last = new ArrayList<>(updates(end));
    Collections.shuffle(last, new Random(shuffling.nextLong()));
    last.forEach(update -> update.accept(balancer));
    return balancer;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void updatesOfAllKindsCommute(Algorithm algorithm) {
    SplittableRandom shuffling = new SplittableRandom(Seed.value());
    for (int each = 0; each < WORLDS; each++) {
      World end = world(algorithm, shuffling);
      Restartable random = new Restartable();
      ServiceBalancer straight = balancer(end, random);
      updates(end).forEach(update -> update.accept(straight));
      List<Object> expectedLayout = layout(straight);
      List<Object> expectedPicks = picks(straight, random, 5);
      for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
        ServiceBalancer shuffled = arrived(end, algorithm, random, shuffling);

        assertThat(layout(shuffled)).as(Seed.replay()).isEqualTo(expectedLayout);
        if (!takesTurns(algorithm)) {
          assertThat(picks(shuffled, random, 5)).as(Seed.replay()).isEqualTo(expectedPicks);
        }
      }
    }
  }

  /** Where it is in its turns is of no account, and depends on when its pool was made. */
  private static boolean takesTurns(Algorithm algorithm) {
    return algorithm instanceof Algorithm.RoundRobin || algorithm instanceof Algorithm.WrrReported;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void theOrderOfTheEndpointsChangesNoTierAndNoKeysOwner(Algorithm algorithm) {
    SplittableRandom shuffling = new SplittableRandom(Seed.value());
    for (int each = 0; each < WORLDS; each++) {
      World world = world(algorithm, shuffling);
      Restartable random = new Restartable();
      ServiceBalancer straight = balancer(world, random);
      updates(world).forEach(update -> update.accept(straight));
      List<Object> expectedLayout = layout(straight);
      List<Object> expectedPicks = picks(straight, random, 5);
      for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
        List<Endpoint> endpoints = new ArrayList<>(world.endpoints());
        Collections.shuffle(endpoints, new Random(shuffling.nextLong()));
        straight.update(new EndpointSet(endpoints));

        assertThat(layout(straight)).as(Seed.replay()).isEqualTo(expectedLayout);
        if (algorithm instanceof Algorithm.KeyHash) {
          assertThat(picks(straight, random, 5)).as(Seed.replay()).isEqualTo(expectedPicks);
        }
      }
    }
  }
}

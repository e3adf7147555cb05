package dev.fairlead.steering.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.RoundTrips;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Demands;
import dev.fairlead.steering.demand.Estimate;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Quarantines;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Any bit pattern in any number: nobody throws, and where a number is promised there is one. */
class HostileNumbersTest {
  private static final ServiceName SERVICE = new ServiceName("shop", "cart");
  private static final List<String> CLUSTERS = List.of("east", "west", "north");

  private static double number(Random random, double honest) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.longBitsToDouble(random.nextLong());
      case 1 -> Double.NaN;
      case 2 -> Double.POSITIVE_INFINITY;
      case 3 -> -1;
      case 4 -> 0;
      case 5 -> Double.MIN_VALUE;
      case 6 -> 1e8;
      default -> honest * random.nextDouble();
    };
  }

  private static long time(Random random, long honest) {
    return switch (random.nextInt(20)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MAX_VALUE;
      case 2 -> Long.MIN_VALUE;
      default -> honest;
    };
  }

  private static Observations observations(Random random, long now) {
    List<Observation> all = new ArrayList<>();
    for (String source : CLUSTERS) {
      List<Observation.Destination> rows = new ArrayList<>();
      int count = random.nextInt(5);
      for (int i = 0; i < count; i++) {
        rows.add(
            new Observation.Destination(
                CLUSTERS.get(random.nextInt(3)),
                random.nextBoolean(),
                time(random, 0),
                number(random, 1000),
                number(random, 1000),
                number(random, 100),
                number(random, 1),
                number(random, 20e6),
                number(random, 90e6),
                number(random, 1000),
                number(random, 1000),
                number(random, 1000),
                number(random, 30e6),
                number(random, 5)));
      }
      TrafficKey key = new TrafficKey(SERVICE, source, random.nextInt(3) - 1);
      all.add(new Observation(key, time(random, now), rows));
    }
    return new Observations(time(random, now), all, Topology.UNKNOWN);
  }

  @Test
  void nobodyThrowsAndNoPromiseIsNaN() {
    for (long seed = Seeds.base(); seed < Seeds.base() + 60; seed++) {
      Random random = new Random(seed);
      Capacities capacities = Capacities.NONE;
      Demands demands = Demands.NONE;
      Quarantines quarantines = Quarantines.NONE;
      RoundTrips roundTrips = RoundTrips.NONE;
      String message = "-Dseed=" + seed;
      for (int period = 1; period < 60; period++) {
        Observations seen = observations(random, period * 1_000_000_000L);
        quarantines = quarantines.after(seen);
        Observations admitted = random.nextBoolean() ? seen : quarantines.admitted(seen);
        capacities = capacities.looked(admitted).after(admitted);
        demands = demands.after(admitted);
        roundTrips =
            roundTrips
                .pinged(seen.nanos(), new Topology.Way("east", "west"), number(random, 20e6))
                .after(seen.nanos(), admitted.latencies(), Map.of());
        roundTrips.known(time(random, seen.nanos()), Map.of());
        for (String name : CLUSTERS) {
          Capacity capacity = capacities.capacity(name, time(random, seen.nanos()));
          boolean known = capacity.bound() != Capacity.Bound.UNKNOWN;
          check(capacity.rps(), known, message + capacity);
          capacity
              .curve()
              .ifPresent(
                  curve ->
                      IntStream.of(0, 1, 10, 1000, 1_000_000)
                          .forEach(rps -> assertNumber(curve.nanos(rps), message + capacity)));
        }
        demands
            .estimators()
            .forEach(
                (key, each) -> {
                  Estimate ahead = each.ahead(time(random, seen.nanos()), time(random, 1));
                  check(ahead, ahead.isKnown(), message + each);
                });
      }
    }
  }

  private static void check(Estimate estimate, boolean known, String message) {
    if (known) {
      assertNumber(estimate.value(), message);
      assertNumber(estimate.deviation(), message);
      assertThat(estimate.ageNanos()).as(message).isNotNegative();
    } else {
      assertThat(estimate.isKnown()).as(message).isFalse();
    }
  }

  private static void assertNumber(double number, String message) {
    assertThat(number).as(message).isFinite().isNotNegative();
  }
}

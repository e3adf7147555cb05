package dev.fairlead.steering.optimize;

import dev.fairlead.steering.capacity.LatencyCurve;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Source;
import dev.fairlead.steering.optimize.Situation.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Random situations, ordinary and nasty. */
final class Situations {
  private Situations() {}

  /** What a random situation is like. */
  record Kind(int clusters, int classes, boolean flat, boolean unlikeWork) {}

  static final LatencyCurve IDLE = rps -> 5e6;

  /** Some ties, some ways forbidden, some destinations unusable, demand from none to too much. */
  static Situation random(RandomGenerator random, Kind kind) {
    int m = kind.clusters();
    boolean coarse = random.nextInt(4) == 0;
    List<Destination> destinations = new ArrayList<>();
    for (int t = 0; t < m; t++) {
      double capacity =
          switch (random.nextInt(8)) {
            case 0 -> Double.POSITIVE_INFINITY;
            case 1 -> 0;
            default -> coarse ? 100 * random.nextInt(10) : random.nextDouble() * 1000;
          };
      double background = random.nextInt(3) == 0 ? random.nextDouble() * 200 : 0;
      boolean usable = random.nextInt(12) != 0;
      destinations.add(
          new Destination("c" + t, usable, capacity, background, curve(random, kind, coarse)));
    }
    List<Source> sources = new ArrayList<>();
    List<Way> ways = new ArrayList<>();
    for (int s = 0; s < m; s++) {
      for (int k = 0; k < kind.classes(); k++) {
        double rps =
            switch (random.nextInt(8)) {
              case 0 -> 0;
              case 1 -> random.nextDouble() * 1e-3;
              default -> coarse ? 100 * random.nextInt(6) : random.nextDouble() * 1200;
            };
        double work = kind.unlikeWork() ? 0.25 * (1 << random.nextInt(5)) : 1;
        sources.add(new Source("c" + s, kind.classes() == 1 ? -1 : k, rps / kind.classes(), work));
        for (int t = 0; t < m; t++) {
          ways.add(way(random, s, t, coarse));
        }
      }
    }
    return new Situation(sources, destinations, ways);
  }

  private static LatencyCurve curve(RandomGenerator random, Kind kind, boolean coarse) {
    double idle = coarse ? 1e7 * random.nextInt(4) : random.nextDouble() * 1e8;
    if (kind.flat()) {
      return rps -> idle;
    }
    double knee = 100 + random.nextDouble() * 2000;
    double power = 1 + random.nextInt(4);
    return rps -> idle * (1 + StrictMath.pow(rps / knee, power));
  }

  private static Way way(RandomGenerator random, int s, int t, boolean coarse) {
    if (s == t) {
      return new Way(0, 0, random.nextInt(30) == 0);
    }
    double nanos = coarse ? 1e7 * random.nextInt(10) : random.nextDouble() * 1e8;
    double dollars = coarse ? 1e-6 * random.nextInt(4) : random.nextDouble() * 1e-5;
    return new Way(nanos, dollars, random.nextInt(15) == 0);
  }

  /** The same with another destination in the place of one. */
  static Situation with(Situation situation, int t, Destination destination) {
    List<Destination> destinations = new ArrayList<>(situation.destinations());
    destinations.set(t, destination);
    return new Situation(situation.sources(), destinations, situation.ways());
  }

  /** Destination {@code t} with another capacity. */
  static Situation withCapacity(Situation situation, int t, double rps) {
    Destination d = situation.destinations().get(t);
    return with(
        situation, t, new Destination(d.name(), d.usable(), rps, d.backgroundRps(), d.curve()));
  }
}

package dev.fairlead.simulator.run;

import dev.fairlead.simulator.law.Quantiles;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.simulator.world.Places;
import java.util.List;

/** Users on the map, each of whom goes to the nearest cluster. */
final class Crowd {
  /** Users who are asked where they live: a share is then good to a third of a percent. */
  private static final int SAMPLE = 20_000;

  private final List<Cluster> clusters;
  private final Places places;

  Crowd(List<Cluster> clusters, Places places) {
    this.clusters = clusters;
    this.places = places;
  }

  /** Adds to each place the share of users who enter there. */
  void enter(Traffic.Spread spread, RandomStream random, double[] shares) {
    double sum = spread.centres().stream().mapToDouble(Traffic.Centre::share).sum();
    for (int user = 0; user < SAMPLE; user++) {
      double which = random.nextDouble() * sum;
      Traffic.Centre centre = spread.centres().get(spread.centres().size() - 1);
      for (Traffic.Centre each : spread.centres()) {
        which -= each.share();
        if (which < 0) {
          centre = each;
          break;
        }
      }
      double x = centre.position().x() + centre.deviation() * Quantiles.normal(random.nextLong());
      double y = centre.position().y() + centre.deviation() * Quantiles.normal(random.nextLong());
      shares[nearest(x, y)] += 1.0 / SAMPLE;
    }
  }

  private int nearest(double x, double y) {
    String found = "";
    double least = Double.POSITIVE_INFINITY;
    for (Cluster cluster : clusters) {
      if (cluster.position().isPresent()) {
        double dx = cluster.position().get().x() - x;
        double dy = cluster.position().get().y() - y;
        if (dx * dx + dy * dy < least) {
          least = dx * dx + dy * dy;
          found = cluster.name();
        }
      }
    }
    return places.number(found, "");
  }
}

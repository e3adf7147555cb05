package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.simulator.world.Fleet;
import org.jspecify.annotations.Nullable;

/** The callers of one service in one place: the balancer that their proxy has, and its counts. */
final class Caller {
  final int index;
  final int place;

  /** The number of the place's cluster. */
  final int cluster;

  final String clusterName;
  final int service;
  final Fleet fleet;

  /** Null under the oracle. */
  final @Nullable ServiceBalancer balancer;

  /** Attempts to each cluster in this stretch of the curves. */
  final long[] picked;

  /** Requests that began after the warm-up. */
  long requests;

  /** Attempts after the warm-up. */
  long attempts;

  /** Of those, to other clusters. */
  long crossings;

  Caller(
      int index,
      int place,
      int cluster,
      String clusterName,
      int service,
      Fleet fleet,
      @Nullable ServiceBalancer balancer,
      int clusters) {
    this.index = index;
    this.place = place;
    this.cluster = cluster;
    this.clusterName = clusterName;
    this.service = service;
    this.fleet = fleet;
    this.balancer = balancer;
    this.picked = new long[clusters];
  }
}

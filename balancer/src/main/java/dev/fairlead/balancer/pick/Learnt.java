package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.health.Ejector;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.report.ClusterCounters;
import dev.fairlead.balancer.weight.ClassShares;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one balancer counts as long as it lives, whatever its endpoints and policy are.
 *
 * @param transitions grows with each change of an endpoint's fitness, so that snapshots look anew
 * @param counters by cluster; rows outlive their cluster's endpoints, since reports are cumulative
 * @param limited requests in flight that some limit on the service admitted
 * @param shed requests that the plan turned away, by class
 */
record Learnt(
    AtomicInteger transitions,
    Ejector ejector,
    Map<String, ClusterCounters> counters,
    ProbeCounters probes,
    AtomicInteger limited,
    LongAdder refusedRetries,
    AtomicLongArray shed) {

  private Learnt(AtomicInteger transitions, OutlierDetection outliers, RandomSource random) {
    this(
        transitions,
        new Ejector(outliers, random, transitions, 0),
        new ConcurrentSkipListMap<>(),
        new ProbeCounters(),
        new AtomicInteger(),
        new LongAdder(),
        new AtomicLongArray(ClassShares.CLASSES));
  }

  Learnt(OutlierDetection outliers, RandomSource random) {
    this(new AtomicInteger(), outliers, random);
  }

  ClusterCounters countersOf(String cluster) {
    return counters.computeIfAbsent(cluster, unused -> new ClusterCounters());
  }
}

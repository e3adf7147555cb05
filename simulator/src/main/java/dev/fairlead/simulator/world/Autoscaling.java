package dev.fairlead.simulator.world;

import dev.fairlead.simulator.scenario.Service.Autoscaler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/** The autoscaler of one fleet in one cluster: see {@link Autoscaler}. */
public final class Autoscaling implements Routine {
  /** A ratio of use to target within 10 % of 1 is left alone, as by Kubernetes. */
  private static final double TOLERANCE = 0.1;

  private final Fleet fleet;
  private final String cluster;
  private final Autoscaler rule;
  private final Consumer<Fleet> scaled;
  private final ObjLongConsumer<Routine> later;

  /** What it wanted of late, the latest last. */
  private final Deque<Wanted> lately = new ArrayDeque<>();

  /** How long each pod's workers had been busy at the last look. */
  private Map<Pod, Long> busyThen = new HashMap<>();

  /** Pods that were ordered and are not ready. */
  private int coming;

  private record Wanted(long at, int pods) {}

  /**
   * @param scaled is told when there are more pods or fewer
   * @param later runs something at a time
   */
  public Autoscaling(
      Fleet fleet,
      String cluster,
      Autoscaler rule,
      Consumer<Fleet> scaled,
      ObjLongConsumer<Routine> later) {
    this.fleet = fleet;
    this.cluster = cluster;
    this.rule = rule;
    this.scaled = scaled;
    this.later = later;
  }

  /** The first look. */
  public long firstAt() {
    return rule.interval().toNanos();
  }

  @Override
  public long run(long now) {
    List<Pod> pods = fleet.pods(cluster);
    int wanted = wanted(pods);
    lately.addLast(new Wanted(now, wanted));
    while (lately.getFirst().at() < now - rule.downAfter().toNanos()) {
      lately.removeFirst();
    }
    int present = pods.size() + coming;
    int most = lately.stream().mapToInt(Wanted::pods).max().orElse(wanted);
    if (wanted > present) {
      order(now, wanted - present);
    } else if (most < pods.size() && coming == 0) {
      fleet.scale(cluster, most - pods.size());
      scaled.accept(fleet);
    }
    return now + rule.interval().toNanos();
  }

  private int wanted(List<Pod> pods) {
    Map<Pod, Long> busy = new HashMap<>();
    double used = 0;
    double whole = 0;
    for (Pod pod : pods) {
      long until = pod.busyNanos();
      busy.put(pod, until);
      used += until - busyThen.getOrDefault(pod, 0L);
      whole += pod.workers() * (double) rule.interval().toNanos();
    }
    busyThen = busy;
    double ratio = whole > 0 ? used / whole / rule.target() : 1;
    int wanted =
        Math.abs(ratio - 1) <= TOLERANCE
            ? pods.size()
            : (int) StrictMath.ceil(pods.size() * ratio - 1e-9);
    return Math.clamp(wanted, rule.min(), rule.max());
  }

  private void order(long now, int pods) {
    coming += pods;
    later.accept(
        ready -> {
          coming -= pods;
          fleet.scale(cluster, pods);
          scaled.accept(fleet);
          return NEVER;
        },
        now + rule.delay().toNanos());
  }
}

package dev.fairlead.balancer.locality;

import java.util.List;

/**
 * The share of traffic that each priority gets by its health, in whole percent: Envoy's spill
 * between priorities, in its integer arithmetic (Envoy, "Load balancing: Priority levels, Degraded
 * endpoints, Panic threshold"). The best priority keeps all while at least 100/factor of its hosts
 * are healthy and loses traffic to the next ones in proportion below that. Immutable.
 *
 * <p>More healthy hosts in the best priority never lower its load, but for one step that is part of
 * the definition: where all priorities panic, load goes by host count, so the host that ends that
 * may take from a large first priority.
 */
public final class PriorityLoads {
  /** Percent. A priority keeps all its traffic down to 100/1.4 = 71 % of healthy hosts. */
  public static final int OVERPROVISIONING = 140;

  /**
   * Percent of usable hosts below which health is disbelieved: so many failures more likely come
   * from the checks or the network than from the hosts.
   */
  public static final int PANIC_THRESHOLD = 50;

  /** So large a factor makes one healthy host of a thousand enough; more is a mistake. */
  private static final int LARGEST_FACTOR = 100_000;

  private final int[] healthy;
  private final int[] degraded;
  private final boolean[] panics;

  private PriorityLoads(int priorities) {
    healthy = new int[priorities];
    degraded = new int[priorities];
    panics = new boolean[priorities];
  }

  public static PriorityLoads of(List<HostCounts> priorities) {
    return of(priorities, OVERPROVISIONING, PANIC_THRESHOLD);
  }

  /**
   * @param priorities the best first
   * @param overprovisioning percent, 100…100 000; 100 spills as soon as one host fails
   * @param panicThreshold percent, 0…100; 0 never panics
   */
  public static PriorityLoads of(
      List<HostCounts> priorities, int overprovisioning, int panicThreshold) {
    check(overprovisioning, panicThreshold);
    PriorityLoads loads = new PriorityLoads(priorities.size());
    long hosts = 0;
    for (HostCounts counts : priorities) {
      hosts += counts.hosts();
    }
    if (hosts > 0) {
      loads.fill(priorities, hosts, overprovisioning, panicThreshold);
    }
    return loads;
  }

  /**
   * @throws IllegalArgumentException if a factor is outside what {@link #of(List, int, int)} takes
   */
  public static void check(int overprovisioning, int panicThreshold) {
    if (overprovisioning < 100 || overprovisioning > LARGEST_FACTOR) {
      throw new IllegalArgumentException(
          "overprovisioning factor " + overprovisioning + " % is outside 100…" + LARGEST_FACTOR);
    }
    if (panicThreshold < 0 || panicThreshold > 100) {
      throw new IllegalArgumentException(
          "panic threshold " + panicThreshold + " % is outside 0…100");
    }
  }

  private void fill(
      List<HostCounts> priorities, long hosts, int overprovisioning, int panicThreshold) {
    int n = priorities.size();
    int[] healthyHosts = new int[n];
    int[] degradedHosts = new int[n];
    int sum = 0;
    for (int i = 0; i < n; i++) {
      HostCounts counts = priorities.get(i);
      healthyHosts[i] = availability(counts.healthy(), counts.hosts(), overprovisioning);
      degradedHosts[i] = availability(counts.degraded(), counts.hosts(), overprovisioning);
      sum = Math.min(100, sum + healthyHosts[i] + degradedHosts[i]);
    }
    boolean allPanic = sum < 100;
    for (int i = 0; i < n; i++) {
      panics[i] = sum < 100 && panics(priorities.get(i), panicThreshold);
      allPanic &= panics[i];
    }
    if (allPanic) {
      byHosts(priorities, hosts);
    } else if (sum == 0) {
      // Panic is off and no host is usable: what goes to the first is refused there.
      healthy[firstWithHosts(priorities)] = 100;
    } else {
      byAvailability(healthyHosts, degradedHosts, sum);
    }
  }

  private static int availability(int usable, int hosts, int overprovisioning) {
    return hosts == 0 ? 0 : (int) Math.min(100, (long) overprovisioning * usable / hosts);
  }

  /** Without a division, so that a share of exactly the threshold is not below it by rounding. */
  private static boolean panics(HostCounts counts, int threshold) {
    long usable = (long) counts.healthy() + counts.degraded();
    return counts.hosts() == 0 ? threshold > 0 : 100 * usable < (long) threshold * counts.hosts();
  }

  private void byAvailability(int[] healthyHosts, int[] degradedHosts, int sum) {
    int left = 100;
    left = distribute(healthyHosts, healthy, sum, left);
    left = distribute(degradedHosts, degraded, sum, left);
    int first = firstAbove0(healthyHosts);
    if (first >= 0) {
      healthy[first] += left;
    } else {
      degraded[firstAbove0(degradedHosts)] += left;
    }
  }

  private static int distribute(int[] availability, int[] loads, int sum, int left) {
    int rest = left;
    for (int i = 0; i < loads.length; i++) {
      loads[i] = Math.min(rest, availability[i] * 100 / sum);
      rest -= loads[i];
    }
    return rest;
  }

  private void byHosts(List<HostCounts> priorities, long hosts) {
    int left = 100;
    for (int i = 0; i < healthy.length; i++) {
      healthy[i] = (int) (100L * priorities.get(i).hosts() / hosts);
      left -= healthy[i];
    }
    healthy[firstWithHosts(priorities)] += left;
  }

  private static int firstWithHosts(List<HostCounts> priorities) {
    int first = 0;
    while (priorities.get(first).hosts() == 0) {
      first++;
    }
    return first;
  }

  private static int firstAbove0(int[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 0) {
        return i;
      }
    }
    return -1;
  }

  /** Number of priorities. */
  public int size() {
    return healthy.length;
  }

  /**
   * Percent of all traffic that goes to this priority's healthy hosts, or, where it panics, to all
   * of its hosts that are not draining. With {@link #degraded} over all priorities it sums to 100;
   * to 0 if there is no host.
   */
  public int healthy(int priority) {
    return healthy[priority];
  }

  /** Percent of all traffic that goes to this priority's degraded hosts. */
  public int degraded(int priority) {
    return degraded[priority];
  }

  /** Whether this priority disregards health and balances over all hosts that do not drain. */
  public boolean panics(int priority) {
    return panics[priority];
  }

  /**
   * The priority of one pick; allocates nothing.
   *
   * @param percentile a random number, 0…99
   * @return the priority where its healthy hosts are meant, {@code -1 - priority} where its
   *     degraded ones are, {@link Integer#MIN_VALUE} if there is no host
   */
  public int draw(int percentile) {
    int left = percentile;
    for (int i = 0; i < healthy.length; i++) {
      left -= healthy[i];
      if (left < 0) {
        return i;
      }
    }
    for (int i = 0; i < degraded.length; i++) {
      left -= degraded[i];
      if (left < 0) {
        return -1 - i;
      }
    }
    return Integer.MIN_VALUE;
  }
}

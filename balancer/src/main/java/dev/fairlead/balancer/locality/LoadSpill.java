package dev.fairlead.balancer.locality;

import dev.fairlead.balancer.weight.Shares;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The share of a service's traffic for the local pool and each remote one, corrected by load. All
 * stays local until the local predicted latency exceeds the best remote's with its round trip and
 * price; then the smallest share moves that makes them equal. Where a plan is in force its shares
 * take the place of "all local", and the correction moves at most 20 points: away from the local
 * pool when that is slower than a remote by more than the crossing, and back when a remote is
 * slower than the local pool by more than the crossing. In between the plan holds.
 *
 * <p>An immutable state; {@link #advance} makes the next one, so a balancer keeps it in one
 * reference and replaces it by compare-and-set, some ten times a second. The shares follow their
 * target with a time constant several times that of the samples' smoothing, so that the loop (more
 * share, more load, more latency, less share) has one slow part and does not swing.
 */
public final class LoadSpill {
  /** How often to advance: ten times in a samples' time constant, so that it adds no delay. */
  public static final long PERIOD_NANOS = 100_000_000L;

  /** The largest share that moves away from a plan's set-point, or back to it. */
  public static final double LARGEST_CORRECTION = 0.20;

  /** Time constant of the shares: five times the samples', as said above. */
  private static final double FOLLOW_NANOS = 5 * PoolEstimate.SENSE_NANOS;

  private static final long NEVER = Long.MIN_VALUE;

  /** The state before the first advance: all local. */
  public static final LoadSpill INITIAL = new LoadSpill(NEVER, Map.of(), Map.of(), Map.of(), 0);

  private final long advancedAt;
  private final Map<String, PoolEstimate> pools;
  private final Map<String, Double> correction;
  private final Map<String, Double> shares;
  private final long ignored;

  private LoadSpill(
      long advancedAt,
      Map<String, PoolEstimate> pools,
      Map<String, Double> correction,
      Map<String, Double> shares,
      long ignored) {
    this.advancedAt = advancedAt;
    this.pools = pools;
    this.correction = correction;
    this.shares = Collections.unmodifiableMap(shares);
    this.ignored = ignored;
  }

  /** Whether {@link #PERIOD_NANOS} have passed since the last advance. Allocates nothing. */
  public boolean due(long now) {
    return advancedAt == NEVER || now - advancedAt >= PERIOD_NANOS;
  }

  /**
   * The state at {@code now}.
   *
   * @param now nanoseconds, at least 0; one before the last advance counts as no time
   * @param local the pool that traffic stays in when there is no plan
   * @param remotes the others, each by a name of its own
   * @param plan the set-point by pool name; what it gives to pools that are not named here is
   *     divided among those that are, and if it names none of them there is none
   */
  public LoadSpill advance(
      long now, PoolSample local, List<PoolSample> remotes, Optional<Shares> plan) {
    List<PoolSample> samples = new ArrayList<>();
    samples.add(local);
    samples.addAll(remotes);
    long time = Math.max(now, advancedAt);
    double elapsed = advancedAt == NEVER ? 0 : (double) (time - advancedAt);
    Map<String, PoolEstimate> estimates = new LinkedHashMap<>();
    long bad = 0;
    for (PoolSample sample : samples) {
      PoolEstimate known = pools.getOrDefault(sample.name(), PoolEstimate.NONE);
      boolean plausible = sample.plausible();
      bad += plausible ? 0 : 1;
      PoolEstimate next = plausible ? known.with(sample, time) : known;
      if (estimates.put(sample.name(), next) != null) {
        throw new IllegalArgumentException("two pools are named '" + sample.name() + "'");
      }
    }
    double[] setPoint = new double[samples.size()];
    boolean planned = plan.isPresent() && readPlan(plan.get(), samples, setPoint);
    if (!planned) {
      setPoint[0] = 1;
    }
    double limit = planned ? LARGEST_CORRECTION : 1;
    double[] wanted =
        SpillTarget.correction(List.copyOf(estimates.values()), setPoint, limit, time);
    double[] corrected = follow(samples, wanted, 1 - Math.exp(-elapsed / FOLLOW_NANOS));
    confine(corrected, setPoint, limit);
    return next(time, estimates, setPoint, corrected, ignored + bad);
  }

  /**
   * @param estimates in the order of the two arrays
   */
  private static LoadSpill next(
      long time,
      Map<String, PoolEstimate> estimates,
      double[] setPoint,
      double[] corrected,
      long ignored) {
    Map<String, Double> correction = new HashMap<>();
    Map<String, Double> shares = new TreeMap<>();
    int i = 0;
    for (String name : estimates.keySet()) {
      correction.put(name, corrected[i]);
      shares.put(name, Math.max(0, setPoint[i] + corrected[i]));
      i++;
    }
    return new LoadSpill(time, estimates, correction, shares, ignored);
  }

  /** Whether the plan gives anything to these pools. */
  private static boolean readPlan(Shares plan, List<PoolSample> samples, double[] setPoint) {
    double sum = 0;
    for (int i = 0; i < setPoint.length; i++) {
      setPoint[i] = plan.byCluster().getOrDefault(samples.get(i).name(), 0.0);
      sum += setPoint[i];
    }
    for (int i = 0; i < setPoint.length && sum > 0; i++) {
      setPoint[i] /= sum;
    }
    return sum > 0;
  }

  /** What a pool that is gone had more or less than its set-point is the local pool's again. */
  private double[] follow(List<PoolSample> samples, double[] wanted, double part) {
    double[] corrected = new double[wanted.length];
    for (int i = 1; i < wanted.length; i++) {
      double old = correction.getOrDefault(samples.get(i).name(), 0.0);
      corrected[i] = old + part * (wanted[i] - old);
      corrected[0] -= corrected[i];
    }
    return corrected;
  }

  /** Makes shares of what was corrected around another set-point: none below 0, none too far. */
  private static void confine(double[] corrected, double[] setPoint, double limit) {
    double sum = 0;
    for (int i = 0; i < setPoint.length; i++) {
      corrected[i] = Math.max(0, setPoint[i] + corrected[i]);
      sum += corrected[i];
    }
    double moved = 0;
    for (int i = 0; i < setPoint.length; i++) {
      corrected[i] = corrected[i] / sum - setPoint[i];
      moved += Math.abs(corrected[i]) / 2;
    }
    for (int i = 0; i < setPoint.length && moved > limit; i++) {
      corrected[i] *= limit / moved;
    }
  }

  /** The share of traffic for each pool of the last advance, summing to 1; empty before it. */
  public Map<String, Double> shares() {
    return shares;
  }

  /** The share of traffic for a pool, in [0, 1]; 0 if the last advance did not name it. */
  public double share(String pool) {
    return shares.getOrDefault(pool, 0.0);
  }

  /** What was added to a pool's set-point, in [−1, 1], for reports. */
  public double correction(String pool) {
    return correction.getOrDefault(pool, 0.0);
  }

  /** How many samples were ignored because they cannot be true; cumulative. */
  public long ignored() {
    return ignored;
  }
}

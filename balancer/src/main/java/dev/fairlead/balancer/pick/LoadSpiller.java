package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.locality.LoadSpill;
import dev.fairlead.balancer.locality.PoolSample;
import dev.fairlead.balancer.weight.Shares;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spill by load, wired: samples what the pools' places saw and advances {@link LoadSpill}, one pick
 * at a time doing it. Outlives snapshots. Any thread, no lock.
 */
final class LoadSpiller {
  /** What was measured longer ago says nothing of now. */
  private static final long OLDEST_NANOS = 10_000_000_000L;

  /** The lowest latency seen grows by so much a second, since what served it may have changed. */
  private static final double LOWEST_GROWTH = 0.01;

  private final String localCluster;
  private final AtomicInteger transitions;

  /** When the next advance is due; {@link Long#MAX_VALUE} during one. */
  private final AtomicLong dueAt = new AtomicLong();

  private volatile Map<String, Crossing> crossings = Map.of();
  private volatile LoadSpill state = LoadSpill.INITIAL;

  // Written by the thread that advances; dueAt hands them to the next.
  private final Map<String, Measured> measured = new HashMap<>();
  private double lowestNanos = Double.NaN;
  private long lowestAt;

  /**
   * @param transitions grows after each advance that changes a share
   */
  LoadSpiller(String localCluster, AtomicInteger transitions) {
    this.localCluster = localCluster;
    this.transitions = transitions;
  }

  /** By cluster id; one that is not there is {@link Crossing#FREE}. */
  void crossings(Map<String, Crossing> crossings) {
    this.crossings = Map.copyOf(crossings);
  }

  boolean due(long now) {
    return now >= dueAt.get();
  }

  /** Takes the next step if it is due. */
  void advance(long now, Layout layout, Health health) {
    long due = dueAt.get();
    if (now < due || !dueAt.compareAndSet(due, Long.MAX_VALUE)) {
      return;
    }
    try {
      LoadSpill before = state;
      step(now, layout, health);
      if (!state.shares().equals(before.shares())) {
        transitions.getAndIncrement();
      }
    } finally {
      dueAt.set(now + LoadSpill.PERIOD_NANOS);
    }
  }

  private void step(long now, Layout layout, Health health) {
    List<PoolHealth> pools = new ArrayList<>();
    int local = layout.byPriority() ? 0 : -1;
    Map<String, Double> plan = new HashMap<>();
    int last = layout.byPriority() ? layout.tiers().size() : Math.min(1, layout.tiers().size());
    for (int tier = 0; tier < last; tier++) {
      PoolHealth[] found = health.tiers()[tier].pools();
      for (int at = 0; at < found.length; at++) {
        String name = found[at].pool().name();
        plan.put(name, layout.tiers().get(tier).share(at));
        if (!layout.byPriority() && name.equals(localCluster)) {
          local = pools.size();
        }
        pools.add(found[at]);
      }
    }
    if (local < 0 || pools.size() < 2) {
      state = LoadSpill.INITIAL;
      return;
    }
    OptionalDouble localLatency = latency(pools.get(local).pool(), now);
    learnLowest(localLatency, now);
    List<PoolSample> remotes = new ArrayList<>();
    for (int at = 0; at < pools.size(); at++) {
      if (at != local) {
        Pool pool = pools.get(at).pool();
        remotes.add(sample(pools.get(at), remoteLatency(pool, now), crossing(pool)));
      }
    }
    state =
        state.advance(
            now,
            sample(pools.get(local), localLatency, Crossing.FREE),
            remotes,
            layout.byPriority() ? Optional.empty() : Optional.of(new Shares(plan)));
  }

  /**
   * One of which nothing is known is taken to be as fast as the local one at its fastest, since it
   * serves the same: its own latencies then say better.
   */
  private OptionalDouble remoteLatency(Pool pool, long now) {
    OptionalDouble known = latency(pool, now);
    if (known.isEmpty()) {
      return Double.isNaN(lowestNanos) ? known : OptionalDouble.of(lowestNanos);
    }
    double way = (double) crossing(pool).roundTrip().toNanos();
    return OptionalDouble.of(Math.max(1, known.getAsDouble() - way));
  }

  private void learnLowest(OptionalDouble latency, long now) {
    if (!Double.isNaN(lowestNanos)) {
      lowestNanos *= 1 + LOWEST_GROWTH * (now - lowestAt) / 1e9;
    }
    if (latency.isPresent() && !(latency.getAsDouble() >= lowestNanos)) {
      lowestNanos = latency.getAsDouble();
    }
    lowestAt = now;
  }

  private static PoolSample sample(PoolHealth health, OptionalDouble latency, Crossing crossing) {
    long picks = 0;
    double inFlight = 0;
    for (PlaceLoad place : health.pool().places()) {
      picks += place.picks();
      inFlight += place.inFlight();
    }
    return new PoolSample(
        health.pool().name(),
        latency,
        0,
        Math.max(0, inFlight),
        picks,
        health.counts().healthy(),
        (double) crossing.roundTrip().toNanos(),
        (double) crossing.price().toNanos());
  }

  /** The mean of its endpoints' clusters. */
  private Crossing crossing(Pool pool) {
    Map<String, Crossing> known = crossings;
    if (known.isEmpty()) {
      return Crossing.FREE;
    }
    long roundTrip = 0;
    long price = 0;
    for (Candidate candidate : pool.candidates()) {
      Crossing its = known.getOrDefault(candidate.endpoint().cluster(), Crossing.FREE);
      roundTrip += its.roundTrip().toNanos();
      price += its.price().toNanos();
    }
    int count = pool.candidates().length;
    return new Crossing(Duration.ofNanos(roundTrip / count), Duration.ofNanos(price / count));
  }

  /** The mean since the last step; an older one as long as it may be believed. */
  private OptionalDouble latency(Pool pool, long now) {
    long answered = 0;
    long nanos = 0;
    for (PlaceLoad place : pool.places()) {
      answered += place.answered();
      nanos += place.latencyNanos();
    }
    Measured before = measured.getOrDefault(pool.name(), Measured.NOTHING);
    // The sum may lag behind the count for a moment, and places may have left.
    if (answered > before.answered() && nanos > before.nanos()) {
      double mean = (double) (nanos - before.nanos()) / (answered - before.answered());
      measured.put(pool.name(), new Measured(answered, nanos, OptionalDouble.of(mean), now));
      return OptionalDouble.of(mean);
    }
    if (answered < before.answered()) {
      measured.put(pool.name(), new Measured(answered, nanos, before.mean(), before.at()));
    }
    return now - before.at() <= OLDEST_NANOS ? before.mean() : OptionalDouble.empty();
  }

  /** What is added to the share of a pool that a plan names: so a new plan is in force at once. */
  double correction(String pool) {
    return state.correction(pool);
  }

  /** The share of each tier; empty where the first keeps all. */
  double[] byTier(List<Tier> tiers) {
    Map<String, Double> shares = state.shares();
    double[] byTier = new double[tiers.size()];
    for (int at = 0; at < tiers.size(); at++) {
      byTier[at] = shares.getOrDefault(tiers.get(at).pools()[0].name(), 0.0);
    }
    return byTier.length == 0 || byTier[0] >= 1 || shares.isEmpty() ? new double[0] : byTier;
  }

  /**
   * What a pool's places had seen at the last step.
   *
   * @param mean latency, nanoseconds, of the last step in which any was measured, at {@code at}
   */
  private record Measured(long answered, long nanos, OptionalDouble mean, long at) {
    static final Measured NOTHING = new Measured(0, 0, OptionalDouble.empty(), 0);
  }
}

package dev.fairlead.balancer.health;

import dev.fairlead.balancer.RandomSource;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

/**
 * Ejects the outliers of one service's endpoints for a while. Who is ejected is one immutable value
 * behind one reference, so the cap holds at every moment for whoever reads it, however many threads
 * eject at once. Any thread reports; updates are the caller's to serialise; no lock.
 */
public final class Ejector {
  private static final AtomicReferenceFieldUpdater<Ejector, Ejections> EJECTIONS =
      AtomicReferenceFieldUpdater.newUpdater(Ejector.class, Ejections.class, "ejections");

  private final RandomSource random;
  private final AtomicInteger transitions;
  private volatile Ejections ejections = Ejections.none();
  private final Map<OutlierReason, LongAdder> enforced = counters();
  private final Map<OutlierReason, LongAdder> prevented = counters();
  private final LongAdder badSamples = new LongAdder();

  /** When the interval is over; {@link Long#MAX_VALUE} while one thread evaluates it. */
  private final AtomicLong evaluateAt;

  private volatile OutlierDetection policy;

  /**
   * @param transitions grows after each change of who is ejected
   * @param now when the first interval begins, nanoseconds
   */
  public Ejector(
      OutlierDetection policy, RandomSource random, AtomicInteger transitions, long now) {
    this.policy = policy;
    this.random = random;
    this.transitions = transitions;
    evaluateAt = new AtomicLong(now + policy.interval().toNanos());
  }

  /** A monitor for an endpoint that is new; it counts once an {@link #update} has it. */
  public EndpointMonitor monitor(String cluster) {
    return new EndpointMonitor(this, cluster);
  }

  /**
   * Replaces policy and endpoints. One that left frees its place under the cap; where the new cap
   * is lower, those whose ejection ends first are let go.
   *
   * @param publish makes the new endpoints visible to picks. It runs while the lower cap of the old
   *     and the new endpoints is in force: whoever reads the endpoints, then {@link #current()},
   *     and finds the endpoints unchanged, has not seen more of them ejected than their own cap
   */
  public void update(
      OutlierDetection policy, Collection<EndpointMonitor> monitors, Runnable publish) {
    SequencedSet<EndpointMonitor> members =
        Collections.unmodifiableSequencedSet(new LinkedHashSet<>(monitors));
    int cap = policy.ejection().cap(members.size());
    this.policy = policy;
    replaceMembers(members, Math.min(cap, current().cap()));
    publish.run();
    replaceMembers(members, cap);
  }

  private void replaceMembers(SequencedSet<EndpointMonitor> members, int cap) {
    replace(seen -> seen.of(members, cap));
  }

  OutlierDetection policy() {
    return policy;
  }

  /**
   * Who is ejected. A pick reads its endpoints first and this after them, once, and asks it of each
   * candidate.
   */
  public Ejections current() {
    return ejections;
  }

  /**
   * Ends the ejections whose time is over, and evaluates the interval if it is. To be called before
   * each pick: two reads where there is nothing to do.
   */
  public void advance(long now) {
    if (now >= ejections.nextEnd()) {
      replace(seen -> seen.at(now));
    }
    long due = evaluateAt.get();
    if (now >= due && evaluateAt.compareAndSet(due, Long.MAX_VALUE)) {
      OutlierDetection current = policy;
      try {
        Outliers.find(current, ejections, (monitor, why) -> eject(monitor, why, now));
      } finally {
        evaluateAt.set(now + current.interval().toNanos());
      }
    }
  }

  /** Ejects an outlier, unless it left, is ejected already, or the cap prevents it. */
  void eject(EndpointMonitor monitor, OutlierReason reason, long now) {
    OutlierDetection.Ejection rule = policy.ejection();
    EndpointMonitor.Ejection ejection = monitor.nextEjection(rule, now, random.nextDouble());
    while (true) {
      Ejections seen = ejections;
      if (!seen.members().contains(monitor) || seen.contains(monitor)) {
        return;
      }
      if (seen.full() && now >= seen.nextEnd()) {
        replace(before -> before.at(now));
      } else if (seen.full()) {
        counter(prevented, reason).increment();
        return;
      } else if (EJECTIONS.compareAndSet(this, seen, seen.with(monitor, ejection))) {
        monitor.wasEjected(ejection);
        counter(enforced, reason).increment();
        transitions.getAndIncrement();
        return;
      }
    }
  }

  private void replace(UnaryOperator<Ejections> change) {
    while (true) {
      Ejections seen = ejections;
      Ejections fresh = change.apply(seen);
      // Before they get traffic again, so that nothing of the time after is forgotten.
      Iterable<EndpointMonitor> returned = fresh.returnedSince(seen);
      returned.forEach(EndpointMonitor::returned);
      if (EJECTIONS.compareAndSet(this, seen, fresh)) {
        if (fresh.count() != seen.count()) {
          transitions.getAndIncrement();
        }
        return;
      }
    }
  }

  private static Map<OutlierReason, LongAdder> counters() {
    Map<OutlierReason, LongAdder> counters = new EnumMap<>(OutlierReason.class);
    for (OutlierReason reason : OutlierReason.values()) {
      counters.put(reason, new LongAdder());
    }
    return counters;
  }

  private static LongAdder counter(Map<OutlierReason, LongAdder> counters, OutlierReason reason) {
    return Objects.requireNonNull(counters.get(reason));
  }

  void badSample() {
    badSamples.increment();
  }

  /** Ejections for {@code reason} so far. */
  public long enforced(OutlierReason reason) {
    return counter(enforced, reason).sum();
  }

  /** Outliers for {@code reason} that the cap left in, each time that they were found. */
  public long prevented(OutlierReason reason) {
    return counter(prevented, reason).sum();
  }

  /** Latencies so far that were dropped because none can be that. */
  public long badSamples() {
    return badSamples.sum();
  }
}

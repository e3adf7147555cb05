package dev.fairlead.balancer.health;

import dev.fairlead.balancer.RandomSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A limit on requests in flight that finds by itself what the server can do at once. The rule is
 * the gradient of Envoy's adaptive concurrency filter and Netflix's concurrency-limits:
 *
 * <pre>
 * gradient = clamp((1 + buffer) · base / latency, ½, 1) · (1 − overloaded / 2)
 * limit    = clamp(gradient · limit + √limit, min, max)
 * </pre>
 *
 * where latency is the geometric mean of a window, base is what it is without a queue, and
 * overloaded the share of the window that the server turned away or did not answer in time. A
 * server that does C at once then settles between C and (1 + buffer) · C + √C, the less the more
 * its service times vary. The limit grows only while it is at least half used.
 *
 * <p>The base is measured, a second after the start, then ever more rarely up to the interval: half
 * the limit is in force until what began before has left and enough has ended after that. Halving
 * is enough (BBR v2 does the same) where Envoy goes down to 3, because the limit is soon near C;
 * where it was far above, the next measurement finds a lower base.
 *
 * <p>Class k is admitted while in flight &lt; limit · (½ + k / 14): under overload the lowest class
 * is refused first, and the last half is for the higher ones. Any thread, no lock. Each admitted
 * request ends with exactly one of {@link #replied}, {@link #overloaded} and {@link #ignored}.
 */
public final class ConcurrencyLimit {
  /** Priority classes: 0 the lowest … 7 the highest. */
  public static final int CLASSES = 8;

  /** What the lowest class may use: less would leave the server idle when only it has traffic. */
  private static final double LOWEST_SHARE = 0.5;

  /** Of a window; with exponential service times the standard error of the mean is 18 %. */
  private static final int MIN_SAMPLES = 50;

  /** Of a measurement, which holds for long: there it is 13 %. */
  private static final int MEASURE_SAMPLES = 100;

  /** The least gradient, as in Netflix's: one bad window must not take most of the limit. */
  private static final double STEEPEST = 0.5;

  /** As in Envoy: at the least limit for so many windows, the base is probably out of date. */
  private static final int WINDOWS_AT_MIN = 5;

  /** Requests that never end must not hold up a measurement for ever. */
  private static final int WINDOWS_OF_DRAINING = 20;

  /**
   * After so many mean latencies hardly anything of before is left. What ends from then on is
   * sampled whenever it began: to take only what began since would favour the short.
   */
  private static final int LATENCIES_TO_SETTLE = 5;

  /** The first limit may be far off, and with it the first base. Doubles after each measurement. */
  private static final long FIRST_MEASURE_NANOS = 1_000_000_000L;

  /** Clients that started together should not measure, and so unload the server, together. */
  private static final double MEASURE_JITTER = 0.15;

  private enum Phase {
    /** The limit follows latency. */
    FOLLOWING,
    /** Until in flight is down to half the limit. */
    DRAINING,
    /** Until what began before that has left. */
    SETTLING,
    /** Until there are samples enough for the base. */
    MEASURING
  }

  private final AdaptiveConcurrency policy;
  private final RandomSource random;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger overloaded = new AtomicInteger();
  private final LatencyMean latency = new LatencyMean();
  private final AtomicLongArray refused = new AtomicLongArray(CLASSES);
  private final AtomicLong badSamples = new AtomicLong();

  /** When the window is over; {@link Long#MAX_VALUE} while one thread evaluates it. */
  private final AtomicLong windowEnd;

  private volatile double limit;

  /** What is in force: the limit, or less during a measurement. */
  private volatile double enforced;

  private volatile boolean halfUsed;

  // Written by the thread that evaluates; windowEnd hands them to the next.
  private Phase phase = Phase.MEASURING;
  private double base = Double.NaN;
  private long measureAt;
  private long measureEveryNanos = FIRST_MEASURE_NANOS;
  private double lastLatency;
  private long drainedBy;
  private long settledAt;
  private int windowsAtMin;

  public ConcurrencyLimit(AdaptiveConcurrency policy, RandomSource random, long now) {
    this.policy = policy;
    this.random = random;
    limit = policy.initial();
    enforced = limit;
    windowEnd = new AtomicLong(now + policy.window().toNanos());
  }

  /**
   * Admits a request of {@code trafficClass}, which is then in flight, or refuses it.
   *
   * @throws IndexOutOfBoundsException if the class is not in 0…7
   */
  public boolean tryAcquire(int trafficClass) {
    double allowed = enforced * share(Objects.checkIndex(trafficClass, CLASSES));
    while (true) {
      int seen = inFlight.get();
      if (seen >= allowed) {
        refused.getAndIncrement(trafficClass);
        used();
        return false;
      }
      if (inFlight.compareAndSet(seen, seen + 1)) {
        if (seen + 1 >= enforced * LOWEST_SHARE) {
          used();
        }
        return true;
      }
    }
  }

  private static double share(int trafficClass) {
    return LOWEST_SHARE + (1 - LOWEST_SHARE) * trafficClass / (CLASSES - 1);
  }

  private void used() {
    if (!halfUsed) {
      halfUsed = true;
    }
  }

  /**
   * Ends a request that the server answered, and not with a failure: those are often quicker, so
   * one that fails without being overloaded is {@link #ignored}.
   *
   * @param latencyNanos a negative, NaN or absurd one is counted and dropped
   */
  public void replied(double latencyNanos, long now) {
    inFlight.getAndDecrement();
    if (!latency.add(latencyNanos)) {
      badSamples.getAndIncrement();
    }
    advance(now);
  }

  /** Ends a request that the server turned away for its load, or did not answer in time. */
  public void overloaded(long now) {
    inFlight.getAndDecrement();
    overloaded.getAndIncrement();
    advance(now);
  }

  /** Ends a request that says nothing of the server. */
  public void ignored() {
    inFlight.getAndDecrement();
  }

  private void advance(long now) {
    long due = windowEnd.get();
    if (now >= due && windowEnd.compareAndSet(due, Long.MAX_VALUE)) {
      try {
        switch (phase) {
          case FOLLOWING -> follow(now);
          case DRAINING -> awaitDrained(now);
          case SETTLING -> awaitSettled(now);
          case MEASURING -> measure(now);
        }
      } finally {
        windowEnd.set(now + policy.window().toNanos());
      }
    }
  }

  private void follow(long now) {
    if (latency.count() + overloaded.get() < MIN_SAMPLES) {
      return;
    }
    adapt();
    windowsAtMin = limit <= policy.min() ? windowsAtMin + 1 : 0;
    if (windowsAtMin >= WINDOWS_AT_MIN) {
      measureEveryNanos = FIRST_MEASURE_NANOS;
      startMeasuring(now);
    } else if (now >= measureAt) {
      startMeasuring(now);
    }
  }

  private void adapt() {
    long answered = latency.count();
    int turnedAway = overloaded.getAndSet(0);
    double mean = latency.take(1);
    lastLatency = Double.isNaN(mean) ? lastLatency : mean;
    double known = (1 + policy.buffer()) * base / mean;
    double byLatency = Double.isNaN(known) ? 1 : Math.clamp(known, STEEPEST, 1);
    double byOverload = 1 - 0.5 * turnedAway / Math.max(1, answered + turnedAway);
    double gradient = Math.max(STEEPEST, byLatency * byOverload);
    double fresh = gradient * limit + Math.sqrt(limit);
    if (fresh <= limit || halfUsed) {
      limit = Math.clamp(fresh, policy.min(), policy.max());
    }
    enforced = limit;
    halfUsed = false;
  }

  private void startMeasuring(long now) {
    enforced = Math.max(policy.min(), limit / 2);
    drainedBy = now + WINDOWS_OF_DRAINING * policy.window().toNanos();
    windowsAtMin = 0;
    phase = Phase.DRAINING;
  }

  private void awaitDrained(long now) {
    if (inFlight.get() <= enforced || now >= drainedBy) {
      double longest = policy.measureInterval().toNanos();
      settledAt = now + (long) Math.min(LATENCIES_TO_SETTLE * lastLatency, longest);
      phase = Phase.SETTLING;
    }
  }

  private void awaitSettled(long now) {
    if (now >= settledAt) {
      latency.take(0);
      overloaded.set(0);
      phase = Phase.MEASURING;
    }
  }

  private void measure(long now) {
    if (latency.count() >= MEASURE_SAMPLES) {
      base = latency.take(MEASURE_SAMPLES);
      lastLatency = base;
      enforced = limit;
    } else if (overloaded.get() >= MIN_SAMPLES) {
      adapt(); // It cannot be measured while even half the limit is too much.
    } else {
      return;
    }
    double jittered = measureEveryNanos * (1 - MEASURE_JITTER * random.nextDouble());
    measureAt = now + (long) jittered;
    measureEveryNanos = Math.min(2 * measureEveryNanos, policy.measureInterval().toNanos());
    phase = Phase.FOLLOWING;
  }

  public double limit() {
    return limit;
  }

  public int inFlight() {
    return inFlight.get();
  }

  /** Requests of {@code trafficClass} so far that were refused. */
  public long refused(int trafficClass) {
    return refused.get(trafficClass);
  }

  /** Latencies so far that were dropped because none can be that. */
  public long badSamples() {
    return badSamples.get();
  }
}

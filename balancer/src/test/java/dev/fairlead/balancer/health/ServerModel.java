package dev.fairlead.balancer.health;

import dev.fairlead.balancer.Seed;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;

/**
 * A server behind a concurrency limit, in virtual time: it works on so many requests at once, for
 * an exponentially distributed time each, and queues the rest in order. Requests of each class come
 * by a Poisson process, whether or not the limit refuses them.
 */
final class ServerModel {
  private static final int DONE = -1;

  private final SplittableRandom random = new SplittableRandom(Seed.value());
  private final ConcurrencyLimit limit =
      new ConcurrencyLimit(AdaptiveConcurrency.DEFAULT, Seed.source(), 0);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at));
  private final Queue<Work> waiting = new ArrayDeque<>();
  private final double serviceNanos;
  private final double[] meanGapNanos = new double[ConcurrencyLimit.CLASSES];
  private final long[] replied = new long[ConcurrencyLimit.CLASSES];
  private int capacity;
  private int busy;

  ServerModel(int capacity, double serviceSeconds) {
    this.capacity = capacity;
    serviceNanos = serviceSeconds * 1e9;
  }

  ConcurrencyLimit limit() {
    return limit;
  }

  void resize(int capacity) {
    this.capacity = capacity;
  }

  /** From the start on, so many requests a second of a class. */
  void offer(int trafficClass, double perSecond) {
    meanGapNanos[trafficClass] = 1e9 / perSecond;
    arriveAfter(0, trafficClass);
  }

  void runUntil(long end) {
    Event next = events.peek();
    while (next != null && next.at() <= end) {
      events.remove();
      if (next.arrival() == DONE) {
        finish(next.work(), next.at());
      } else {
        arrive(next.arrival(), next.at());
      }
      next = events.peek();
    }
  }

  private void arrive(int trafficClass, long now) {
    arriveAfter(now, trafficClass);
    if (limit.tryAcquire(trafficClass)) {
      waiting.add(new Work(trafficClass, now));
      serve(now);
    }
  }

  private void arriveAfter(long now, int trafficClass) {
    long at = now + exponential(meanGapNanos[trafficClass]);
    events.add(new Event(at, trafficClass, new Work(trafficClass, at)));
  }

  private void finish(Work work, long now) {
    busy--;
    replied[work.trafficClass()]++;
    limit.replied((double) (now - work.came()), now);
    serve(now);
  }

  private void serve(long now) {
    while (busy < capacity && !waiting.isEmpty()) {
      busy++;
      events.add(new Event(now + exponential(serviceNanos), DONE, waiting.remove()));
    }
  }

  private long exponential(double mean) {
    return (long) (-mean * Math.log(1 - random.nextDouble()));
  }

  long replied(int trafficClass) {
    return replied[trafficClass];
  }

  long refused(int trafficClass) {
    return limit.refused(trafficClass);
  }

  private record Work(int trafficClass, long came) {}

  /**
   * @param arrival the class that arrives, or {@link #DONE}
   */
  private record Event(long at, int arrival, Work work) {}
}

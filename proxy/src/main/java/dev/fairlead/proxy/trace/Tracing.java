package dev.fairlead.proxy.trace;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy traces, and its finished spans until somebody takes them out. Each event loop has its
 * {@link Tracer}, with a queue of its own.
 */
public final class Tracing {
  private final Sampler sampler;
  private final boolean continuesAnyone;
  private final int maxQueued;
  private final List<SpanQueue> queues = new CopyOnWriteArrayList<>();
  private volatile Runnable whenFilling = () -> {};

  /**
   * @param continuesAnyone whether the trace of any client goes on here; else only that of one
   *     whose forwarded headers count too, and others begin anew
   * @param maxQueued spans that wait for each event loop, at least 2; more are lost
   */
  public Tracing(Sampler sampler, boolean continuesAnyone, int maxQueued) {
    if (maxQueued < 2) {
      throw new IllegalArgumentException("maxQueued " + maxQueued + " is below 2");
    }
    this.sampler = sampler;
    this.continuesAnyone = continuesAnyone;
    this.maxQueued = maxQueued;
  }

  Sampler sampler() {
    return sampler;
  }

  boolean continuesAnyone() {
    return continuesAnyone;
  }

  void filling() {
    whenFilling.run();
  }

  /** Whom to tell, on an event loop, that a queue should be emptied soon. Must not block. */
  public void whenFilling(Runnable told) {
    whenFilling = told;
  }

  /**
   * The tracer of one more event loop.
   *
   * @param wall the time of day, which spans tell
   */
  public Tracer tracer(Ticker ticker, InstantSource wall, RandomSource random) {
    SpanQueue queue = new SpanQueue(maxQueued);
    queues.add(queue);
    return new Tracer(this, queue, ticker, wall, random);
  }

  /** Takes spans out, by one thread at a time; returns how many. */
  public int drain(int most, Consumer<Span> to) {
    int count = 0;
    for (SpanQueue queue : queues) {
      while (count < most) {
        @Nullable Span span = queue.poll();
        if (span == null) {
          break;
        }
        to.accept(span);
        count++;
      }
    }
    return count;
  }

  /** Spans that were lost as a queue was full. */
  public long dropped() {
    return queues.stream().mapToLong(SpanQueue::dropped).sum();
  }
}

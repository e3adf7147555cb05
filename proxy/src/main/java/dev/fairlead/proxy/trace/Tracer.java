package dev.fairlead.proxy.trace;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** What the traces of one event loop share. Used on that loop. */
public final class Tracer {
  private final Tracing tracing;
  private final SpanQueue queue;
  private final Ticker ticker;
  private final InstantSource wall;
  private final RandomSource random;

  Tracer(Tracing tracing, SpanQueue queue, Ticker ticker, InstantSource wall, RandomSource random) {
    this.tracing = tracing;
    this.queue = queue;
    this.ticker = ticker;
    this.wall = wall;
    this.random = random;
  }

  Sampler sampler() {
    return tracing.sampler();
  }

  boolean continuesAnyone() {
    return tracing.continuesAnyone();
  }

  long nanos() {
    return ticker.nanos();
  }

  /** What to add to the ticker's time for nanoseconds since 1970. */
  long epoch() {
    Instant now = wall.instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - ticker.nanos();
  }

  /** A new id: any number but 0. */
  long id() {
    long id = random.nextLong();
    return id != 0 ? id : 1;
  }

  void finished(Span span) {
    if (queue.add(span)) {
      tracing.filling();
    }
  }
}

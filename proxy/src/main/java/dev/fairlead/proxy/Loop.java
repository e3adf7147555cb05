package dev.fairlead.proxy;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.loop.LoopCounters;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One event loop and all that it shares with no other. */
final class Loop {
  /** Exchanges kept for the next request: as many as are usually under way at a time. */
  private static final int MAX_FREE = 256;

  final EventLoop events;
  final ProxyOptions options;
  final ProxyListener listener;
  final Ticker ticker;
  final RandomSource random;
  final TimerWheel timers;
  final LoopCounters counters = new LoopCounters(Reject.values().length);
  final UpstreamPool pool;
  final HeadLimits limits;
  final HeadParser parser;
  final Timeouts timeouts;

  /** The connections of clients, newest first. */
  @Nullable ClientConnection first;

  /** Once set, each answer closes its connection. */
  boolean draining;

  private final ArrayDeque<Exchange> free = new ArrayDeque<>();

  Loop(
      EventLoop events,
      Transport transport,
      ProxyOptions options,
      ProxyListener listener,
      Ticker ticker,
      RandomSource random) {
    this.events = events;
    this.options = options;
    this.listener = listener;
    this.ticker = ticker;
    this.random = random;
    this.timers = new TimerWheel(events, ticker);
    this.pool =
        new UpstreamPool(
            transport.upstream(events, options),
            new UpstreamPool.Limits(
                options.maxPooledPerEndpoint(), options.pooledIdleTimeout().toNanos()),
            timers,
            counters,
            ticker);
    this.limits =
        new HeadLimits(options.maxHeadBytes(), options.maxHeaders(), options.maxHeadBytes());
    this.parser = new HeadParser(limits);
    this.timeouts = new Timeouts(options);
  }

  /** A clean exchange; it comes back by {@link #put}. */
  Exchange take() {
    Exchange exchange = free.pollFirst();
    return exchange == null ? new Exchange(this) : exchange;
  }

  void put(Exchange exchange) {
    if (free.size() < MAX_FREE) {
      free.addFirst(exchange);
    }
  }

  /** The options' durations in nanoseconds. */
  static final class Timeouts {
    final long head;
    final long idle;
    final long bodyIdle;

    Timeouts(ProxyOptions options) {
      head = options.headTimeout().toNanos();
      idle = options.idleTimeout().toNanos();
      bodyIdle = options.bodyIdleTimeout().toNanos();
    }
  }
}

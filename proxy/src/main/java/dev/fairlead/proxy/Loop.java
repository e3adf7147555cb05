package dev.fairlead.proxy;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.proxy.check.Checker;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http2.Http2Limits;
import dev.fairlead.proxy.http2.Violation;
import dev.fairlead.proxy.loop.LoopCounters;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.loop.TurnEnd;
import dev.fairlead.proxy.probe.ProbeSender;
import dev.fairlead.proxy.tls.TlsCounters;
import dev.fairlead.proxy.upstream.UpstreamPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  final LoopCounters counters = new LoopCounters(Reject.values().length, Violation.values().length);
  final TlsCounters clientTls = new TlsCounters();
  final TlsCounters upstreamTls = new TlsCounters();
  final UpstreamPool pool;
  final Checker checker;
  final ProbeSender probes;

  /** For connections to endpoints that no pool has. */
  final Bootstrap upstream;

  final HeadLimits limits;
  final HeadParser parser;
  final HeadFields headFields = new HeadFields();
  final Http2Limits http2Limits;
  final TurnEnd turnEnd;
  final Timeouts timeouts;

  /** Copies of requests for mirrors that are held or under way. */
  int copies;

  /** The loop's part of all handshakes that may be under way. */
  final int maxHandshakes;

  /** The connections of clients, newest first. */
  @Nullable ClientConnection first;

  /** Once set, each answer closes its connection. */
  boolean draining;

  private final InstantSource wall;
  private final AtomicInteger openConnections;
  private final ArrayDeque<Exchange> free = new ArrayDeque<>();

  Loop(
      EventLoop events,
      Transport transport,
      ProxyOptions options,
      ProxyListener listener,
      Ticker ticker,
      InstantSource wall,
      RandomSource random,
      AtomicInteger openConnections) {
    this.wall = wall;
    this.openConnections = openConnections;
    this.events = events;
    this.options = options;
    this.listener = listener;
    this.ticker = ticker;
    this.random = random;
    this.timers = new TimerWheel(this::after, ticker, listener::failed);
    this.limits =
        new HeadLimits(options.maxHeadBytes(), options.maxHeaders(), options.maxHeadBytes());
    this.parser = new HeadParser(limits);
    this.http2Limits = options.http2(limits);
    this.turnEnd = new TurnEnd(events);
    this.upstream = transport.upstream(events, options);
    this.pool =
        new UpstreamPool(
            upstream,
            new UpstreamPool.Limits(
                options.maxPooledPerEndpoint(),
                options.maxPendingPerEndpoint(),
                options.pooledIdleTimeout().toNanos(),
                options.handshakeTimeout().toMillis(),
                limits),
            timers,
            counters,
            upstreamTls,
            new UpstreamPool.Http2Setting(http2Limits.shared(), headFields, turnEnd),
            ticker,
            listener::failed);
    this.checker = new Checker(pool, upstream, timers, ticker, listener::healthChanged);
    this.probes = new ProbeSender(events, pool, timers, counters, ticker);
    this.timeouts = new Timeouts(options);
    this.maxHandshakes = Math.max(1, options.maxHandshakes() / options.loops());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a tick that is lost is lost with its loop
  private void after(long nanos, Runnable task) {
    events.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Seconds since 1970, for what is remembered by others. */
  long wallSeconds() {
    return wall.instant().getEpochSecond();
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

  /**
   * Whether one more connection is within the limit of them all; it is counted if so, until {@link
   * #ended}.
   */
  boolean mayOpen() {
    if (openConnections.incrementAndGet() > options.maxConnections()) {
      openConnections.decrementAndGet();
      counters.add(Counter.CLIENT_CONNECTIONS_REFUSED, 1);
      return false;
    }
    return true;
  }

  /** A connection that was counted has closed, whether it ever became active or not. */
  void ended() {
    openConnections.decrementAndGet();
  }

  void opened(ClientConnection connection) {
    link(connection);
    counters.add(Counter.CLIENT_CONNECTIONS, 1);
    counters.add(Counter.CLIENT_CONNECTIONS_OPEN, 1);
  }

  void closed(ClientConnection connection) {
    unlink(connection);
    counters.add(Counter.CLIENT_CONNECTIONS_OPEN, -1);
  }

  /** The same connection, in other hands. */
  void replaced(ClientConnection old, ClientConnection by) {
    unlink(old);
    link(by);
  }

  private void link(ClientConnection connection) {
    ClientConnection head = first;
    connection.next = head;
    if (head != null) {
      head.previous = connection;
    }
    first = connection;
  }

  @SuppressWarnings("ReferenceEquality") // the very connection
  private void unlink(ClientConnection connection) {
    ClientConnection before = connection.previous;
    ClientConnection after = connection.next;
    if (before != null) {
      before.next = after;
    } else if (first == connection) {
      first = after;
    }
    if (after != null) {
      after.previous = before;
    }
    connection.previous = null;
    connection.next = null;
  }

  /** From now on each answer is the last on its connection. */
  void drain() {
    draining = true;
    for (ClientConnection each = first; each != null; each = each.next) {
      each.drain();
    }
  }

  /** Closes the connections without a request under way on which nothing moved since then. */
  void closeQuiet(long since) {
    ClientConnection connection = first;
    while (connection != null) {
      ClientConnection after = connection.next;
      connection.closeIfQuiet(since);
      connection = after;
    }
  }

  /** Closes all connections; returns how many requests that cut off. */
  int cutAll() {
    int cut = 0;
    ClientConnection connection = first;
    while (connection != null) {
      ClientConnection after = connection.next;
      cut += connection.cut();
      connection = after;
    }
    checker.serve(List.of());
    pool.close();
    return cut;
  }

  /** The options' durations in nanoseconds. */
  static final class Timeouts {
    final long head;
    final long idle;
    final long bodyIdle;
    final long handshake;
    final long tunnelIdle;

    Timeouts(ProxyOptions options) {
      head = options.headTimeout().toNanos();
      idle = options.idleTimeout().toNanos();
      tunnelIdle = options.tunnelIdleTimeout().toNanos();
      handshake = options.handshakeTimeout().toNanos();
      bodyIdle = options.bodyIdleTimeout().toNanos();
    }
  }
}

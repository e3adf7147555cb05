package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.ProxyListener;
import dev.fairlead.proxy.ProxyOptions;
import dev.fairlead.proxy.check.Checker;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http2.Http2Limits;
import dev.fairlead.proxy.http2.Violation;
import dev.fairlead.proxy.loop.Backlog;
import dev.fairlead.proxy.loop.LoopCounters;
import dev.fairlead.proxy.loop.Overload;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.loop.TurnEnd;
import dev.fairlead.proxy.observe.Watch;
import dev.fairlead.proxy.probe.ProbeSender;
import dev.fairlead.proxy.tls.TlsCounters;
import dev.fairlead.proxy.trace.Tracer;
import dev.fairlead.proxy.trace.Tracing;
import dev.fairlead.proxy.upstream.UpstreamPool;
import dev.fairlead.route.Hedging;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop and all that it shares with no other. */
public final class Loop {
  /** Exchanges kept for the next request: as many as are usually under way at a time. */
  private static final int MAX_FREE = 256;

  public final EventLoop events;
  public final ProxyOptions options;
  public final ProxyListener listener;
  public final Ticker ticker;
  public final RandomSource random;
  public final TimerWheel timers;
  public final LoopCounters counters =
      new LoopCounters(Reject.values().length, Violation.values().length);

  /** What waits for those whom this loop writes to. */
  public final Backlog backlog;

  public final TlsCounters clientTls = new TlsCounters();
  public final TlsCounters upstreamTls = new TlsCounters();
  final UpstreamPool pool;
  public final Checker checker;
  public final ProbeSender probes;

  /** Null where nothing is turned away however far the loop is behind. */
  final @Nullable Overload overload;

  /** For connections to endpoints that no pool has. */
  public final Bootstrap upstream;

  final HeadLimits limits;
  public final HeadParser parser;
  public final HeadFields headFields = new HeadFields();
  public final Http2Limits http2Limits;
  public final TurnEnd turnEnd;

  /** Who looks at the exchanges. */
  public final Watch watch;

  /** Null where the proxy does not trace. */
  final @Nullable Tracer tracer;

  public final Timeouts timeouts;

  /** By service, when its requests are sent to a second endpoint. */
  private final Map<ServiceName, HedgeDelay> hedgeDelays = new HashMap<>();

  /** Copies of requests for mirrors that are held or under way. */
  int copies;

  /** The loop's part of all handshakes that may be under way. */
  public final int maxHandshakes;

  /** Once set, each answer closes its connection. */
  public boolean draining;

  private final InstantSource wall;
  private final ArrayDeque<Exchange> free = new ArrayDeque<>();

  public Loop(
      EventLoop events,
      Transport transport,
      ProxyOptions options,
      ProxyListener listener,
      Ticker ticker,
      InstantSource wall,
      RandomSource random,
      Optional<Tracing> tracing) {
    this.tracer = tracing.map(some -> some.tracer(ticker, wall, random)).orElse(null);
    this.wall = wall;
    this.watch = new Watch(ticker.nanos());
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
    this.backlog =
        new Backlog(counters, options.maxBacklog() / options.loops(), options.bodyWindow());
    this.upstream = transport.upstream(events, options, backlog);
    this.pool =
        new UpstreamPool(
            upstream,
            new UpstreamPool.Limits(
                options.loops(),
                Math.max(1, options.maxUpstreamConnections() / options.loops()),
                options.maxPooledPerEndpoint(),
                options.maxPendingPerEndpoint(),
                options.connectTimeout().toNanos(),
                options.pooledIdleTimeout().toNanos(),
                options.handshakeTimeout().toMillis(),
                limits),
            timers,
            counters,
            backlog,
            upstreamTls,
            new UpstreamPool.Http2Setting(http2Limits.shared(), headFields, turnEnd),
            ticker,
            listener::failed);
    this.checker = new Checker(pool, upstream, timers, ticker, listener::healthChanged);
    this.overload =
        options.maxLag().isZero() ? null : new Overload(options.maxLag().toNanos(), random);
    if (overload != null) {
      timers.watch(overload);
    }
    this.probes = new ProbeSender(events, pool, timers, counters, ticker);
    this.timeouts = new Timeouts(options);
    this.maxHandshakes = Math.max(1, options.maxHandshakes() / options.loops());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a tick that is lost is lost with its loop
  private void after(long nanos, Runnable task) {
    events.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Milliseconds since 1970. */
  long wallMillis() {
    return wall.millis();
  }

  /** Seconds since 1970, for what is remembered by others. */
  long wallSeconds() {
    return wall.instant().getEpochSecond();
  }

  /** When requests of a service are sent to a second endpoint. */
  HedgeDelay hedgeDelay(ServiceName service, Hedging policy) {
    HedgeDelay known = hedgeDelays.get(service);
    if (known == null || !known.policy.equals(policy)) {
      known = new HedgeDelay(policy);
      hedgeDelays.put(service, known);
    }
    return known;
  }

  /** A clean exchange; it comes back by {@link #put}. */
  public Exchange take() {
    Exchange exchange = free.pollFirst();
    return exchange == null ? new Exchange(this) : exchange;
  }

  void put(Exchange exchange) {
    if (free.size() < MAX_FREE) {
      free.addFirst(exchange);
    }
  }

  /** Ends what it does toward endpoints. */
  public void close() {
    checker.serve(List.of());
    pool.close();
  }

  /** The options' durations in nanoseconds. */
  public static final class Timeouts {
    public final long head;
    public final long idle;
    public final long bodyIdle;
    public final long handshake;
    public final long tunnelIdle;

    Timeouts(ProxyOptions options) {
      head = options.headTimeout().toNanos();
      idle = options.idleTimeout().toNanos();
      tunnelIdle = options.tunnelIdleTimeout().toNanos();
      handshake = options.handshakeTimeout().toNanos();
      bodyIdle = options.bodyIdleTimeout().toNanos();
    }
  }
}

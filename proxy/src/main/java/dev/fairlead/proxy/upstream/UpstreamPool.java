package dev.fairlead.proxy.upstream;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http2.Http2Limits;
import dev.fairlead.proxy.loop.Backlog;
import dev.fairlead.proxy.loop.LoopCounters;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.Overload;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.loop.TurnEnd;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.proxy.tls.TlsCounters;
import dev.fairlead.route.ConnectionLimits;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The upstream connections of one event loop, by address and by how they are secured. The last one
 * that was put back is taken first, so that a quiet hour shrinks the pool. Only its loop may touch
 * it.
 */
public final class UpstreamPool {
  /** Kept for the next request: as many as are usually in use at a time. */
  private static final int MAX_READERS = 256;

  /** Requests that wait for a connection of HTTP/2 before another is opened beside it. */
  private static final int MAX_WAITING = 100;

  /** Of questions to an endpoint: what is found so concerns requests of all classes. */
  private static final int HIGHEST_CLASS = Overload.CLASSES - 1;

  /** To one endpoint and from one loop; by then more connections do not help. */
  private static final int MAX_HTTP2_CONNECTIONS = 8;

  private final Bootstrap bootstrap;
  private final Limits limits;
  private final TimerWheel timers;
  private final LoopCounters counters;
  private final Backlog backlog;
  private final TlsCounters tlsCounters;
  private final Ticker ticker;
  private final Consumer<Throwable> faults;
  private final Map<Address, Site> sites = new HashMap<>();

  /** By context, as one address may be spoken to in several ways. */
  private final Map<ClientContext, Map<Address, Site>> tlsSites = new HashMap<>();

  private final Http2Setting http2;
  private final ArrayDeque<Http2UpstreamStream> streams = new ArrayDeque<>();
  private final ArrayDeque<AnswerReader> readers = new ArrayDeque<>();

  /**
   * What a pool may hold.
   *
   * @param loops among which a limit of the process is shared out
   * @param maxOpen connections to all addresses, from this loop
   * @param maxIdle connections kept for each address
   * @param maxPending requests that wait for a place on a connection, for each address
   * @param waitNanos that a request may wait for one of the connections that there may be
   * @param idleNanos after which an idle connection is closed
   * @param handshakeMillis that a TLS handshake may take
   * @param heads of answers
   */
  public record Limits(
      int loops,
      int maxOpen,
      int maxIdle,
      int maxPending,
      long waitNanos,
      long idleNanos,
      long handshakeMillis,
      HeadLimits heads) {}

  /**
   * What connections of HTTP/2 share.
   *
   * @param fields of the event loop, as {@code turnEnd}
   */
  public record Http2Setting(Http2Limits limits, HeadFields fields, TurnEnd turnEnd) {}

  /**
   * @param bootstrap with group, channel type and options, but no handler
   * @param faults told what a connection's user throws
   */
  public UpstreamPool(
      Bootstrap bootstrap,
      Limits limits,
      TimerWheel timers,
      LoopCounters counters,
      Backlog backlog,
      TlsCounters tlsCounters,
      Http2Setting http2,
      Ticker ticker,
      Consumer<Throwable> faults) {
    this.bootstrap = bootstrap;
    this.limits = limits;
    this.timers = timers;
    this.counters = counters;
    this.backlog = backlog;
    this.tlsCounters = tlsCounters;
    this.http2 = http2;
    this.ticker = ticker;
    this.faults = faults;
  }

  /** A connection without limit, for questions to the endpoint that no request waits for. */
  public UpstreamStream take(Address address, @Nullable ClientContext tls, boolean http2) {
    return take(address, tls, http2, ConnectionLimits.NONE, HIGHEST_CLASS);
  }

  /**
   * An idle connection, or a new one that is yet to open, or a place in the line for one. The user
   * must {@code start} it.
   *
   * @param tls null for clear text
   * @param http2 whether the endpoint is spoken to in HTTP/2
   * @param trafficClass 0…7: where requests wait the highest is served first, and where too many do
   *     one of the lowest makes room for a higher one
   */
  public UpstreamStream take(
      Address address,
      @Nullable ClientContext tls,
      boolean http2,
      ConnectionLimits limits,
      int trafficClass) {
    Map<Address, Site> all = tls == null ? sites : tlsSites.get(tls);
    Site site = all == null ? null : all.get(address);
    if (site == null) {
      site = new Site(this, address, tls);
      of(tls).put(address, site);
    }
    return http2 ? takeStream(site, limits, trafficClass) : take(site, limits, trafficClass);
  }

  private UpstreamStream take(Site site, ConnectionLimits limits, int trafficClass) {
    // Who has no limit is not kept waiting; all others keep to their order.
    boolean inTurn = site.line.isEmpty() || limits.perEndpoint() == Integer.MAX_VALUE;
    Http1UpstreamConnection free = inTurn ? connection(site, limits) : null;
    return free == null ? new WaitingStream(this, site, limits, trafficClass) : free;
  }

  /** An idle connection, or a new one; null where there are as many as there may be. */
  @Nullable Http1UpstreamConnection connection(Site site, ConnectionLimits limits) {
    Http1UpstreamConnection idle = site.newestIdle();
    if (idle != null) {
      unlink(idle);
      return idle;
    }
    if (site.connections >= own(limits.perEndpoint())) {
      return null;
    }
    opened(site);
    return new Http1UpstreamConnection(this, site);
  }

  /** This loop's part of a limit of the process. */
  private int own(int limit) {
    return limit == Integer.MAX_VALUE ? limit : Math.max(1, limit / this.limits.loops());
  }

  /** Requests that may wait for a connection to one endpoint. */
  int maxPending(ConnectionLimits limits) {
    return Math.min(own(limits.pendingPerEndpoint()), this.limits.maxPending());
  }

  private Http2UpstreamStream takeStream(Site site, ConnectionLimits limits, int trafficClass) {
    Http2UpstreamStream free = streams.pollFirst();
    Http2UpstreamStream taken = free == null ? new Http2UpstreamStream(this, site) : free;
    taken.begin(site, limits, trafficClass);
    return taken;
  }

  /** Takes back a stream that nobody uses. */
  void putBack(Http2UpstreamStream stream) {
    if (streams.size() < MAX_READERS) {
      streams.addFirst(stream);
    }
  }

  private void opened(Site site) {
    site.connections++;
    counters.add(Counter.UPSTREAM_CONNECTIONS_OPEN, 1);
  }

  /**
   * Gives a stream of HTTP/2 a connection: one that takes another stream, else one that is opening,
   * else a new one; if there are enough of those, the one for which the fewest wait. Where too many
   * wait already one of the lowest class fails at once, as a longer line would serve nobody sooner:
   * of those the last, if all are of its class itself.
   */
  void assign(Http2UpstreamStream stream) {
    Site site = known(stream.site);
    stream.site = site;
    Http2UpstreamConnection shortest = null;
    int pending = 0;
    for (Http2UpstreamConnection each : site.http2) {
      if (each.takes()) {
        each.begin(stream);
        return;
      }
      if (shortest == null || each.waiting() < shortest.waiting()) {
        shortest = each;
      }
      pending += each.waiting();
    }
    if (pending < maxPending(stream.limits)) {
      await(stream, site, shortest);
      return;
    }
    Http2UpstreamStream lower = yieldsTo(stream, site);
    if (lower == null) {
      stream.failed(TooManyPendingException.full());
    } else {
      await(stream, site, shortest);
      lower.displaced();
    }
  }

  /** Who has to make room for {@code comes}; null: nobody. */
  private static @Nullable Http2UpstreamStream yieldsTo(Http2UpstreamStream comes, Site site) {
    PriorityLine.Place<Http2UpstreamStream> lowest = comes.place;
    for (Http2UpstreamConnection each : site.http2) {
      PriorityLine.Place<Http2UpstreamStream> last = each.lastWaiting();
      if (last != null && last.trafficClass() < lowest.trafficClass()) {
        lowest = last;
      }
    }
    return lowest.trafficClass() < comes.place.trafficClass() ? lowest.holder : null;
  }

  private void await(
      Http2UpstreamStream stream, Site site, @Nullable Http2UpstreamConnection shortest) {
    if (shortest != null
        && (shortest.waiting() < MAX_WAITING
            || site.http2.size() >= MAX_HTTP2_CONNECTIONS
            || site.connections >= own(stream.limits.perEndpoint()))) {
      shortest.await(stream);
      return;
    }
    Http2UpstreamConnection fresh = openHttp2(site);
    fresh.await(stream);
    fresh.connect();
  }

  /** The site by which others find its connections: one without any was forgotten. */
  private Site known(Site site) {
    if (site.connections > 0) {
      return site;
    }
    Site known = of(site.tls).putIfAbsent(site.address, site);
    return known == null ? site : known;
  }

  private Http2UpstreamConnection openHttp2(Site site) {
    opened(site);
    Http2UpstreamConnection fresh = new Http2UpstreamConnection(this, site);
    site.http2.add(fresh);
    return fresh;
  }

  /** Opens a connection for those who wait for a full one, if there may be one more. */
  void relieve(Http2UpstreamConnection full, ConnectionLimits limits) {
    if (full.site.http2.size() < MAX_HTTP2_CONNECTIONS
        && full.site.connections < own(limits.perEndpoint())) {
      Http2UpstreamConnection fresh = openHttp2(full.site);
      full.passOn(fresh);
      fresh.connect();
    }
  }

  private Map<Address, Site> of(@Nullable ClientContext tls) {
    return tls == null ? sites : tlsSites.computeIfAbsent(tls, context -> new HashMap<>());
  }

  /** Closes all idle connections. */
  public void close() {
    List<Site> all = new ArrayList<>(sites.values());
    tlsSites.values().forEach(some -> all.addAll(some.values()));
    for (Site site : all) {
      Http1UpstreamConnection idle;
      while ((idle = site.newestIdle()) != null) {
        idle.close();
      }
      new ArrayList<>(site.http2).forEach(Http2UpstreamConnection::retire);
      site.line.dismiss();
    }
  }

  /** Whether, with the one that is just being opened, there are more connections than may be. */
  boolean full() {
    return counters.get(Counter.UPSTREAM_CONNECTIONS_OPEN) > limits.maxOpen();
  }

  /** Does something in a turn of its own. */
  void later(Runnable task) {
    bootstrap.config().group().next().execute(task);
  }

  /** Connects, and tells on the loop what came of it, not before the call has returned. */
  ChannelFuture connect(UpstreamConnection connection, Consumer<ChannelFuture> ended) {
    counters.add(Counter.UPSTREAM_CONNECTS, 1);
    Bootstrap own = bootstrap.clone();
    own.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            SslHandler tls = connection.site.handler(channel, limits.handshakeMillis());
            if (tls != null) {
              channel.pipeline().addLast(tls);
            }
            channel.pipeline().addLast(connection);
          }
        });
    return Transport.connect(own, connection.site.socketAddress, ended);
  }

  /** What reads the answers of a connection while it is in use. */
  AnswerReader takeReader() {
    AnswerReader free = readers.pollFirst();
    return free == null ? new AnswerReader(limits.heads()) : free;
  }

  void putBack(AnswerReader reader) {
    reader.clear();
    if (readers.size() < MAX_READERS) {
      readers.addFirst(reader);
    }
  }

  TlsCounters tlsCounters() {
    return tlsCounters;
  }

  Http2Setting http2() {
    return http2;
  }

  LoopCounters counters() {
    return counters;
  }

  Backlog backlog() {
    return backlog;
  }

  long waitNanos() {
    return limits.waitNanos();
  }

  long idleNanos() {
    return limits.idleNanos();
  }

  Ticker ticker() {
    return ticker;
  }

  Consumer<Throwable> faults() {
    return faults;
  }

  TimerWheel timers() {
    return timers;
  }

  /** Takes back a connection that nobody uses; closes it if there are enough. */
  void putBack(Http1UpstreamConnection connection) {
    Site site = connection.site;
    if (site.idle() >= limits.maxIdle()) {
      connection.close();
      return;
    }
    site.addIdle(connection);
    counters.add(Counter.UPSTREAM_CONNECTIONS_IDLE, 1);
    timers.arm(connection.idleTimer, timers.coarseNanos() + limits.idleNanos());
    serveLine(site);
  }

  private void unlink(Http1UpstreamConnection connection) {
    connection.site.removeIdle(connection);
    counters.add(Counter.UPSTREAM_CONNECTIONS_IDLE, -1);
  }

  /** Forgets a connection that is closed or closing. Called once for each. */
  void gone(Http1UpstreamConnection connection) {
    if (connection.idle) {
      unlink(connection);
    }
    timers.cancel(connection.idleTimer);
    closed(connection.site);
  }

  /** Forgets a connection that is closed. Called once for each. */
  void gone(Http2UpstreamConnection connection) {
    connection.site.http2.remove(connection);
    closed(connection.site);
  }

  private void closed(Site site) {
    counters.add(Counter.UPSTREAM_CONNECTIONS_OPEN, -1);
    site.connections--;
    serveLine(site);
    forgetIfUnused(site);
  }

  private void serveLine(Site site) {
    if (!site.line.isEmpty()) {
      http2.turnEnd().add(site.line);
    }
  }

  /** One whose line is served later in this turn is used. */
  void forgetIfUnused(Site site) {
    if (site.connections == 0 && site.line.isEmpty()) {
      forget(site);
    }
  }

  private void forget(Site site) {
    Map<Address, Site> all = of(site.tls);
    all.remove(site.address);
    if (site.tls != null && all.isEmpty()) {
      tlsSites.remove(site.tls);
    }
  }
}

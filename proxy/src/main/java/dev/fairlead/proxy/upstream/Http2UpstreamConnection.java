package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.http2.ErrorCode;
import dev.fairlead.proxy.http2.Http2Channel;
import dev.fairlead.proxy.http2.Http2Connection;
import dev.fairlead.proxy.http2.Http2Owner;
import dev.fairlead.proxy.http2.Http2Stream;
import dev.fairlead.proxy.http2.StreamUser;
import dev.fairlead.proxy.http2.Violation;
import dev.fairlead.proxy.loop.TimerWheel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to an endpoint, which many requests of its loop share. Those for which
 * there is no stream yet wait in line, the highest class first.
 */
final class Http2UpstreamConnection extends UpstreamConnection implements Http2Owner {
  /**
   * For how long a line may stand still: then what is under way is there to stay, as watches are,
   * and those who wait for the end of it would wait for ever.
   */
  private static final long STANDSTILL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Silence after which a connection whose request was given up is asked for a sign of life. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Until when that is to come: long enough for a stop of the other side's garbage collector. */
  private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PriorityLine<Http2UpstreamStream> waiting = new PriorityLine<>();

  /** Those whose users were told something by what is being read. */
  private final ArrayList<Http2UpstreamStream> told = new ArrayList<>();

  private final TimerWheel.Timer timer = new Deadline();
  private final TimerWheel.Timer line = new Line();
  private final TimerWheel.Timer life = new Life();
  private @Nullable Http2Connection http2;
  private @Nullable Http2Channel out;
  private boolean served;

  /** Whether something arrived since nothing was going on. */
  private boolean heard;

  private boolean retired;
  private boolean gone;
  private boolean probing;

  /** When something arrived last, by the coarse clock. */
  private long touched;

  Http2UpstreamConnection(UpstreamPool pool, Site site) {
    super(pool, site);
  }

  /** Whether a request can be begun now. */
  boolean takes() {
    Http2Connection current = http2;
    return open && !retired && current != null && waiting.isEmpty() && current.canOpen();
  }

  int waiting() {
    return retired ? Integer.MAX_VALUE : waiting.size();
  }

  /** Whose turn in line it would be last; null: nobody's. */
  PriorityLine.@Nullable Place<Http2UpstreamStream> lastWaiting() {
    return retired ? null : waiting.last();
  }

  void await(Http2UpstreamStream stream) {
    waiting.add(stream.place);
    stream.awaits(this);
    if (waiting.size() == 1) {
      watchLine();
    }
  }

  /** Begins the time anew within which somebody in the line must be served. */
  private void watchLine() {
    if (open && !waiting.isEmpty()) {
      pool.timers().arm(line, pool.ticker().nanos() + STANDSTILL_NANOS);
    }
  }

  /** Sends those who wait into the line of {@code other}. */
  void passOn(Http2UpstreamConnection other) {
    Http2UpstreamStream next;
    while ((next = waiting.poll()) != null) {
      other.await(next);
    }
  }

  /** Empties the line, in order. */
  private List<Http2UpstreamStream> leaveAll() {
    List<Http2UpstreamStream> all = new ArrayList<>(waiting.size());
    Http2UpstreamStream next;
    while ((next = waiting.poll()) != null) {
      all.add(next);
    }
    return all;
  }

  /**
   * A request was given up that had no answer. If nothing at all has arrived since it began, there
   * may be nobody any more, as when a firewall forgot the connection: TCP alone would notice only
   * after a quarter of an hour, and all requests until then would go the same way.
   *
   * @param since when it began, by the coarse clock
   */
  void unanswered(long since) {
    boolean silent = touched - since < 0 && pool.ticker().nanos() - since >= SILENCE_NANOS;
    if (open && silent && !probing) {
      probing = true;
      http2().ping();
      pool.timers().arm(life, pool.ticker().nanos() + LIFE_NANOS);
    }
  }

  /** A request that waits is given up. */
  void leave(Http2UpstreamStream stream) {
    waiting.remove(stream.place);
  }

  void begin(Http2UpstreamStream stream) {
    if (http2().active() == 0) {
      heard = false;
    }
    stream.begins(this, served, served && !heard);
    served = true;
  }

  Http2Connection http2() {
    Http2Connection current = http2;
    if (current == null) {
      throw new IllegalStateException("not open");
    }
    return current;
  }

  void flushLater() {
    Http2Channel current = out;
    if (current != null) {
      current.flushLater();
    }
  }

  /** The user of {@code stream} was told something, and is to hear when that is all for now. */
  void told(Http2UpstreamStream stream) {
    told.add(stream);
  }

  @Override
  boolean speaks(@Nullable String agreed) {
    return "h2".equals(agreed);
  }

  @Override
  void opened(@Nullable Throwable failure) {
    if (failure != null) {
      forget();
      Http2UpstreamStream next;
      while ((next = waiting.poll()) != null) {
        next.failed(failure);
      }
      return;
    }
    if (gone) {
      return;
    }
    Http2Channel to =
        new Http2Channel(channel(), pool.backlog(), true, pool.http2().turnEnd(), pool.faults());
    Http2Connection made =
        Http2Connection.client(
            site.tls != null,
            pool.http2().limits(),
            pool.ticker(),
            pool.http2().fields(),
            this,
            to);
    to.attach(made);
    out = to;
    http2 = made;
    open = true;
    touched = pool.timers().coarseNanos();
    pool.timers().arm(timer, touched + pool.idleNanos());
    to.flushLater();
    serveWaiting();
  }

  private void serveWaiting() {
    while (open && !waiting.isEmpty() && http2().canOpen()) {
      Http2UpstreamStream next = waiting.poll();
      if (next != null) {
        begin(next);
        next.connected();
      }
    }
    watchLine();
  }

  @Override
  public void opens() {
    serveWaiting();
  }

  @Override
  public void goAway(ErrorCode code) {
    retire();
  }

  /** No new requests; it closes when those under way have ended. */
  void retire() {
    if (retired) {
      return;
    }
    retired = true;
    site.http2.remove(this);
    leaveAll().forEach(pool::assign);
    Http2Connection current = http2;
    if (current == null) {
      closeChannel();
    } else {
      current.shutDown();
      flushLater();
    }
  }

  @Override
  public @Nullable StreamUser accept(Http2Stream stream) {
    return null;
  }

  @Override
  public void violated(Violation rule) {
    pool.counters().violated(rule);
    Http2Connection current = http2;
    if (current != null && current.closed()) {
      // It closes once all is written that was, which may be never: nobody else shall wait for it.
      retire();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    heard = true;
    touched = pool.timers().coarseNanos();
    if (probing) {
      probing = false;
      pool.timers().cancel(life);
    }
    http2().received((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    for (Http2UpstreamStream stream : told) {
      stream.readComplete();
    }
    told.clear();
    flushLater();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Http2Connection current = http2;
    if (current != null && ctx.channel().isWritable()) {
      current.resume();
      flushLater();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == SslCloseCompletionEvent.SUCCESS) {
      closeChannel();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!open) {
      if (!securing) {
        forget();
      }
      return;
    }
    open = false;
    Http2Channel to = out;
    if (to != null) {
      to.closed();
    }
    forget();
    http2().gone();
    leaveAll().forEach(pool::assign);
  }

  private void forget() {
    open = false;
    if (!gone) {
      gone = true;
      pool.timers().cancel(timer);
      pool.timers().cancel(line);
      pool.timers().cancel(life);
      pool.gone(this);
    }
  }

  private void timerExpired() {
    long now = pool.timers().coarseNanos();
    Http2Connection current = http2();
    if (current.closed()) {
      closeChannel();
      return;
    }
    if (!current.settled()) {
      current.settingsTimedOut();
    } else if (current.active() == 0 && now - touched >= pool.idleNanos()) {
      retire();
      return;
    }
    flushLater();
    pool.timers().arm(timer, now + pool.idleNanos());
  }

  private final class Deadline extends TimerWheel.Timer {
    @Override
    protected void expired() {
      if (open) {
        timerExpired();
      }
    }
  }

  private final class Line extends TimerWheel.Timer {
    @Override
    protected void expired() {
      Http2UpstreamStream first = waiting.first();
      if (open && first != null) {
        pool.relieve(Http2UpstreamConnection.this, first.limits);
      }
    }
  }

  private final class Life extends TimerWheel.Timer {
    @Override
    protected void expired() {
      closeChannel();
    }
  }
}

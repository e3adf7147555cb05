package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.route.ConnectionLimits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A request's place in the line for a connection of HTTP/1, and afterwards that connection in other
 * clothes. It is told that it waits for too long as it would be of a connect that takes too long.
 */
final class WaitingStream extends TimerWheel.Timer implements UpstreamStream {
  private final UpstreamPool pool;
  private final Site site;
  private final ConnectionLimits limits;
  final PriorityLine.Place<WaitingStream> place = new PriorityLine.Place<>(this);
  private @Nullable UpstreamUser user;
  private @Nullable RequestHead request;
  private @Nullable Http1UpstreamConnection connection;

  WaitingStream(UpstreamPool pool, Site site, ConnectionLimits limits, int trafficClass) {
    this.pool = pool;
    this.site = site;
    this.limits = limits;
    place.trafficClass(trafficClass);
  }

  ConnectionLimits limits() {
    return limits;
  }

  @Override
  public void start(UpstreamUser by, RequestHead awaited) {
    boolean full = site.line.size() >= pool.maxPending(limits);
    WaitingStream lower = full ? site.line.yieldsTo(place.trafficClass()) : null;
    if (full && lower == null) {
      by.upstreamConnectFailed(TooManyPendingException.full());
      return;
    }
    user = by;
    request = awaited;
    site.line.add(this);
    pool.timers().arm(this, pool.ticker().nanos() + pool.waitNanos());
    if (lower != null) {
      lower.dismissed(TooManyPendingException.displaced());
    }
  }

  /** It is its turn; it is out of the line. */
  void begin(Http1UpstreamConnection free) {
    UpstreamUser by = user;
    RequestHead awaited = request;
    if (by == null || awaited == null) {
      throw new IllegalStateException("nobody waits");
    }
    pool.timers().cancel(this);
    user = null;
    request = null;
    connection = free;
    boolean open = free.isOpen();
    free.start(by, awaited);
    if (open) {
      by.upstreamConnected();
    }
  }

  @Override
  protected void expired() {
    dismissed(TooManyPendingException.late());
  }

  /** Leaves the line, as it will get no connection. */
  void dismissed(TooManyPendingException why) {
    UpstreamUser by = user;
    leave();
    if (by != null) {
      by.upstreamConnectFailed(why);
    }
  }

  private void leave() {
    if (user != null) {
      user = null;
      request = null;
      pool.timers().cancel(this);
      site.line.remove(this);
    }
  }

  private Http1UpstreamConnection connection() {
    Http1UpstreamConnection current = connection;
    if (current == null) {
      throw new IllegalStateException("still in line");
    }
    return current;
  }

  @Override
  public boolean isOpen() {
    return connection != null && connection.isOpen();
  }

  @Override
  public boolean isReused() {
    return connection != null && connection.isReused();
  }

  @Override
  public boolean wasIdle() {
    return connection != null && connection.wasIdle();
  }

  @Override
  public long connectNanos() {
    return connection == null ? 0 : connection.connectNanos();
  }

  @Override
  public int writeHead(
      RequestHead head, CompiledRewrite rewrite, CompiledEdits edits, ClientInfo client) {
    return connection().writeHead(head, rewrite, edits, client);
  }

  @Override
  public void write(ByteBuf data) {
    connection().write(data);
  }

  @Override
  public void writeEnd(@Nullable TrailerHead trailers) {
    connection().writeEnd(trailers);
  }

  @Override
  public void tunnel(ByteBuf bytes) {
    connection().tunnel(bytes);
  }

  @Override
  public void flush() {
    if (connection != null) {
      connection.flush();
    }
  }

  @Override
  public boolean keepsUp() {
    return connection == null || connection.keepsUp();
  }

  @Override
  public void pause() {
    connection().pause();
  }

  @Override
  public void resume() {
    connection().resume();
  }

  @Override
  public boolean isPaused() {
    return connection != null && connection.isPaused();
  }

  @Override
  public void release() {
    connection().release();
  }

  @Override
  public void abandon() {
    if (connection == null) {
      leave();
    } else {
      connection.abandon();
    }
  }

  @Override
  public void close() {
    if (connection == null) {
      leave();
    } else {
      connection.close();
    }
  }
}

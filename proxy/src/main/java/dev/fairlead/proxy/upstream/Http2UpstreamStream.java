package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.http2.ErrorCode;
import dev.fairlead.proxy.http2.Http2Connection;
import dev.fairlead.proxy.http2.Http2Stream;
import dev.fairlead.proxy.http2.StreamUser;
import dev.fairlead.route.ConnectionLimits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request on an endpoint's HTTP/2 connection, or waiting for one. Its pool gives it to another
 * request once it was given back or is gone.
 */
final class Http2UpstreamStream implements UpstreamStream, StreamUser {
  /** As for HTTP/1: an upstream that sends more is broken or hostile. */
  private static final int MAX_INTERIM = 16;

  private final UpstreamPool pool;
  private final ResponseHead head;
  Site site;
  ConnectionLimits limits = ConnectionLimits.NONE;
  private @Nullable Http2UpstreamConnection connection;
  private @Nullable Http2Stream stream;
  private @Nullable UpstreamUser user;
  private boolean open;
  final PriorityLine.Place<Http2UpstreamStream> place = new PriorityLine.Place<>(this);
  private boolean reused;
  private boolean wasIdle;
  private boolean paused;
  private boolean silent;
  private int interims;

  /** What opening its connection took. */
  private long connectNanos;

  /** When it got its place, by the coarse clock. */
  private long begun;

  /** Bytes of the answer's body that the upstream may be sent credit for. */
  private int owed;

  Http2UpstreamStream(UpstreamPool pool, Site site) {
    this.pool = pool;
    this.site = site;
    this.head = new ResponseHead(pool.http2().limits().head());
  }

  /** Is for a new request. */
  void begin(Site to, ConnectionLimits kept, int trafficClass) {
    site = to;
    limits = kept;
    place.trafficClass(trafficClass);
    reused = false;
    wasIdle = false;
    connectNanos = 0;
    paused = false;
    silent = true;
    interims = 0;
    owed = 0;
  }

  // ---- its connection

  /** Stands in line for a connection that opens, or has as many requests as it takes. */
  void awaits(Http2UpstreamConnection to) {
    connection = to;
  }

  /** Has its place on a connection. */
  void begins(Http2UpstreamConnection to, boolean servedBefore, boolean idleBefore) {
    connection = to;
    open = true;
    reused = servedBefore;
    wasIdle = idleBefore;
    connectNanos = to.connectNanos();
    begun = pool.timers().coarseNanos();
  }

  void connected() {
    UpstreamUser told = user;
    if (told != null) {
      told.upstreamConnected();
    }
  }

  void failed(Throwable cause) {
    UpstreamUser told = user;
    user = null;
    connection = null;
    pool.putBack(this);
    if (told != null) {
      told.upstreamConnectFailed(cause);
    }
  }

  /** Leaves the line, as it makes room for another. */
  void displaced() {
    connection().leave(this);
    failed(TooManyPendingException.displaced());
  }

  void readComplete() {
    UpstreamUser told = user;
    if (told != null) {
      told.upstreamReadComplete();
    }
  }

  private Http2UpstreamConnection connection() {
    Http2UpstreamConnection current = connection;
    if (current == null) {
      throw new IllegalStateException("no connection");
    }
    return current;
  }

  private Http2Connection http2() {
    return connection().http2();
  }

  private Http2Stream stream() {
    Http2Stream current = stream;
    if (current == null) {
      throw new IllegalStateException("no request was sent");
    }
    return current;
  }

  // ---- what the user does

  @Override
  public void start(UpstreamUser by, RequestHead request) {
    user = by;
    pool.assign(this);
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isReused() {
    return reused;
  }

  @Override
  public boolean wasIdle() {
    return wasIdle;
  }

  @Override
  public long connectNanos() {
    return connectNanos;
  }

  @Override
  public int writeHead(
      RequestHead request, CompiledRewrite rewrite, CompiledEdits edits, ClientInfo client) {
    boolean ended = request.framing() == Framing.NONE;
    stream = http2().request(this, request, rewrite, edits, client, ended);
    connection().flushLater();
    return request.end() - request.start();
  }

  @Override
  public void write(ByteBuf data) {
    stream().data(data, false);
  }

  @Override
  public void writeEnd(@Nullable TrailerHead trailers) {
    if (trailers == null) {
      stream().end();
    } else {
      stream().trailers(trailers);
    }
  }

  @Override
  public void tunnel(ByteBuf bytes) {
    bytes.release();
    throw new IllegalStateException("a stream of HTTP/2 changes to no other protocol");
  }

  @Override
  public void flush() {
    if (open) {
      connection().flushLater();
    }
  }

  @Override
  public boolean keepsUp() {
    Http2Stream current = stream;
    return current == null || current.keepsUp();
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    giveBack();
  }

  @Override
  public boolean isPaused() {
    return paused;
  }

  private void giveBack() {
    Http2Stream current = stream;
    if (!paused && owed > 0 && current != null) {
      int bytes = owed;
      owed = 0;
      current.consumed(bytes);
      connection().flushLater();
    }
  }

  @Override
  public void release() {
    close();
  }

  @Override
  public void abandon() {
    Http2UpstreamConnection of = connection;
    if (of != null && stream != null && silent) {
      of.unanswered(begun);
    }
    close();
  }

  @Override
  public void close() {
    user = null;
    open = false;
    Http2UpstreamConnection of = connection;
    Http2Stream current = stream;
    connection = null;
    stream = null;
    if (of == null) {
      return;
    }
    if (current == null) {
      of.leave(this);
    } else {
      current.forget();
      of.flushLater();
    }
    pool.putBack(this);
  }

  // ---- what the upstream does

  @Override
  public Head head() {
    return head;
  }

  @Override
  public void headRead(boolean end) {
    UpstreamUser told = told(0);
    if (told == null) {
      return;
    }
    if (head.interim()) {
      if (++interims > MAX_INTERIM) {
        told.upstreamRejected(Reject.BAD_STATUS_LINE);
      } else {
        told.upstreamInterim(head);
      }
      return;
    }
    told.upstreamHead(head);
    if (end) {
      told.upstreamEnded(null, UpstreamUser.End.CLEAN);
    }
  }

  @Override
  public void rejected(Reject reject) {
    UpstreamUser told = told(0);
    if (told != null) {
      told.upstreamRejected(reject);
    }
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    int length = data.readableBytes();
    UpstreamUser told = told(length);
    if (told == null || length == 0) {
      data.release();
    } else {
      owed += length;
      told.upstreamData(data);
      giveBack();
    }
    if (told != null && end) {
      told.upstreamEnded(null, UpstreamUser.End.CLEAN);
    }
  }

  @Override
  public void trailers(TrailerHead trailers) {
    UpstreamUser told = told(0);
    if (told != null) {
      told.upstreamEnded(trailers, UpstreamUser.End.CLEAN);
    }
  }

  private @Nullable UpstreamUser told(int bytes) {
    UpstreamUser current = user;
    Http2UpstreamConnection of = connection;
    if (current != null && of != null) {
      silent = false;
      of.told(this);
      current.upstreamReceived(bytes);
    }
    return current;
  }

  @Override
  public void reset(Cause cause, ErrorCode code) {
    UpstreamUser told = user;
    user = null;
    open = false;
    Http2Stream last = stream;
    Http2UpstreamConnection of = connection;
    stream = null;
    connection = null;
    try {
      if (told != null) {
        told.upstreamClosed(broken(cause, code));
      }
    } finally {
      if (last != null && of != null) {
        last.forget();
        pool.putBack(this);
      }
    }
  }

  private UpstreamUser.Broken broken(Cause cause, ErrorCode code) {
    if (!silent) {
      // Whoever answered a part of it has begun with it, whatever he says.
      return UpstreamUser.Broken.MIDWAY;
    }
    if (cause == Cause.NOT_PROCESSED) {
      return UpstreamUser.Broken.UNTOUCHED;
    }
    if (cause == Cause.PEER && code == ErrorCode.REFUSED_STREAM) {
      return UpstreamUser.Broken.REFUSED;
    }
    return UpstreamUser.Broken.SILENT;
  }

  @Override
  public void writable() {
    UpstreamUser told = user;
    if (told != null) {
      told.upstreamWritable();
    }
  }
}

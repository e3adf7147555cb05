package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.http1.BodyWriter;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.HeadWriter;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.loop.Outlet;
import dev.fairlead.proxy.loop.TimerWheel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1 connection to an endpoint: new, connecting, in use by one user, idle in its pool, or
 * gone. It belongs to one loop for life.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
final class Http1UpstreamConnection extends UpstreamConnection implements UpstreamStream {
  final TimerWheel.Timer idleTimer = new IdleTimer();
  @Nullable Http1UpstreamConnection newer;
  @Nullable Http1UpstreamConnection older;
  boolean idle;
  private final Outlet out;
  private final BodyWriter written;
  private @Nullable UpstreamUser user;
  private @Nullable AnswerReader reader;
  private boolean reused;
  private boolean gone;
  private boolean endSeen;

  Http1UpstreamConnection(UpstreamPool pool, Site site) {
    super(pool, site);
    this.out = new Outlet(pool.backlog());
    this.written = new BodyWriter(out);
  }

  @Override
  public void start(UpstreamUser user, RequestHead request) {
    this.user = user;
    AnswerReader awaiting = pool.takeReader();
    awaiting.start(request);
    reader = awaiting;
    if (open) {
      reused = true;
      return;
    }
    connect();
  }

  @Override
  boolean speaks(@Nullable String agreed) {
    // Most servers of HTTP/1.1 know no ALPN.
    return agreed == null || agreed.equals("http/1.1");
  }

  @Override
  void opened(@Nullable Throwable failure) {
    UpstreamUser waiting = user;
    if (failure != null) {
      leave();
      if (waiting != null) {
        waiting.upstreamConnectFailed(failure);
      }
    } else if (!gone) {
      open = true;
      out.open(channel());
      if (waiting != null) {
        waiting.upstreamConnected();
      } else {
        pool.putBack(this);
      }
    }
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
    return reused;
  }

  @Override
  public int writeHead(
      RequestHead head, CompiledRewrite rewrite, CompiledEdits edits, ClientInfo client) {
    written.start(head.framing());
    ByteBuf buffer = out.buffer();
    int before = buffer.readableBytes();
    HeadWriter.request(buffer, head, rewrite, edits, client);
    return buffer.readableBytes() - before;
  }

  @Override
  public void write(ByteBuf data) {
    written.write(data);
  }

  @Override
  public void writeEnd(@Nullable TrailerHead trailers) {
    written.end(trailers);
  }

  @Override
  public void tunnel(ByteBuf bytes) {
    out.write(bytes);
  }

  @Override
  public void flush() {
    if (open) {
      out.flush();
    }
  }

  @Override
  public boolean keepsUp() {
    return !open || out.keepsUp();
  }

  @Override
  public void pause() {
    channel().config().setAutoRead(false);
  }

  @Override
  public void resume() {
    channel().config().setAutoRead(true);
  }

  @Override
  public boolean isPaused() {
    return open && !channel().config().isAutoRead();
  }

  @Override
  public void release() {
    out.flush();
    forget();
    // The last user may have stopped the reading; a connection that reads nothing sees no close.
    channel().config().setAutoRead(true);
    if (channel().isActive()) {
      pool.putBack(this);
    } else {
      close();
    }
  }

  @Override
  public void abandon() {
    forget();
    if (open) {
      close();
    }
  }

  @Override
  public void close() {
    leave();
    closeChannel();
  }

  /** Nobody uses it any more. */
  private void forget() {
    user = null;
    AnswerReader last = reader;
    reader = null;
    if (last != null) {
      pool.putBack(last);
    }
  }

  private void leave() {
    open = false;
    forget();
    out.close();
    if (!gone) {
      gone = true;
      pool.gone(this);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    UpstreamUser told = user;
    AnswerReader awaiting = reader;
    ByteBuf in = (ByteBuf) message;
    if (told != null && awaiting != null) {
      told.upstreamReceived(in.readableBytes());
      awaiting.read(in, told);
    } else {
      // Nobody asked for these bytes: whatever they answer, it must not be the next request.
      in.release();
      close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    UpstreamUser told = user;
    if (told != null) {
      told.upstreamReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    UpstreamUser writer = user;
    if (writer != null && ctx.channel().isWritable()) {
      writer.upstreamWritable();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == SslCloseCompletionEvent.SUCCESS) {
      endSeen = true;
      ctx.channel().close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!open) {
      // Opening failed or we closed it ourselves: whoever needs to know knows, or is yet to hear of
      // the handshake.
      if (!securing) {
        leave();
      }
      return;
    }
    UpstreamUser last = user;
    AnswerReader awaiting = reader;
    // In TLS a connection has an end of its own: without it, anybody may have cut it.
    boolean whole = endSeen || ctx.pipeline().get(SslHandler.class) == null;
    open = false;
    user = null;
    try {
      if (last != null && awaiting != null) {
        closedInUse(awaiting, last, whole);
      }
    } finally {
      // Only now, as the answer's head is good for that long.
      leave();
    }
  }

  private static void closedInUse(AnswerReader awaiting, UpstreamUser user, boolean whole) {
    boolean silent = awaiting.silent();
    if (whole && awaiting.endsByClose()) {
      user.upstreamEnded(null, UpstreamUser.End.WITH_CONNECTION);
    } else {
      user.upstreamClosed(silent ? UpstreamUser.Broken.SILENT : UpstreamUser.Broken.MIDWAY);
    }
  }

  private final class IdleTimer extends TimerWheel.Timer {
    @Override
    protected void expired() {
      if (idle) {
        close();
      }
    }
  }
}

package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.ClientStream;
import dev.fairlead.proxy.exchange.Exchange;
import dev.fairlead.proxy.http1.BodyReader;
import dev.fairlead.proxy.http1.BodyWriter;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.HeadBytes;
import dev.fairlead.proxy.http1.HeadWriter;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.http2.Preface;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.Outlet;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.tls.Endings;
import dev.fairlead.proxy.tls.Handshakes;
import dev.fairlead.proxy.tls.TlsPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection of HTTP/1: one exchange after the other, in order. While one is under way,
 * what the client sends ahead waits unparsed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
final class Http1ClientConnection extends ClientConnection implements ClientStream {
  /** How long a client may take to read a last answer before the connection is cut. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  final TimerWheel.Timer timer = new Deadline();
  private final ListenerPort port;
  private final Outlet out;
  private final BodyWriter written;
  private final String address;
  private final ClientInfo info;
  private final @Nullable TlsPeer tls;
  private final Channel channel;
  private final BodyReader body = new BodyReader();
  private @Nullable Exchange exchange;
  private @Nullable ByteBuf waiting;
  private long touched;
  private boolean receiving;
  private boolean served;
  private boolean closing;

  Http1ClientConnection(
      Clients clients, ListenerPort port, Channel channel, String address, @Nullable TlsPeer tls) {
    super(clients);
    this.port = port;
    this.channel = channel;
    this.address = address;
    this.info = new ClientInfo(address, tls == null ? "http" : "https", false);
    this.tls = tls;
    this.out = new Outlet(loop.backlog);
    this.written = new BodyWriter(out);
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public String listenerName() {
    return port.rules().name();
  }

  @Override
  public ClientInfo info() {
    return info;
  }

  @Override
  public @Nullable TlsPeer tls() {
    return tls;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    clients.opened(this);
    start();
  }

  @Override
  void takeOver(ClientConnection from) {
    clients.replaced(from, this);
    start();
  }

  private void start() {
    out.open(channel);
    touched = loop.ticker.nanos();
    loop.timers.arm(timer, touched + loop.timeouts.idle);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    touch();
    ByteBuf in = (ByteBuf) message;
    ByteBuf before = waiting;
    if (before == null) {
      received(in);
    } else {
      // Also when the exchange has just ended: what came first is yet to be taken up.
      waiting = append(before, in);
    }
    Exchange current = exchange;
    if (current != null && current.blocked()) {
      // Not only when all that is here was read: that may be many times the window.
      updateReading();
    }
  }

  private void received(ByteBuf in) {
    receiving = true;
    ByteBuf rest = in;
    while (rest != null) {
      rest = step(rest);
    }
    receiving = false;
  }

  /** Does one thing with the bytes, which are handed over; hands back those that are left. */
  private @Nullable ByteBuf step(ByteBuf in) {
    Exchange current = exchange;
    if (closing || !in.isReadable()) {
      in.release();
      return null;
    }
    if (current == null && !out.keepsUp()) {
      // The next answer would only join those that wait for the client to read.
      waiting = in;
      return null;
    }
    if (current == null || !current.started()) {
      return head(in, current == null ? newExchange() : current);
    }
    if (current.tunnel()) {
      current.tunnel(in);
      return null;
    }
    if (!current.requestEnded()) {
      return body(in, current);
    }
    waiting = in;
    return null;
  }

  private Exchange newExchange() {
    Exchange taken = loop.take();
    taken.attach(this);
    exchange = taken;
    loop.timers.arm(timer, touched + loop.timeouts.head);
    return taken;
  }

  private @Nullable ByteBuf head(ByteBuf in, Exchange current) {
    HeadBytes bytes = current.headBytes;
    boolean whole = bytes.take(in) >= 0;
    if (!whole && !bytes.full()) {
      return in;
    }
    Reject reject = parse(current.request, bytes, whole);
    if (reject == Reject.UNSUPPORTED_VERSION && !served && tls == null && Preface.isHead(bytes)) {
      becomeHttp2(in, current);
      return null;
    }
    boolean first = !served;
    served = true;
    if (first && reject == Reject.BAD_VERSION && current.request.method() == Method.OTHER) {
      // No method that we know and no version: it does not speak HTTP, and would not understand.
      in.release();
      loop.counters.rejected(reject);
      exchange = null;
      current.clientGone();
      close(true);
      return null;
    }
    if (reject != Reject.NONE) {
      in.release();
      loop.counters.rejected(reject);
      current.rejected(reject);
      return null;
    }
    body.start(current.request.framing(), current.request.contentLength());
    try {
      current.start(port.rules());
    } catch (RuntimeException e) {
      in.release();
      throw e;
    }
    return in;
  }

  /** The client speaks HTTP/2 from the start (RFC 9113 §3.3): it is served so. */
  private void becomeHttp2(ByteBuf in, Exchange current) {
    exchange = null;
    closing = true;
    current.clientGone();
    loop.timers.cancel(timer);
    out.close();
    ClientConnection next = port.serve(clients, channel, address, null, true);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.replace(this, null, next);
    next.takeOver(this);
    pipeline.fireChannelRead(Preface.head());
    pipeline.fireChannelRead(in);
    // What ends this turn's reading is told to whoever has the connection now.
  }

  private Reject parse(RequestHead head, HeadBytes bytes, boolean whole) {
    if (whole) {
      return loop.parser.parseRequest(bytes.bytes(), 0, bytes.length(), head);
    }
    Reject early = loop.parser.oversize(bytes.bytes(), 0, bytes.length(), head);
    return early == Reject.NONE ? Reject.HEAD_TOO_LARGE : early;
  }

  /** Takes bytes behind the head; hands back those that are not the request's. */
  private @Nullable ByteBuf body(ByteBuf in, Exchange current) {
    ByteBuf rest = in;
    while (true) {
      switch (body.next(rest)) {
        case DATA -> {
          if (body.dataLength() == rest.readableBytes()) {
            current.requestData(rest);
            rest = Unpooled.EMPTY_BUFFER;
          } else {
            current.requestData(rest.readRetainedSlice(body.dataLength()));
          }
        }
        case NEED_MORE -> {
          rest.release();
          return null;
        }
        case END -> {
          current.requestEnded(body.trailers());
          if (rest.isReadable()) {
            return rest;
          }
          rest.release();
          return null;
        }
        case REJECTED -> {
          rest.release();
          current.requestRejected(body.reject());
          return null;
        }
      }
    }
  }

  private static ByteBuf append(ByteBuf before, ByteBuf more) {
    if (before instanceof CompositeByteBuf all) {
      return all.addComponent(true, more);
    }
    // Past so many pieces they are copied into one: each holds on to the buffer it was read into.
    return before.alloc().compositeBuffer(64).addComponent(true, before).addComponent(true, more);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    settle();
  }

  /** All that was here is read: lets out what it led to, and reads on or stops reading. */
  private void settle() {
    Exchange current = exchange;
    if (current != null) {
      current.flushUpstream();
    }
    out.flush();
    updateReading();
  }

  @Override
  public String protocol() {
    return request().minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1";
  }

  @Override
  public boolean readsRest() {
    return true;
  }

  @Override
  public boolean endsByClose(ResponseHead head) {
    return answerFraming(head) == Framing.UNTIL_CLOSE;
  }

  /** How the client gets the answer's body: HTTP/1.0 knows no chunks. */
  private Framing answerFraming(ResponseHead head) {
    return switch (head.framing()) {
      case NONE, LENGTH -> head.framing();
      case CHUNKED, UNTIL_CLOSE ->
          request().minorVersion() >= 1 ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
    };
  }

  private RequestHead request() {
    Exchange current = exchange;
    if (current == null) {
      throw new IllegalStateException("no exchange is under way");
    }
    return current.request;
  }

  @Override
  public void writeInterim(ResponseHead head) {
    RequestHead asked = request();
    if (asked.minorVersion() >= 1) {
      HeadWriter.response(out.buffer(), head, asked, Framing.NONE, CompiledEdits.NONE, false);
    }
  }

  @Override
  public void writeHead(ResponseHead head, CompiledEdits edits, boolean close) {
    Framing framing = answerFraming(head);
    written.start(framing);
    HeadWriter.response(out.buffer(), head, request(), framing, edits, close);
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
  public void write(LocalReply reply, boolean close) {
    RequestHead asked = request();
    reply.write(out.buffer(), asked.method() == Method.HEAD, asked.minorVersion(), close);
  }

  @Override
  public void write(CompiledRedirect redirect, boolean close) {
    redirect.write(out.buffer(), request(), close);
  }

  @Override
  public void tunnel(ByteBuf bytes) {
    out.write(bytes);
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public boolean keepsUp() {
    return out.keepsUp();
  }

  @Override
  public void touch() {
    touched = loop.timers.coarseNanos();
  }

  @Override
  public void updateReading() {
    Exchange current = exchange;
    ByteBuf ahead = waiting;
    boolean wanted =
        closing
            || ((ahead == null || ahead.readableBytes() < loop.options.maxPipelined())
                && (current == null || !current.blocked()));
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }

  @Override
  public void enterTunnel() {
    // What came ahead of the 101 goes where it belongs.
    ByteBuf ahead = waiting;
    waiting = null;
    if (ahead != null) {
      received(ahead);
      settle();
    }
    armTimer();
  }

  @Override
  public void awaitRest() {
    touch();
    armTimer();
    if (!receiving) {
      settle();
    }
  }

  @Override
  public void armTimer() {
    Exchange current = exchange;
    if (current != null && current.started()) {
      loop.timers.arm(timer, current.deadline(touched));
    }
  }

  @Override
  public void exchangeEnded(boolean close, boolean linger) {
    exchange = null;
    body.clear();
    if (close) {
      close(linger || waiting != null);
      return;
    }
    touched = loop.timers.coarseNanos();
    loop.timers.arm(timer, touched + loop.timeouts.idle);
    if (receiving) {
      return;
    }
    out.flush();
    resumeLater();
  }

  /** In a turn of its own, so that an exchange that ended is left behind before. */
  private void resumeLater() {
    if (waiting != null) {
      channel.eventLoop().execute(this::resume);
    }
  }

  private void resume() {
    ByteBuf ahead = waiting;
    if (exchange == null && ahead != null && !closing) {
      waiting = null;
      try {
        received(ahead);
        settle();
      } catch (RuntimeException e) {
        channel.pipeline().fireExceptionCaught(e);
      }
    }
  }

  @Override
  public void exchangeAborted(boolean reset) {
    exchange = null;
    closing = true;
    if (reset) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    Endings.cut(channel);
  }

  private void close(boolean linger) {
    closing = true;
    releaseWaiting();
    loop.timers.arm(timer, loop.timers.coarseNanos() + loop.timeouts.bodyIdle);
    out.flush();
    if (!linger) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    updateReading();
    Endings.output(channel)
        .addListener(
            done -> {
              if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                duplex.shutdownOutput();
                loop.timers.arm(timer, loop.timers.coarseNanos() + LINGER_NANOS);
              }
            });
  }

  @Override
  void closeIfQuiet(long since) {
    if (exchange == null && waiting == null && !closing && touched - since < 0) {
      close(true);
    }
  }

  @Override
  int cut() {
    Exchange current = exchange;
    boolean busy = current != null && current.started();
    Endings.cut(channel);
    return busy ? 1 : 0;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    if (!channel.isWritable()) {
      return;
    }
    if (current != null) {
      touch();
      current.resumeUpstream();
    } else {
      resumeLater();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == SslCloseCompletionEvent.SUCCESS) {
      // The end that TLS has of its own is as good as that of the connection.
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    loop.timers.cancel(timer);
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      current.clientGone();
    }
    releaseWaiting();
    out.close();
    clients.closed(this);
  }

  private void releaseWaiting() {
    ByteBuf ahead = waiting;
    waiting = null;
    if (ahead != null) {
      ahead.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!Handshakes.isLife(cause)) {
      loop.listener.failed(cause);
    }
    Endings.cut(channel);
  }

  private void timerExpired() {
    Exchange current = exchange;
    if (closing) {
      channel.close();
    } else if (current == null) {
      close(true);
    } else if (!current.started()) {
      loop.counters.add(Counter.HEAD_TIMEOUTS, 1);
      exchange = null;
      LocalReply.of(408, "the request's head took too long").write(out.buffer(), false, 1, true);
      current.clientGone();
      close(true);
    } else {
      long now = loop.ticker.nanos();
      long deadline = current.deadline(touched);
      if (deadline - now > 0) {
        loop.timers.arm(timer, deadline);
      } else {
        current.timedOut(now - touched >= loop.timeouts.bodyIdle);
        settle();
      }
    }
  }

  private final class Deadline extends TimerWheel.Timer {
    @Override
    protected void expired() {
      try {
        timerExpired();
      } catch (RuntimeException e) {
        channel.pipeline().fireExceptionCaught(e);
      }
    }
  }
}

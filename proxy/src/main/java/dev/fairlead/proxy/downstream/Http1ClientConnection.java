package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.ClientStream;
import dev.fairlead.proxy.exchange.Exchange;
import dev.fairlead.proxy.http1.BodyWriter;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.HeadWriter;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.http2.Preface;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.Outlet;
import dev.fairlead.proxy.tls.Endings;
import dev.fairlead.proxy.tls.TlsPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection of HTTP/1, which is the place of one exchange after the other: their
 * answers in order, their deadlines, and the end of it all.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
final class Http1ClientConnection extends ClientConnection implements ClientStream {
  /** How long a client may take to read a last answer before the connection is cut. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  final ListenerPort port;
  private final Outlet out;
  private final BodyWriter written;
  private final String address;
  private final ClientInfo info;
  private final @Nullable TlsPeer tls;
  private final RequestReader reader;
  private @Nullable Exchange exchange;
  private long touched;
  private boolean closing;

  Http1ClientConnection(
      Clients clients, ListenerPort port, Channel channel, String address, @Nullable TlsPeer tls) {
    super(clients, channel);
    this.port = port;
    this.address = address;
    this.info = ClientInfo.of(address, tls != null, loop.options.trusted());
    this.tls = tls;
    this.out = new Outlet(loop.backlog);
    this.written = new BodyWriter(out);
    this.reader = new RequestReader(this);
  }

  // ---- its bytes

  @Override
  void start() {
    out.open(channel);
    touched = loop.ticker.nanos();
    arm(touched + loop.timeouts.idle);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    touch();
    reader.read((ByteBuf) message);
    Exchange current = exchange;
    if (current != null && current.blocked()) {
      // Not only when all that is here was read: that may be many times the window.
      updateReading();
    }
  }

  @Nullable Exchange exchange() {
    return exchange;
  }

  boolean closing() {
    return closing;
  }

  /** A next request begins, for whose head the client has its time from now on. */
  Exchange newExchange() {
    Exchange taken = loop.take();
    taken.attach(this);
    exchange = taken;
    arm(touched + loop.timeouts.head);
    return taken;
  }

  /** The client speaks HTTP/2 from the start (RFC 9113 §3.3): it is served so. */
  void becomeHttp2(ByteBuf in, Exchange current) {
    exchange = null;
    closing = true;
    current.clientGone();
    out.close();
    ChannelPipeline pipeline = channel.pipeline();
    handOver(port.serve(clients, channel, address, null, true));
    pipeline.fireChannelRead(Preface.head());
    pipeline.fireChannelRead(in);
    // What ends this turn's reading is told to whoever has the connection now.
  }

  /** No request came of it, nor will another. */
  void giveUp(Exchange current) {
    exchange = null;
    current.clientGone();
    close(true);
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

  /** In a turn of its own, so that an exchange that ended is left behind before. */
  private void resumeLater() {
    if (reader.hasAhead()) {
      channel.eventLoop().execute(this::resume);
    }
  }

  private void resume() {
    if (exchange == null && !closing) {
      try {
        if (reader.resume()) {
          settle();
        }
      } catch (RuntimeException e) {
        channel.pipeline().fireExceptionCaught(e);
      }
    }
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

  // ---- what the exchange does

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
  public boolean takesTrailers(ResponseHead head, byte[] lowerName) {
    // Who was not told that a field is to follow may well throw all of them away.
    return answerFraming(head) == Framing.CHUNKED && head.announces(lowerName);
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
    boolean wanted = closing || (reader.hasRoom() && (current == null || !current.blocked()));
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }

  @Override
  public void enterTunnel() {
    // What came ahead of the 101 goes where it belongs.
    if (reader.resume()) {
      settle();
    }
    armTimer();
  }

  @Override
  public void awaitRest() {
    touch();
    armTimer();
    if (!reader.reading()) {
      settle();
    }
  }

  @Override
  public void armTimer() {
    Exchange current = exchange;
    if (current != null && current.started()) {
      arm(current.deadline(touched));
    }
  }

  @Override
  public void exchangeEnded(boolean close, boolean linger) {
    exchange = null;
    reader.clear();
    if (close) {
      close(linger || reader.hasAhead());
      return;
    }
    touched = loop.timers.coarseNanos();
    arm(touched + loop.timeouts.idle);
    if (reader.reading()) {
      return;
    }
    out.flush();
    resumeLater();
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

  // ---- its end

  /**
   * Closes once all is written.
   *
   * @param linger whether the client may still be sending: a plain close would reset it, and so
   *     destroy what it has not read yet
   */
  private void close(boolean linger) {
    closing = true;
    reader.release();
    arm(loop.timers.coarseNanos() + loop.timeouts.bodyIdle);
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
                arm(loop.timers.coarseNanos() + LINGER_NANOS);
              }
            });
  }

  @Override
  void closeIfQuiet(long since) {
    if (exchange == null && !reader.hasAhead() && !closing && touched - since < 0) {
      close(true);
    }
  }

  @Override
  void reconsider(long quietSince) {
    if (port.rules().outgrown(tls)) {
      closeIfQuiet(quietSince);
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
  void gone() {
    closing = true;
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      current.clientGone();
    }
    reader.release();
    out.close();
  }

  @Override
  void expired() {
    Exchange current = exchange;
    if (closing) {
      channel.close();
    } else if (current == null) {
      close(true);
    } else if (!current.started()) {
      loop.counters.add(Counter.HEAD_TIMEOUTS, 1);
      LocalReply.of(408, "the request's head took too long").write(out.buffer(), false, 1, true);
      giveUp(current);
    } else {
      long now = loop.ticker.nanos();
      long deadline = current.deadline(touched);
      if (deadline - now > 0) {
        arm(deadline);
      } else {
        current.timedOut(now - touched >= loop.timeouts.bodyIdle);
        settle();
      }
    }
  }
}

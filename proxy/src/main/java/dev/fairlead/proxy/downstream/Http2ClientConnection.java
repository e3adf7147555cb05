package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http2.ErrorCode;
import dev.fairlead.proxy.http2.Http2Channel;
import dev.fairlead.proxy.http2.Http2Connection;
import dev.fairlead.proxy.http2.Http2Owner;
import dev.fairlead.proxy.http2.Http2Stream;
import dev.fairlead.proxy.http2.StreamUser;
import dev.fairlead.proxy.http2.Violation;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.tls.Endings;
import dev.fairlead.proxy.tls.TlsPeer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection of HTTP/2: many exchanges at a time, each on a stream of its own. What they
 * write in a turn of the loop leaves in one.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
final class Http2ClientConnection extends ClientConnection implements Http2Owner {
  /** Kept for the connection's next streams. */
  private static final int MAX_FREE = 32;

  final ListenerPort port;
  final String address;
  private final @Nullable TlsPeer tls;
  private final Http2Connection http2;
  private final Http2Channel out;
  private final ClientInfo info;
  private final ArrayDeque<Http2ClientStream> free = new ArrayDeque<>();

  /** Those to whose upstreams something was written by what is being read. */
  private final ArrayList<Http2ClientStream> written = new ArrayList<>();

  private final long begun;

  /** When something moved last, by the coarse clock. */
  long touched;

  /** Streams with an exchange; others may still wait for their client to read. */
  private int exchanges;

  private boolean saidLast;

  Http2ClientConnection(
      Clients clients, ListenerPort port, Channel channel, String address, @Nullable TlsPeer tls) {
    super(clients, channel);
    this.port = port;
    this.address = address;
    this.tls = tls;
    this.info = ClientInfo.of(address, tls != null, loop.options.trusted());
    this.out = new Http2Channel(channel, loop.backlog, false, loop.turnEnd, loop.listener::failed);
    this.begun = loop.timers.coarseNanos();
    this.touched = begun;
    this.http2 = Http2Connection.server(loop.http2Limits, loop.ticker, loop.headFields, this, out);
    this.out.attach(http2);
  }

  @Nullable TlsPeer tls() {
    return tls;
  }

  ClientInfo info() {
    return info;
  }

  /** Something was written to a stream's upstream, to be let out with the rest. */
  void wrote(Http2ClientStream stream) {
    written.add(stream);
  }

  void flushLater() {
    out.flushLater();
  }

  @Override
  void start() {
    arm(begun + loop.timeouts.head);
    if (loop.draining) {
      drain();
    }
    out.flushLater();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    touched = loop.timers.coarseNanos();
    http2.received((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    settle();
  }

  /** All that was here is read: lets out what it led to. */
  void settle() {
    for (Http2ClientStream stream : written) {
      stream.flushUpstream();
    }
    written.clear();
    out.flushLater();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      http2.resume();
      out.flushLater();
    }
    // A client that does not read what it asked for is not asked for more.
    channel.config().setAutoRead(channel.isWritable());
  }

  @Override
  void gone() {
    http2.gone();
    out.closed();
  }

  @Override
  public @Nullable StreamUser accept(Http2Stream stream) {
    Http2ClientStream taken = free.pollFirst();
    if (taken == null) {
      taken = new Http2ClientStream(this);
    }
    exchanges++;
    taken.begin(stream);
    return taken;
  }

  void put(Http2ClientStream stream) {
    exchanges--;
    if (free.size() < MAX_FREE) {
      free.addFirst(stream);
    }
  }

  @Override
  public void violated(Violation rule) {
    loop.counters.violated(rule);
  }

  @Override
  public void goAway(ErrorCode code) {
    // It ends when its streams have.
  }

  @Override
  public void opens() {
    // A server begins no streams.
  }

  @Override
  void drain() {
    saidLast = true;
    http2.shutDown();
    out.flushLater();
  }

  @Override
  void closeIfQuiet(long since) {
    if (http2.active() == 0 && touched - since < 0) {
      idle();
    }
  }

  @Override
  void reconsider(long quietSince) {
    if (port.rules().outgrown(tls)) {
      retire();
    }
  }

  /** Takes no further requests, once those are answered that may be on their way. */
  void retire() {
    if (!saidLast) {
      drain();
    }
  }

  @Override
  int cut() {
    int busy = exchanges;
    Endings.cut(channel);
    return busy;
  }

  @Override
  void expired() {
    long now = loop.timers.coarseNanos();
    if (http2.closed()) {
      Endings.cut(channel);
      return;
    }
    http2.endAnswered((int) Math.max(1, loop.timeouts.bodyIdle / loop.timeouts.head));
    if (!http2.settled() && since(begun, now) >= loop.timeouts.head) {
      http2.settingsTimedOut();
    } else if (http2.unfinished() && since(touched, now) >= loop.timeouts.head) {
      loop.counters.add(Counter.HEAD_TIMEOUTS, 1);
      Endings.cut(channel);
    } else if (exchanges == 0 && since(touched, now) >= loop.timeouts.idle) {
      idle();
    }
    out.flushLater();
    arm(now + loop.timeouts.head);
  }

  private static long since(long then, long now) {
    return now - then;
  }

  /** Nothing is under way: says goodbye, and if nobody answers that, goes. */
  private void idle() {
    if (saidLast) {
      Endings.cut(channel);
    } else {
      drain();
    }
  }
}

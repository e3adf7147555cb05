package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.TunnelLog;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.rules.CompiledListener;
import dev.fairlead.proxy.rules.CompiledPort;
import dev.fairlead.proxy.rules.CompiledTunnel;
import dev.fairlead.proxy.rules.CompiledTunnels;
import dev.fairlead.proxy.tls.ClientHello;
import dev.fairlead.proxy.tls.CompiledServerTls;
import dev.fairlead.proxy.tls.Handshakes;
import dev.fairlead.proxy.tls.ServerContext;
import dev.fairlead.proxy.tls.TlsFault;
import dev.fairlead.proxy.tls.TlsPeer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection on its way into TLS. It waits for the ClientHello, finds by the name in it
 * whose certificate is to be shown, watches the handshake and hands over to what was agreed on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
final class TlsHandshake extends ClientConnection {
  /** A fatal alert in a record of its own (RFC 8446 §6): that it is, its description follows. */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2};

  private static final int ILLEGAL_PARAMETER = 47;
  private static final int INTERNAL_ERROR = 80;
  private static final int UNRECOGNIZED_NAME = 112;

  private final ListenerPort port;
  private final String address;
  private final ClientHello hello = new ClientHello();
  private @Nullable ByteBuf received;
  private @Nullable ServerContext context;
  private String listener;
  private long opened;
  private boolean underWay;
  private boolean over;

  TlsHandshake(Clients clients, ListenerPort port, Channel channel, String address) {
    super(clients, channel);
    this.port = port;
    this.address = address;
    this.listener = port.rules().name();
  }

  @Override
  void start() {
    // Not by the coarse clock, which stands still while a loop has no timer.
    opened = loop.ticker.nanos();
    arm(opened + loop.timeouts.handshake);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (over || context != null) {
      // After a refusal nothing counts; and TLS hands over before it lets anything through.
      in.release();
      return;
    }
    ByteBuf all = append(in);
    received = all;
    switch (hello.read(all)) {
      case NEED_MORE -> {}
      case REFUSED -> refuse(hello.fault(), "");
      case WHOLE -> greeted(ctx, all);
    }
  }

  private ByteBuf append(ByteBuf more) {
    ByteBuf before = received;
    if (before == null) {
      return more;
    }
    ByteBuf all = before.writeBytes(more);
    more.release();
    return all;
  }

  /** The ClientHello is here: whom it is for decides what it is answered with. */
  private void greeted(ChannelHandlerContext ctx, ByteBuf all) {
    CompiledPort rules = port.rules();
    CompiledTunnels unread = rules.tunnels(hello.serverName());
    if (unread != null) {
      lead(unread, all);
      return;
    }
    CompiledListener owner = rules.find(hello.serverName());
    CompiledServerTls tls = owner == null ? null : owner.tls();
    if (owner == null || tls == null) {
      refuse(TlsFault.UNKNOWN_NAME, "");
      return;
    }
    listener = owner.name();
    if (loop.clientTls.underWay() >= loop.maxHandshakes) {
      refuse(TlsFault.TOO_MANY, "");
      return;
    }
    underWay = true;
    loop.clientTls.begun();
    ServerContext shown = tls.forName(hello.serverName());
    context = shown;
    received = null;
    ctx.pipeline().addBefore(ctx.name(), null, shown.handler(channel.alloc()));
    ctx.pipeline().fireChannelRead(all);
    ctx.pipeline().fireChannelReadComplete();
  }

  /** The connection goes on to somebody else as it is, beginning with what was read. */
  private void lead(CompiledTunnels unread, ByteBuf all) {
    listener = unread.name();
    CompiledTunnel tunnel = unread.find(hello.serverName());
    if (tunnel == null) {
      refuse(TlsFault.UNKNOWN_NAME, "no route is for it");
      return;
    }
    over = true;
    received = null;
    TunnelLog log = new TunnelLog(loop, unread, address, hello.serverName());
    handOver(new TunnelConnection(clients, channel, tunnel, log, all));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      ended();
      if (completion.isSuccess()) {
        agreed(ctx);
      } else {
        Throwable cause = completion.cause();
        failed(Handshakes.fault(cause), Handshakes.detail(cause));
        ctx.close();
      }
    }
  }

  private void agreed(ChannelHandlerContext ctx) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    ServerContext shown = context;
    if (over || tls == null || shown == null) {
      return;
    }
    TlsPeer peer = shown.peer(tls, hello.serverName());
    if (shown.proofRequired() && peer.identity().isEmpty()) {
      failed(TlsFault.UNTRUSTED_CERTIFICATE, "the session's certificate is believed no more");
      ctx.close();
      return;
    }
    over = true;
    loop.clientTls.succeeded(Handshakes.resumed(tls));
    boolean http2 = ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
    handOver(port.serve(clients, channel, address, peer, http2));
  }

  /** A port scan, or a check that connects and closes, is no handshake. */
  private boolean begun() {
    return received != null || underWay;
  }

  private void ended() {
    if (underWay) {
      underWay = false;
      loop.clientTls.ended();
    }
  }

  private void failed(TlsFault why, String detail) {
    if (!over) {
      over = true;
      loop.clientTls.failed(why);
      loop.listener.handshakeFailed(listener, address, hello.serverName(), why, detail);
    }
  }

  /** Says no before there is anybody who could say it in TLS. */
  private void refuse(TlsFault why, String detail) {
    failed(why, detail);
    release();
    ByteBuf answer = channel.alloc().directBuffer();
    if (why == TlsFault.PLAIN_HTTP) {
      LocalReply.of(400, "this port speaks TLS").write(answer, false, 1, true);
    } else {
      answer.writeBytes(ALERT).writeByte(alert(why));
    }
    channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private static int alert(TlsFault why) {
    return switch (why) {
      case UNKNOWN_NAME -> UNRECOGNIZED_NAME;
      case TOO_MANY -> INTERNAL_ERROR;
      default -> ILLEGAL_PARAMETER;
    };
  }

  private void release() {
    ByteBuf held = received;
    received = null;
    if (held != null) {
      held.release();
    }
  }

  @Override
  void closeIfQuiet(long since) {
    // One that has begun has its own time, which is short.
    if (!begun() && opened - since < 0) {
      channel.close();
    }
  }

  @Override
  int cut() {
    channel.close();
    return 0;
  }

  @Override
  void gone() {
    if (begun()) {
      failed(TlsFault.CLOSED, "");
    }
    ended();
    release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    report(cause);
    // Through TLS, which may have an alert to let out.
    ctx.close();
  }

  @Override
  void expired() {
    if (begun()) {
      failed(TlsFault.TIMEOUT, "");
    }
    over = true;
    channel.close();
  }
}

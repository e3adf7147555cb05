package dev.fairlead.proxy.check;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.proxy.tls.HandshakeFailure;
import dev.fairlead.proxy.upstream.ConnectFailures;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens a connection, with its TLS handshake where TLS is spoken, and closes it. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the close
final class TcpCheck extends Check {
  private @Nullable ChannelFuture connecting;

  TcpCheck(Checker checker, CompiledCheck check, EndpointCheck endpoint) {
    super(checker, check, endpoint);
  }

  @Override
  void send() {
    Address address = address();
    ClientContext tls = check.tls();
    long timeoutMillis = check.check().timeout().toMillis();
    Bootstrap bootstrap = checker.bootstrap.clone();
    bootstrap.handler(
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            if (tls != null) {
              channel
                  .pipeline()
                  .addLast(
                      tls.handler(channel.alloc(), address.host(), address.port(), timeoutMillis));
            }
            channel.pipeline().addLast(new Quiet());
          }
        });
    connecting =
        Transport.connect(
            bootstrap,
            new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port()),
            future -> {
              SslHandler handler = future.channel().pipeline().get(SslHandler.class);
              if (future.cause() == null && handler != null) {
                handler.handshakeFuture().addListener(made -> secured(future, made.cause()));
              } else {
                ended(future, future.cause());
              }
            });
  }

  private void secured(ChannelFuture future, @Nullable Throwable cause) {
    ended(future, cause == null ? null : new HandshakeFailure(cause));
  }

  private void ended(ChannelFuture future, @Nullable Throwable cause) {
    if (cause == null) {
      passed();
    } else {
      failed("cannot connect: " + ConnectFailures.phrase(cause));
    }
    if (future.isSuccess()) {
      future.channel().close();
    }
  }

  @Override
  void abandon() {
    ChannelFuture future = connecting;
    if (future != null) {
      future.channel().close();
    }
  }

  /** The end of a connection that carries nothing. What breaks it its future tells. */
  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}

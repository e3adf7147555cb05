package dev.fairlead.proxy.check;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.proxy.tls.HandshakeFailure;
import dev.fairlead.proxy.upstream.ConnectFailures;
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
    ChannelFuture future =
        checker
            .bootstrap
            .clone()
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    ClientContext tls = check.tls();
                    if (tls != null) {
                      channel
                          .pipeline()
                          .addLast(
                              tls.handler(
                                  channel.alloc(),
                                  address.host(),
                                  address.port(),
                                  check.check().timeout().toMillis()));
                    }
                    channel.pipeline().addLast(new Quiet());
                  }
                })
            .connect(new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port()));
    connecting = future;
    future.addListener(
        done -> {
          SslHandler tls = future.channel().pipeline().get(SslHandler.class);
          if (done.cause() == null && tls != null) {
            tls.handshakeFuture().addListener(made -> secured(future, made.cause()));
          } else {
            ended(future, done.cause());
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
    future.channel().close();
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

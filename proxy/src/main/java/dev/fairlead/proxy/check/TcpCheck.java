package dev.fairlead.proxy.check;

import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.upstream.ConnectFailures;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens a connection, and closes it. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the close
final class TcpCheck extends Check {
  private @Nullable ChannelFuture connecting;

  TcpCheck(Checker checker, CompiledCheck check, EndpointCheck endpoint) {
    super(checker, check, endpoint);
  }

  @Override
  void send() {
    Bootstrap bootstrap = checker.bootstrap.clone();
    bootstrap.handler(new ChannelInboundHandlerAdapter());
    connecting =
        Transport.connect(
            bootstrap,
            new InetSocketAddress(InetAddress.ofLiteral(address().host()), address().port()),
            done -> {
              Throwable cause = done.cause();
              if (cause == null) {
                done.channel().close();
                passed();
              } else {
                failed("cannot connect: " + ConnectFailures.phrase(cause));
              }
            });
  }

  @Override
  void abandon() {
    ChannelFuture future = connecting;
    if (future != null) {
      future.channel().close();
    }
  }
}

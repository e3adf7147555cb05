package dev.fairlead.proxy.check;

import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.upstream.ConnectFailures;
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
    ChannelFuture future =
        checker
            .bootstrap
            .clone()
            .handler(new ChannelInboundHandlerAdapter())
            .connect(
                new InetSocketAddress(InetAddress.ofLiteral(address().host()), address().port()));
    connecting = future;
    future.addListener(
        done -> {
          Throwable cause = done.cause();
          if (cause == null) {
            passed();
          } else {
            failed("cannot connect: " + ConnectFailures.phrase(cause));
          }
          future.channel().close();
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

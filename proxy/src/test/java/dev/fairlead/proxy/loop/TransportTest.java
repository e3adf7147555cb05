package dev.fairlead.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.proxy.NoLeaks;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A socket of epoll of which for a while nothing is asked. */
@ExtendWith(NoLeaks.class)
class TransportTest {
  /** More than sockets take from one who is not read. */
  private static final int TOO_MUCH = 64 * 1024 * 1024;

  private EventLoopGroup loop;

  @BeforeEach
  void onEpollOnly() {
    assumeTrue(Epoll.isAvailable(), "epoll's native part does not load here");
    loop = new MultiThreadIoEventLoopGroup(1, Transport.EPOLL.handlers());
  }

  @AfterEach
  void end() throws Exception {
    if (loop != null) {
      loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).await();
    }
  }

  private Channel connect(ServerSocket server, ChannelInboundHandlerAdapter handler)
      throws Exception {
    return new Bootstrap()
        .group(loop)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.AUTO_READ, false)
        .handler(handler)
        .connect(server.getLocalSocketAddress())
        .sync()
        .channel();
  }

  private static ServerSocket server() throws Exception {
    return new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
  }

  @Test
  void aHalfThatEndedLeavesTheOtherWholeForWhoReadsSlowly() throws Exception {
    CompletableFuture<Void> written = new CompletableFuture<>();
    ChannelInboundHandlerAdapter writer =
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
          }

          @Override
          public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownReadComplete.INSTANCE) {
              // Later, when the end is dealt with and nothing is asked of the socket any more.
              ctx.executor().execute(() -> write(ctx));
            }
          }

          private void write(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[TOO_MUCH]))
                .addListener(
                    done -> {
                      if (done.isSuccess()) {
                        written.complete(null);
                      } else {
                        written.completeExceptionally(done.cause());
                      }
                    });
          }
        };
    try (ServerSocket server = server()) {
      Channel channel = connect(server, writer);
      try (Socket peer = server.accept()) {
        peer.shutdownOutput();
        assertThat(peer.getInputStream().readNBytes(TOO_MUCH)).hasSize(TOO_MUCH);
        written.get(10, TimeUnit.SECONDS);
      }
      channel.close().sync();
    }
  }
}

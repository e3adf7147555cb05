package dev.fairlead.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A gRPC-like server over HTTP/2 in clear text, by Netty's own codec. */
@SuppressWarnings("FutureReturnValueIgnored")
final class H2cUpstream implements AutoCloseable {
  /** No answer comes. */
  static final String NEVER = "never";

  /** Method, path, content-type, te, grpc-timeout and body of each request. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;

  /**
   * @param answer the body in hex; empty for a call that fails as unimplemented
   */
  H2cUpstream(Supplier<String> answer) throws Exception {
    this(Http2Settings.defaultSettings(), answer);
  }

  /**
   * @param answer as above, or {@link #NEVER}
   */
  H2cUpstream(Http2Settings settings, Supplier<String> answer) throws Exception {
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forServer().initialSettings(settings).build(),
                            new Http2MultiplexHandler(
                                new ChannelInitializer<Channel>() {
                                  @Override
                                  protected void initChannel(Channel stream) {
                                    stream.pipeline().addLast(new Call(answer));
                                  }
                                }));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
            .sync()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class Call extends ChannelInboundHandlerAdapter {
    private final Supplier<String> answer;
    private final StringBuilder request = new StringBuilder();

    Call(Supplier<String> answer) {
      this.answer = answer;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      switch (message) {
        case Http2HeadersFrame frame -> {
          Http2Headers head = frame.headers();
          request.append(head.method()).append(' ').append(head.path());
          for (String name : List.of("content-type", "te", "grpc-timeout")) {
            request.append(' ').append(head.get(name));
          }
          request.append(' ');
          if (frame.isEndStream()) {
            reply(ctx);
          }
        }
        case Http2DataFrame frame -> {
          request.append(ByteBufUtil.hexDump(frame.content()));
          boolean end = frame.isEndStream();
          frame.release();
          if (end) {
            reply(ctx);
          }
        }
        default -> {}
      }
    }

    private void reply(ChannelHandlerContext ctx) {
      requests.add(request.toString());
      String hex = answer.get();
      Http2Headers head =
          new DefaultHttp2Headers().status("200").set("content-type", "application/grpc");
      if (hex.equals(NEVER)) {
        return;
      }
      if (hex.isEmpty()) {
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(head.set("grpc-status", "12"), true));
        return;
      }
      ByteBuf body = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
      ctx.write(new DefaultHttp2HeadersFrame(head));
      ctx.write(new DefaultHttp2DataFrame(body));
      ctx.writeAndFlush(
          new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().set("grpc-status", "0"), true));
    }
  }
}

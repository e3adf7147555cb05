package dev.fairlead.proxy.tls;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;

/** The ends of connections that may be secured, and so have an end of their own in TLS. */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
public final class Endings {
  private Endings() {}

  /** Lets out what was written and, in TLS, says that nothing follows. */
  public static ChannelFuture output(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return tls == null ? channel.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
  }

  /** Closes at once; in TLS without the notice that would make what was sent look whole. */
  public static void cut(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.close();
    } else {
      channel.pipeline().context(tls).close();
    }
  }
}

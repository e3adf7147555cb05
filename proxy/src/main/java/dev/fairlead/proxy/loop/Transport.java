package dev.fairlead.proxy.loop;

import dev.fairlead.proxy.ProxyOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.function.Consumer;

/** The sockets' kind: epoll, or the JDK's own selector where epoll's native part does not load. */
public enum Transport {
  EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class) {
    @Override
    public IoHandlerFactory handlers() {
      return EpollHandler.factory();
    }

    @Override
    void listen(ServerBootstrap bootstrap) {
      // Set once: whoever is accepted inherits it. Netty sets TCP_NODELAY by itself.
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, true).option(TCP_NOTSENT_LOWAT, UNSENT);
    }
  },
  NIO(NioServerSocketChannel.class, NioSocketChannel.class) {
    @Override
    public IoHandlerFactory handlers() {
      return NioIoHandler.newFactory();
    }

    @Override
    void listen(ServerBootstrap bootstrap) {
      bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
    }
  };

  /**
   * A first read of 2 KiB takes most requests and small answers; a body's reads grow to 64 KiB,
   * past which fewer system calls no longer pay.
   */
  private static final int FIRST_READ = 2048;

  private static final int LARGEST_READ = 64 * 1024;

  /**
   * Linux' option of that number for TCP (tcp(7)), which Netty knows for connections only: one that
   * has as many bytes unsent takes no more. It is a listening socket's to pass on.
   */
  private static final IntegerUnixChannelOption TCP_NOTSENT_LOWAT =
      new IntegerUnixChannelOption("TCP_NOTSENT_LOWAT", 6, 25);

  /**
   * Bytes that wait in the kernel for one client beyond what is under way to it. Without a bound it
   * takes megabytes for whoever does not read, all in one burst that everybody else waits for, and
   * what a later stream of a higher class has to say stands behind them.
   */
  private static final int UNSENT = 128 * 1024;

  /**
   * Reads of one connection in one turn of the loop; what it has beyond waits for the others' turn.
   * By default they are sixteen: beside hundreds of large bodies a turn then took 35 ms. With one
   * it takes 6, and a body of 1 MiB costs no more, as it leaves while it is still in the cache.
   */
  private static final int READS = 1;

  /** Connections that the kernel completes ahead of us; it caps it by net.core.somaxconn. */
  private static final int BACKLOG = 4096;

  /**
   * Connections accepted in one turn of the loop: all that wait. Were it fewer, newcomers would
   * wait for a turn of everybody else's requests each time, which at a cold start is seconds.
   */
  private static final int ACCEPTS = BACKLOG;

  private final Class<? extends ServerChannel> server;
  private final Class<? extends SocketChannel> client;

  Transport(Class<? extends ServerChannel> server, Class<? extends SocketChannel> client) {
    this.server = server;
    this.client = client;
  }

  public static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  public abstract IoHandlerFactory handlers();

  /** What listening sockets have: several share one port, one for each loop. */
  abstract void listen(ServerBootstrap bootstrap);

  /** For connections from clients, accepted and served by {@code loop} alone. */
  public ServerBootstrap downstream(EventLoop loop, Backlog backlog) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop, loop)
            .channel(server)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                // By default it stops after one: it takes a descriptor for a length.
                new ServerChannelRecvByteBufAllocator()
                    .respectMaybeMoreData(false)
                    .maxMessagesPerRead(ACCEPTS))
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.AUTO_CLOSE, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, backlog.marks());
    listen(bootstrap);
    return bootstrap;
  }

  /** For connections to endpoints, opened and used by {@code loop} alone. */
  public Bootstrap upstream(EventLoop loop, ProxyOptions options, Backlog backlog) {
    return new Bootstrap()
        .group(loop)
        .channel(client)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        // An endpoint may answer early and close: a write that fails must not discard the answer.
        .option(ChannelOption.AUTO_CLOSE, false)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            (int) Math.min(Integer.MAX_VALUE, Math.max(1, options.connectTimeout().toMillis())))
        .option(ChannelOption.RECVBUF_ALLOCATOR, reads())
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, backlog.marks());
  }

  /**
   * Connects, and tells on the bootstrap's loop what came of it. Where there is not even a socket,
   * as without a free descriptor, Netty by itself would tell that on a thread of its own.
   *
   * @param bootstrap as of {@link #upstream}, with a handler
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the caller has the future
  public static ChannelFuture connect(
      Bootstrap bootstrap, SocketAddress to, Consumer<ChannelFuture> ended) {
    EventLoop loop = bootstrap.config().group().next();
    ChannelFuture connecting = bootstrap.connect(to);
    connecting.addListener(
        done -> {
          if (loop.inEventLoop()) {
            ended.accept(connecting);
          } else {
            loop.execute(() -> ended.accept(connecting));
          }
        });
    return connecting;
  }

  private static AdaptiveRecvByteBufAllocator reads() {
    AdaptiveRecvByteBufAllocator reads =
        new AdaptiveRecvByteBufAllocator(FIRST_READ, FIRST_READ, LARGEST_READ);
    reads.maxMessagesPerRead(READS);
    return reads;
  }
}

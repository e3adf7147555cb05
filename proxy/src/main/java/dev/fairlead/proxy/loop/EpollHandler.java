package dev.fairlead.proxy.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's handler of epoll, whose sockets stay registered while nothing is asked of them. Netty
 * 4.2.18 takes such a socket out of epoll and then changes it as if it were there, which fails: a
 * connection whose peer has ended its half is closed as soon as a write to it has to wait.
 */
final class EpollHandler implements IoHandler {
  /** Wakes the loop for an error or a hang-up, once each. */
  private static final IoOps NOTHING = EpollIoOps.EPOLLET;

  private final IoHandler netty;

  private EpollHandler(IoHandler netty) {
    this.netty = netty;
  }

  static IoHandlerFactory factory() {
    IoHandlerFactory netty = EpollIoHandler.newFactory();
    return loop -> new EpollHandler(netty.newHandler(loop));
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Registration(netty.register(handle));
  }

  @Override
  public void initialize() {
    netty.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return netty.run(context);
  }

  @Override
  public void prepareToDestroy() {
    netty.prepareToDestroy();
  }

  @Override
  public void destroy() {
    netty.destroy();
  }

  @Override
  public void wakeup() {
    netty.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handle) {
    return netty.isCompatible(handle);
  }

  private static final class Registration implements IoRegistration {
    private final IoRegistration netty;
    private boolean added;

    Registration(IoRegistration netty) {
      this.netty = netty;
    }

    @Override
    public long submit(IoOps ops) {
      boolean nothing = EpollIoOps.NONE.equals(ops);
      if (nothing && !added) {
        return netty.submit(ops);
      }
      added = true;
      return netty.submit(nothing ? NOTHING : ops);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty has it so
    public <T> T attachment() {
      return netty.attachment();
    }

    @Override
    public boolean isValid() {
      return netty.isValid();
    }

    @Override
    public boolean cancel() {
      return netty.cancel();
    }
  }
}

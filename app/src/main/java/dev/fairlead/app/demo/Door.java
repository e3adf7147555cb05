package dev.fairlead.app.demo;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One replica as the relay shows it: its listener, its connections, and the canary that watches.
 */
final class Door {
  private static final long RETRY_NANOS = 50_000_000;
  private static final int BACKLOG = 1024;

  private final Relay relay;
  private final Relay.Way way;
  private final Relay.Bytes bytes;
  private final InetSocketAddress address;
  private final Set<Crossing> crossings = new HashSet<>();
  private final ByteBuffer ignored = ByteBuffer.allocate(256);
  private @Nullable ServerSocketChannel listener;
  private @Nullable SocketChannel canary;
  private boolean closed;

  Door(Relay relay, Relay.Way way, Relay.Bytes bytes) {
    this.relay = relay;
    this.way = way;
    this.bytes = bytes;
    try {
      this.address = open(way.listen());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen at " + way.listen(), e);
    }
    watch();
  }

  InetSocketAddress address() {
    return address;
  }

  private InetSocketAddress open(InetSocketAddress at) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(at, BACKLOG);
      channel.configureBlocking(false);
      channel.register(relay.selector(), SelectionKey.OP_ACCEPT, (Relay.Ready) key -> accept());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    listener = channel;
    return (InetSocketAddress) channel.getLocalAddress();
  }

  private void accept() {
    ServerSocketChannel open = listener;
    while (open != null) {
      SocketChannel near = null;
      try {
        near = open.accept();
        if (near == null) {
          return;
        }
        crossings.add(new Crossing(relay, way, bytes, near, crossings::remove));
      } catch (IOException e) {
        // The caller went away again, or descriptors are short: the next accept tells.
        close(near);
        return;
      }
    }
  }

  /** Connects the canary; whether that works is whether the replica lives. */
  private void watch() {
    if (closed) {
      return;
    }
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open();
      canary = channel;
      channel.configureBlocking(false);
      if (channel.connect(way.replica())) {
        alive(channel.register(relay.selector(), 0, (Relay.Ready) this::canaryReady));
      } else {
        channel.register(
            relay.selector(), SelectionKey.OP_CONNECT, (Relay.Ready) this::canaryReady);
      }
    } catch (IOException e) {
      close(channel);
      dead();
    }
  }

  private void canaryReady(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    if (key.isConnectable()) {
      try {
        channel.finishConnect();
        alive(key);
      } catch (IOException e) {
        close(channel);
        dead();
      }
      return;
    }
    try {
      if (channel.read(ignored.clear()) >= 0) {
        return;
      }
    } catch (IOException e) {
      // Broken, as at the end of its stream.
    }
    // A replica may close an idle connection without being dead: connecting anew tells.
    close(channel);
    watch();
  }

  private void alive(SelectionKey key) {
    key.interestOps(SelectionKey.OP_READ);
    if (listener == null) {
      try {
        open(address);
      } catch (IOException e) {
        // Somebody else has the port for the moment: until it is free the replica looks dead.
        close((SocketChannel) key.channel());
        retry();
      }
    }
  }

  private void dead() {
    if (listener != null) {
      relay.at(relay.now() + way.oneWayNanos(), this::shut);
    }
    retry();
  }

  private void retry() {
    relay.at(relay.now() + RETRY_NANOS, this::watch);
  }

  /** Refuses new connections and resets the old ones. */
  private void shut() {
    close(listener);
    listener = null;
    List.copyOf(crossings).forEach(Crossing::reset);
  }

  void close() {
    closed = true;
    close(canary);
    shut();
  }

  private static void close(@Nullable Closeable channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}

package dev.fairlead.app.demo;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** One connection across a link: the caller's socket, the replica's, and a flow each way. */
final class Crossing {
  private final Relay relay;
  private final Consumer<Crossing> whenClosed;
  private final SocketChannel near;
  private final SocketChannel far;
  private final SelectionKey nearKey;
  private final SelectionKey farKey;
  private final Flow out;
  private final Flow back;
  private final long oneWayNanos;

  /** When the caller would have had its handshake's answer: its first bytes set out no earlier. */
  private final long establishedNanos;

  private boolean connected;
  private boolean broken;
  private boolean closed;

  Crossing(
      Relay relay,
      Relay.Way way,
      Relay.Bytes bytes,
      SocketChannel near,
      Consumer<Crossing> whenClosed)
      throws IOException {
    this.relay = relay;
    this.whenClosed = whenClosed;
    this.near = near;
    this.oneWayNanos = way.oneWayNanos();
    this.establishedNanos = relay.now() + 2 * oneWayNanos;
    this.far = SocketChannel.open();
    this.out = new Flow(near, far, oneWayNanos, bytes.out());
    this.back = new Flow(far, near, oneWayNanos, bytes.back());
    near.configureBlocking(false);
    near.setOption(StandardSocketOptions.TCP_NODELAY, true);
    far.configureBlocking(false);
    far.setOption(StandardSocketOptions.TCP_NODELAY, true);
    Relay.Ready ready = this::ready;
    this.nearKey = near.register(relay.selector(), SelectionKey.OP_READ, ready);
    this.farKey = far.register(relay.selector(), SelectionKey.OP_CONNECT, ready);
    try {
      connected = far.connect(way.replica());
      show();
    } catch (IOException e) {
      refuse();
    }
  }

  private void ready(SelectionKey key) {
    if (closed) {
      return;
    }
    if (key.equals(farKey) && !connected) {
      try {
        far.finishConnect();
        connected = true;
        deliver(out);
      } catch (IOException e) {
        refuse();
      }
      return;
    }
    if (key.isReadable()) {
      take(key.equals(nearKey) ? out : back);
    }
    if (!closed && key.isValid() && key.isWritable()) {
      deliver(key.equals(nearKey) ? back : out);
    }
  }

  private void take(Flow flow) {
    try {
      long due = flow.take(relay.now(), establishedNanos);
      relay.at(due, () -> deliver(flow));
      show();
    } catch (IOException e) {
      // A reset travels as everything does, behind what was sent before it.
      breakOff(relay.now() + oneWayNanos);
    }
  }

  private void deliver(Flow flow) {
    if (closed || (flow == out && !connected)) {
      return;
    }
    try {
      flow.deliver(relay.now());
    } catch (IOException e) {
      reset();
      return;
    }
    if (out.ended() && back.ended()) {
      close();
    } else {
      show();
    }
  }

  /** Tells the selector what both flows wait for. */
  private void show() {
    if (closed || broken) {
      return;
    }
    nearKey.interestOps(
        (out.wantsToRead() ? SelectionKey.OP_READ : 0)
            | (back.wantsToWrite() ? SelectionKey.OP_WRITE : 0));
    farKey.interestOps(
        connected
            ? (back.wantsToRead() ? SelectionKey.OP_READ : 0)
                | (out.wantsToWrite() ? SelectionKey.OP_WRITE : 0)
            : SelectionKey.OP_CONNECT);
  }

  /** The replica refused: the caller learns it when the handshake would have failed. */
  private void refuse() {
    breakOff(establishedNanos);
  }

  private void breakOff(long resetNanos) {
    broken = true;
    nearKey.interestOps(0);
    farKey.interestOps(0);
    relay.at(resetNanos, this::reset);
  }

  /** Breaks both connections, so that neither side takes what it got for whole. */
  void reset() {
    if (closed) {
      return;
    }
    for (SocketChannel channel : new SocketChannel[] {near, far}) {
      try {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException e) {
        // Broken already.
      }
    }
    close();
  }

  private void close() {
    closed = true;
    for (SocketChannel channel : new SocketChannel[] {near, far}) {
      try {
        channel.close();
      } catch (IOException e) {
        // Closed is closed.
      }
    }
    whenClosed.accept(this);
  }
}

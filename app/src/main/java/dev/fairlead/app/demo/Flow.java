package dev.fairlead.app.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;

/**
 * One direction of a relayed connection: bytes leave it in order, each one link delay after it
 * came. It holds a bounded number of bytes; when they are full it stops reading, and the sender
 * feels it as it would feel a full window. For the relay's thread.
 */
final class Flow {
  /** In transit at most: 10 MB/s over a link of 25 ms, far over what the demo sends. */
  static final int MOST_BUFFERED = 256 * 1024;

  private static final int CHUNK = 16 * 1024;

  private final SocketChannel source;
  private final SocketChannel sink;
  private final long delayNanos;
  private final LongAdder count;
  private final ArrayDeque<Chunk> inTransit = new ArrayDeque<>();
  private int buffered;
  private boolean sourceEnded;
  private boolean sinkEnded;
  private boolean blocked;

  /** Bytes with the time at which they may leave; no bytes at all: the end of the stream. */
  private record Chunk(ByteBuffer bytes, long dueNanos) {
    boolean end() {
      return bytes.capacity() == 0;
    }
  }

  Flow(SocketChannel source, SocketChannel sink, long delayNanos, LongAdder count) {
    this.source = source;
    this.sink = sink;
    this.delayNanos = delayNanos;
    this.count = count;
  }

  /**
   * Takes what the source has.
   *
   * @param notBeforeNanos when the first byte may set out, for a handshake that is still going on
   * @return when what was taken is due
   */
  long take(long nowNanos, long notBeforeNanos) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(CHUNK, MOST_BUFFERED - buffered));
    int n = source.read(bytes);
    long due = Math.max(nowNanos, notBeforeNanos) + delayNanos;
    if (n < 0) {
      sourceEnded = true;
      inTransit.add(new Chunk(ByteBuffer.allocate(0), due));
    } else if (n > 0) {
      buffered += n;
      count.add(n);
      inTransit.add(new Chunk(bytes.flip(), due));
    }
    return due;
  }

  /** Hands on what is due, as far as the sink takes it. */
  void deliver(long nowNanos) throws IOException {
    blocked = false;
    for (Chunk head = inTransit.peek();
        head != null && head.dueNanos <= nowNanos;
        head = inTransit.peek()) {
      if (head.end()) {
        sink.shutdownOutput();
        sinkEnded = true;
      } else {
        buffered -= sink.write(head.bytes);
        if (head.bytes.hasRemaining()) {
          blocked = true;
          return;
        }
      }
      inTransit.remove();
    }
  }

  /** Whether there is room to read more. */
  boolean wantsToRead() {
    return !sourceEnded && buffered < MOST_BUFFERED;
  }

  /** Whether something due waits for the sink to become writable. */
  boolean wantsToWrite() {
    return blocked;
  }

  /** Whether the end of the stream has been handed on. */
  boolean ended() {
    return sinkEnded;
  }
}

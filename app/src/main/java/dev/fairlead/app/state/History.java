package dev.fairlead.app.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The last states as JSON, and the wait for the next one. */
public final class History implements AutoCloseable {
  /** Ten minutes, one a second. */
  static final int MAX_STATES = 600;

  /** With hundreds of services a state is large: then the history is shorter. */
  static final long MAX_BYTES = 16L << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> states = new ArrayDeque<>();
  private long bytes;
  private long sequence;
  private boolean closed;

  /** One state, by its place in the whole sequence, from 1. */
  public static final class Entry {
    private final long sequence;
    private final byte[] json;

    private Entry(long sequence, byte[] json) {
      this.sequence = sequence;
      this.json = json;
    }

    public long sequence() {
      return sequence;
    }

    /** Shared by all readers: not to be written to. */
    public byte[] json() {
      return json;
    }
  }

  /** {@code json} is not copied: whoever made it must leave it as it is. */
  public void add(byte[] json) {
    lock.lock();
    try {
      states.addLast(json);
      bytes += json.length;
      while (states.size() > MAX_STATES || (bytes > MAX_BYTES && states.size() > 1)) {
        bytes -= states.removeFirst().length;
      }
      sequence++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Oldest first. */
  public List<byte[]> all() {
    lock.lock();
    try {
      return new ArrayList<>(states);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The newest state if it is newer than {@code after}, waiting for it if need be; null if the time
   * is over or the history closed.
   */
  public @Nullable Entry next(long after, long timeoutMillis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (sequence <= after && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      byte[] newest = states.peekLast();
      return sequence > after && newest != null ? new Entry(sequence, newest) : null;
    } finally {
      lock.unlock();
    }
  }

  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes all who wait. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

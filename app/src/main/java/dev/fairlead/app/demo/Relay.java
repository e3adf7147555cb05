package dev.fairlead.app.demo;

import dev.fairlead.balancer.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A stand-in for long links: for each remote replica it listens at an address, and forwards what
 * comes there to the replica and back with the link's delay in each direction. It counts the bytes.
 *
 * <p>It tries to look like a link of layer 3, not like a proxy:
 *
 * <ul>
 *   <li>A connection to it is accepted at once, where a real handshake takes a round trip: so the
 *       first bytes set out one round trip after that.
 *   <li>A dead replica must refuse connections, where a listener here would go on accepting them:
 *       so each {@link Door} watches its replica by an idle connection of its own, a canary. When
 *       that breaks and cannot be made again, the door closes its listener and resets its
 *       connections one link delay later. It tries again every 50 ms and reopens at the same port.
 * </ul>
 *
 * <p>One thread does everything: a selector for the sockets, a queue ordered by time for the
 * delays.
 */
final class Relay implements AutoCloseable {
  /**
   * Under this a timer is waited for in short parks: a selector's timeout has whole milliseconds.
   */
  private static final long FINE_NANOS = 1_000_000;

  /** The longest park: what comes meanwhile sets out late by that much. */
  private static final long PARK_NANOS = 100_000;

  private final Ticker clock;
  private final Selector selector;
  private final DueQueue due = new DueQueue();
  private final Map<String, Bytes> bytes = new LinkedHashMap<>();
  private final List<Door> doors;
  private final Thread thread;
  private final long epochNanos;
  private volatile boolean closed;

  /** A remote replica: where it is, where callers see it, and over which link. */
  record Way(String link, InetSocketAddress listen, InetSocketAddress replica, long oneWayNanos) {}

  /** Bytes over one link: towards the remote cluster, and back. */
  record Bytes(LongAdder out, LongAdder back) {}

  /** What happens on a channel. Called on the relay's thread. */
  @FunctionalInterface
  interface Ready {
    void ready(SelectionKey key);
  }

  /** Listens at once; {@link #addresses} then has the ports. */
  Relay(List<Way> ways, Ticker clock) throws IOException {
    this.clock = clock;
    this.epochNanos = clock.nanos();
    this.selector = Selector.open();
    for (Way way : ways) {
      bytes.computeIfAbsent(way.link(), link -> new Bytes(new LongAdder(), new LongAdder()));
    }
    try {
      this.doors = ways.stream().map(way -> new Door(this, way, bytesOf(way.link()))).toList();
    } catch (UncheckedIOException e) {
      selector.close();
      throw e.getCause();
    }
    this.thread = Thread.ofPlatform().name("relay").start(this::loop);
  }

  /** Where callers see the replicas, in the order of the ways. */
  List<InetSocketAddress> addresses() {
    return doors.stream().map(Door::address).toList();
  }

  Bytes bytesOf(String link) {
    Bytes counted = bytes.get(link);
    if (counted == null) {
      throw new IllegalArgumentException("no link " + link);
    }
    return counted;
  }

  Selector selector() {
    return selector;
  }

  /** Nanoseconds since the relay was made. */
  long now() {
    return clock.nanos() - epochNanos;
  }

  void at(long dueNanos, Runnable action) {
    due.at(dueNanos, action);
  }

  private void loop() {
    try {
      while (!closed) {
        waitForWork();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid()) {
            ((Ready) key.attachment()).ready(key);
          }
        }
        selector.selectedKeys().clear();
        due.runDue(now());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the relay's selector failed", e);
    } finally {
      doors.forEach(Door::close);
    }
  }

  private void waitForWork() throws IOException {
    long wait = due.untilNext(now());
    if (wait == Long.MAX_VALUE) {
      selector.select();
    } else if (wait >= FINE_NANOS) {
      selector.select(wait / 1_000_000);
    } else {
      if (selector.selectNow() == 0 && wait > 0) {
        LockSupport.parkNanos(Math.min(wait, PARK_NANOS));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
      selector.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.Loop;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The connections of clients that one loop serves. */
public final class Clients {
  /**
   * How long a keep-alive connection must have been quiet to be closed. Until then its next request
   * is answered, and told to be the last: the client may have sent it before it could know.
   */
  public static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  public final Loop loop;
  private final AtomicInteger openConnections;

  /** Newest first. */
  private @Nullable ClientConnection first;

  /**
   * @param openConnections of all loops
   */
  public Clients(Loop loop, AtomicInteger openConnections) {
    this.loop = loop;
    this.openConnections = openConnections;
  }

  /**
   * Whether one more connection is within the limit of them all; it is counted if so, until {@link
   * #ended}.
   */
  boolean mayOpen() {
    if (openConnections.incrementAndGet() > loop.options.maxConnections()) {
      openConnections.decrementAndGet();
      loop.counters.add(Counter.CLIENT_CONNECTIONS_REFUSED, 1);
      return false;
    }
    return true;
  }

  /** A connection that was counted has closed, whether it ever became active or not. */
  void ended() {
    openConnections.decrementAndGet();
  }

  void opened(ClientConnection connection) {
    link(connection);
    loop.counters.add(Counter.CLIENT_CONNECTIONS, 1);
    loop.counters.add(Counter.CLIENT_CONNECTIONS_OPEN, 1);
  }

  void closed(ClientConnection connection) {
    unlink(connection);
    loop.counters.add(Counter.CLIENT_CONNECTIONS_OPEN, -1);
  }

  /** The same connection, in other hands. */
  void replaced(ClientConnection old, ClientConnection by) {
    unlink(old);
    link(by);
  }

  private void link(ClientConnection connection) {
    ClientConnection head = first;
    connection.next = head;
    if (head != null) {
      head.previous = connection;
    }
    first = connection;
  }

  @SuppressWarnings("ReferenceEquality") // the very connection
  private void unlink(ClientConnection connection) {
    ClientConnection before = connection.previous;
    ClientConnection after = connection.next;
    if (before != null) {
      before.next = after;
    } else if (first == connection) {
      first = after;
    }
    if (after != null) {
      after.previous = before;
    }
    connection.previous = null;
    connection.next = null;
  }

  /** From now on each answer is the last on its connection. */
  public void drain() {
    loop.draining = true;
    for (ClientConnection each = first; each != null; each = each.next) {
      each.drain();
    }
  }

  /** Tells those to go of whom more is asked now than they met when they came. */
  public void reconsider() {
    long quietSince = loop.ticker.nanos() - QUIET_NANOS;
    ClientConnection connection = first;
    while (connection != null) {
      ClientConnection after = connection.next;
      connection.reconsider(quietSince);
      connection = after;
    }
  }

  /** Closes the connections without a request under way on which nothing moved since then. */
  public void closeQuiet(long since) {
    ClientConnection connection = first;
    while (connection != null) {
      ClientConnection after = connection.next;
      connection.closeIfQuiet(since);
      connection = after;
    }
  }

  /** Closes all connections, and those to endpoints; returns how many requests that cut off. */
  public int cutAll() {
    int cut = 0;
    ClientConnection connection = first;
    while (connection != null) {
      ClientConnection after = connection.next;
      cut += connection.cut();
      connection = after;
    }
    loop.close();
    return cut;
  }
}

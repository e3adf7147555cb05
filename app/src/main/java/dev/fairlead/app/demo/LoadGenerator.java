package dev.fairlead.app.demo;

import dev.fairlead.balancer.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open-loop HTTP/1.1 load: it sends at Poisson times whatever becomes of the answers, and
 * measures each latency from the time at which the request <em>should</em> have been sent. So a
 * stall of the server, or of the generator itself, counts for every request that it delayed.
 *
 * <p>One thread keeps the time; each request runs in a virtual thread on a pooled connection.
 */
final class LoadGenerator {
  /**
   * Requests outstanding at most; each has a socket. Reached only by an overload of many seconds.
   */
  private static final int MOST_OUTSTANDING = 8192;

  /** Idle connections older than this are not used: the server may be about to close them. */
  private static final long MOST_IDLE_NANOS = 4_000_000_000L;

  private final Ticker clock;
  private final Setup setup;
  private final InetSocketAddress server;
  private final byte[] request;
  private final Consumer<Sample> samples;
  private final Deque<Idle> idle = new ArrayDeque<>();
  private final Set<Exchange> outstanding = ConcurrentHashMap.newKeySet();

  private record Idle(ClientConnection connection, long sinceNanos) {}

  /**
   * What to send.
   *
   * @param hostHeader names the service
   * @param rate requests per second
   * @param warmUpMillis of the same load, not measured, before the load begins
   * @param drainMillis how long to wait for answers after the last request was sent
   * @param samplesFile where samples go; empty: nowhere
   */
  record Setup(
      String host,
      int port,
      String hostHeader,
      double rate,
      long seed,
      long warmUpMillis,
      long durationMillis,
      long timeoutMillis,
      long drainMillis,
      String samplesFile) {}

  LoadGenerator(Setup setup, Ticker clock, Consumer<Sample> samples) {
    this.setup = setup;
    this.clock = clock;
    this.samples = samples;
    this.server = new InetSocketAddress(setup.host(), setup.port());
    this.request =
        ("GET /orders HTTP/1.1\r\nHost: "
                + setup.hostHeader()
                + "\r\nUser-Agent: fairlead-demo\r\nAccept: application/json\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Runs the whole load: first the warm-up, whose samples have negative times, then the load.
   * Returns when each request has ended and its sample was handed over.
   *
   * @param begun called as the load begins
   */
  void run(Runnable begun) {
    long begin = clock.nanos() + 1_000_000 * setup.warmUpMillis();
    if (setup.warmUpMillis() > 0) {
      send(new Arrivals(setup.rate(), ~setup.seed()), begin, -1_000_000 * setup.warmUpMillis(), 0);
    }
    sleepUntil(begin);
    begun.run();
    send(new Arrivals(setup.rate(), setup.seed()), begin, 0, 1_000_000 * setup.durationMillis());
    drain();
  }

  /** Sends from {@code fromNanos} until {@code untilNanos}, both relative to the beginning. */
  private void send(Arrivals arrivals, long begin, long fromNanos, long untilNanos) {
    while (!Thread.currentThread().isInterrupted()) {
      long intended = fromNanos + arrivals.nextNanos();
      if (intended >= untilNanos) {
        return;
      }
      sleepUntil(begin + intended);
      Exchange exchange = new Exchange(begin, intended);
      if (outstanding.size() >= MOST_OUTSTANDING) {
        exchange.end(0, "", Sample.Ending.TOO_MANY_OUTSTANDING);
      } else {
        outstanding.add(exchange);
        Thread.startVirtualThread(exchange);
      }
    }
  }

  private void sleepUntil(long nanos) {
    for (long left = nanos - clock.nanos(); left > 0; left = nanos - clock.nanos()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }

  private void drain() {
    long end = clock.nanos() + 1_000_000 * setup.drainMillis();
    while (!outstanding.isEmpty() && clock.nanos() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    for (Exchange exchange : outstanding) {
      exchange.end(0, "", Sample.Ending.UNANSWERED_AT_END);
    }
    synchronized (idle) {
      idle.forEach(one -> one.connection.close());
      idle.clear();
    }
  }

  private @Nullable ClientConnection pooled() {
    synchronized (idle) {
      long oldest = clock.nanos() - MOST_IDLE_NANOS;
      while (!idle.isEmpty() && idle.getFirst().sinceNanos - oldest < 0) {
        idle.removeFirst().connection.close();
      }
      Idle newest = idle.pollLast();
      return newest == null ? null : newest.connection;
    }
  }

  private void giveBack(ClientConnection connection) {
    if (!connection.reusable()) {
      connection.close();
      return;
    }
    synchronized (idle) {
      idle.addLast(new Idle(connection, clock.nanos()));
    }
  }

  /** One request. Whichever comes first, its answer or the end of the drain, ends it. */
  private final class Exchange implements Runnable, ClientConnection.Deadline {
    private final long begin;
    private final long intendedNanos;
    private boolean ended;

    Exchange(long begin, long intendedNanos) {
      this.begin = begin;
      this.intendedNanos = intendedNanos;
    }

    @Override
    public long leftNanos() {
      return begin + intendedNanos + 1_000_000 * setup.timeoutMillis() - clock.nanos();
    }

    @Override
    public void run() {
      ClientConnection connection = pooled();
      if (connection == null) {
        try {
          connection = new ClientConnection(server, leftNanos());
        } catch (IOException e) {
          end(0, "", Sample.Ending.CONNECT_FAILED);
          return;
        }
      }
      try {
        ClientConnection.Reply reply = connection.exchange(request, this);
        giveBack(connection);
        end(reply.status(), reply.cluster(), Sample.Ending.ANSWERED);
      } catch (SocketTimeoutException e) {
        connection.close();
        end(0, "", Sample.Ending.TIMED_OUT);
      } catch (IOException e) {
        connection.close();
        end(0, "", Sample.Ending.BROKEN);
      }
    }

    private synchronized void end(int status, String cluster, Sample.Ending ending) {
      if (!ended) {
        ended = true;
        long latency = clock.nanos() - begin - intendedNanos;
        samples.accept(new Sample(intendedNanos, latency, status, cluster, ending));
        outstanding.remove(this);
      }
    }
  }
}

package dev.fairlead.proxy.server;

import dev.fairlead.proxy.downstream.Clients;
import dev.fairlead.proxy.downstream.ListenerPort;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of a server's work: nobody new, and those who are here are served. */
@SuppressWarnings("FutureReturnValueIgnored") // a loop that is gone has nothing to do
final class Drain {
  /** How often to look whether all is done; nobody notices so much at the end of a process. */
  private static final long LOOK_MILLIS = 5;

  /** After so long without a new connection the kernel's queues of them are empty. */
  private static final long ACCEPTED_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /** Those who still connect by then, where they cannot be turned away, do not mean to stop. */
  private static final long MAX_ACCEPT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final List<Clients> clients;
  private final List<ListenerPort> ports;
  private final long grace;
  private final long begun;

  Drain(List<Clients> clients, List<ListenerPort> ports, Duration grace) {
    this.clients = clients;
    this.ports = ports;
    this.grace = grace.toNanos();
    this.begun = now();
  }

  /** Returns how many requests were cut off. */
  int run() throws InterruptedException {
    clients.forEach(each -> each.loop.events.execute(each::drain));
    ports.forEach(ListenerPort::turnAway);
    acceptAll();
    ports.forEach(ListenerPort::close);
    while (sum(Counter.CLIENT_CONNECTIONS_OPEN) > 0 && waited() < grace) {
      if (waited() >= Clients.QUIET_NANOS) {
        long since = now() - Clients.QUIET_NANOS;
        clients.forEach(each -> each.loop.events.execute(() -> each.closeQuiet(since)));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    int cut = 0;
    for (Clients each : clients) {
      cut += each.loop.events.submit(each::cutAll).awaitUninterruptibly().getNow();
    }
    return cut;
  }

  /** Connections that the kernel has completed are clients that wait: takes them all. */
  private void acceptAll() throws InterruptedException {
    long most = Math.min(MAX_ACCEPT_NANOS, grace / 2);
    long accepted = -1;
    long last = begun;
    while (waited() < most) {
      long latest = sum(Counter.CLIENT_CONNECTIONS);
      if (latest != accepted) {
        accepted = latest;
        last = now();
      } else if (now() - last >= ACCEPTED_NANOS) {
        // Nobody came because nobody waits, or because a loop did not get to look.
        turn(grace / 2 - waited());
        if (sum(Counter.CLIENT_CONNECTIONS) == accepted) {
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /**
   * Waits until each loop has looked at its sockets once more, for as long at most. What is put off
   * is never done in the turn that puts it off, and each turn begins with the sockets.
   */
  private void turn(long atMost) throws InterruptedException {
    CountDownLatch looked = new CountDownLatch(clients.size());
    clients.forEach(
        each -> {
          EventLoop events = each.loop.events;
          events.execute(() -> events.schedule(looked::countDown, 1, TimeUnit.MILLISECONDS));
        });
    var _ = looked.await(atMost, TimeUnit.NANOSECONDS);
  }

  private long waited() {
    return now() - begun;
  }

  private long now() {
    return clients.getFirst().loop.ticker.nanos();
  }

  private long sum(Counter counter) {
    return clients.stream().mapToLong(each -> each.loop.counters.get(counter)).sum();
  }
}

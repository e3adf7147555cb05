package dev.fairlead.proxy;

import dev.fairlead.proxy.loop.LoopCounters.Counter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The end of a server's work: nobody new, and those who are here are served. */
@SuppressWarnings("FutureReturnValueIgnored") // a loop that is gone has nothing to do
final class Drain {
  /** How often to look whether all is done; nobody notices so much at the end of a process. */
  private static final long LOOK_MILLIS = 5;

  /**
   * How long a quiet keep-alive connection may still send a request, to be told to go in its
   * answer: the client may have sent it before it could know.
   */
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private final List<Loop> loops;
  private final Duration grace;

  Drain(List<Loop> loops, Duration grace) {
    this.loops = loops;
    this.grace = grace;
  }

  /** Returns how many requests were cut off. */
  int run() throws InterruptedException {
    long begun = loops.getFirst().ticker.nanos();
    long limit = grace.toNanos();
    for (Loop loop : loops) {
      loop.events.execute(() -> loop.draining = true);
    }
    boolean idleClosed = false;
    while (open() > 0) {
      long waited = loops.getFirst().ticker.nanos() - begun;
      if (!idleClosed && waited >= Math.min(IDLE_NANOS, limit / 2)) {
        idleClosed = true;
        loops.forEach(loop -> loop.events.execute(loop::closeIdle));
      }
      if (waited >= limit) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    int cut = 0;
    for (Loop loop : loops) {
      cut += loop.events.submit(loop::cutAll).awaitUninterruptibly().getNow();
    }
    return cut;
  }

  private long open() {
    return loops.stream().mapToLong(l -> l.counters.get(Counter.CLIENT_CONNECTIONS_OPEN)).sum();
  }
}

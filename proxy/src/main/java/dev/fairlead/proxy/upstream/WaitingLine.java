package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.TurnEnd;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait, in order, for one of the few connections of HTTP/1 that an endpoint may have.
 * They get it when the turn in which it came free is over: until then its last user is still
 * reading.
 */
final class WaitingLine extends TurnEnd.Task {
  private final UpstreamPool pool;
  private final UpstreamPool.Site site;
  private final ArrayDeque<WaitingStream> waiting = new ArrayDeque<>();

  WaitingLine(UpstreamPool pool, UpstreamPool.Site site) {
    this.pool = pool;
    this.site = site;
  }

  int size() {
    return waiting.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(WaitingStream stream) {
    waiting.addLast(stream);
    pool.counters().add(Counter.UPSTREAM_WAITING, 1);
  }

  void remove(WaitingStream stream) {
    waiting.remove(stream);
    pool.counters().add(Counter.UPSTREAM_WAITING, -1);
  }

  /** A connection came free, or may be opened. */
  @Override
  protected void run() {
    WaitingStream first;
    while ((first = waiting.peekFirst()) != null) {
      Http1UpstreamConnection free = pool.connection(site, first.limits());
      if (free == null) {
        return;
      }
      remove(first);
      first.begin(free);
    }
    pool.forgetIfUnused(site);
  }

  /** Nobody shall wait any longer. */
  void dismiss() {
    @Nullable WaitingStream first;
    while ((first = waiting.peekFirst()) != null) {
      first.dismissed(TooManyPendingException.late());
    }
  }
}

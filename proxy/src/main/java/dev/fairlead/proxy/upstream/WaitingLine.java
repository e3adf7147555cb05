package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.TurnEnd;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait, the highest class first, for one of the few connections of HTTP/1 that an
 * endpoint may have. They get it when the turn in which it came free is over: until then its last
 * user is still reading.
 */
final class WaitingLine extends TurnEnd.Task {
  private final UpstreamPool pool;
  private final Site site;
  private final PriorityLine<WaitingStream> waiting = new PriorityLine<>();

  WaitingLine(UpstreamPool pool, Site site) {
    this.pool = pool;
    this.site = site;
  }

  int size() {
    return waiting.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Who has to make room where one of class {@code comes}; null: nobody. */
  @Nullable WaitingStream yieldsTo(int comes) {
    PriorityLine.Place<WaitingStream> last = waiting.last();
    return last != null && last.trafficClass() < comes ? last.holder : null;
  }

  void add(WaitingStream stream) {
    waiting.add(stream.place);
    pool.counters().add(Counter.UPSTREAM_WAITING, 1);
  }

  void remove(WaitingStream stream) {
    waiting.remove(stream.place);
    pool.counters().add(Counter.UPSTREAM_WAITING, -1);
  }

  /** A connection came free, or may be opened. */
  @Override
  protected void run() {
    WaitingStream first;
    while ((first = waiting.first()) != null) {
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
    while ((first = waiting.first()) != null) {
      first.dismissed(TooManyPendingException.late());
    }
  }
}

package dev.fairlead.proxy.loop;

import dev.fairlead.proxy.loop.LoopCounters.Counter;
import io.netty.channel.WriteBufferWaterMark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written, of all connections of a loop together. Each is bounded by its window;
 * their sum would not be, and memory that readers who do not read have used up is missed by all
 * others.
 *
 * <p>The more waits, the smaller the windows: one connection may have a share of what is still free
 * (Choudhury and Hahne, <i>Dynamic queue length thresholds</i>, 1998), so that many who are slow
 * leave room for each other. Where nothing is free all the same, whoever has not taken anything for
 * the longest is cut.
 */
public final class Backlog {
  /** Of what is free, one may have the 128th part: hundreds then still leave each other some. */
  private static final int SHARE = 128;

  /** The smallest window: a whole frame of HTTP/2, and few system calls for each MiB. */
  static final int LEAST = 16 * 1024;

  private final LoopCounters counters;
  private final long most;

  /** From the largest to the smallest, each half of the one before. */
  private final List<WriteBufferWaterMark> windows = new ArrayList<>();

  private WriteBufferWaterMark window;
  private long held;

  /** Those for whom something waits, whoever took something last at the end. */
  private @Nullable Outlet first;

  private @Nullable Outlet last;

  /**
   * @param most bytes that may wait in all
   * @param widest bytes that may wait for one connection
   */
  public Backlog(LoopCounters counters, long most, int widest) {
    this.counters = counters;
    this.most = most;
    int size = widest;
    do {
      windows.add(new WriteBufferWaterMark(size / 2, size));
      size /= 2;
    } while (size >= LEAST);
    this.window = windows.getFirst();
  }

  LoopCounters counters() {
    return counters;
  }

  /** Bytes that may wait for one connection now. */
  public int window() {
    return window.high();
  }

  WriteBufferWaterMark marks() {
    return window;
  }

  /** Bytes that wait, as far as was looked. */
  public long held() {
    return held;
  }

  /** Looks how much waits at {@code outlet}, and makes room if it is too much for all. */
  void look(Outlet outlet) {
    long before = outlet.counted;
    long now = outlet.waiting();
    if (now == before) {
      return;
    }
    count(outlet, now);
    if (now < before) {
      moved(outlet);
    }
    if (held > most) {
      relieve();
    }
    narrow();
  }

  /** It took something, so that it is the last to be cut. */
  void moved(Outlet outlet) {
    if (outlet.linked) {
      unlink(outlet);
      link(outlet);
    }
  }

  /** It is closed. */
  void forget(Outlet outlet) {
    if (outlet.counted != 0) {
      count(outlet, 0);
      narrow();
    }
  }

  private void count(Outlet outlet, long now) {
    held += now - outlet.counted;
    outlet.counted = now;
    if (now == 0 && outlet.linked) {
      unlink(outlet);
    } else if (now > 0 && !outlet.linked && outlet.mayBeCut()) {
      link(outlet);
    }
  }

  private void relieve() {
    for (Outlet oldest = first; oldest != null && held > most; oldest = first) {
      long now = oldest.waiting();
      boolean took = now < oldest.counted;
      count(oldest, took ? now : 0);
      if (took) {
        moved(oldest);
      } else {
        counters.add(Counter.STALLED_CUT, 1);
        oldest.cut();
      }
    }
  }

  private void narrow() {
    long share = (most - held) / SHARE;
    int step = 0;
    while (step < windows.size() - 1 && windows.get(step).high() > share) {
      step++;
    }
    window = windows.get(step);
  }

  private void link(Outlet outlet) {
    Outlet before = last;
    outlet.previous = before;
    if (before == null) {
      first = outlet;
    } else {
      before.next = outlet;
    }
    last = outlet;
    outlet.linked = true;
  }

  private void unlink(Outlet outlet) {
    Outlet before = outlet.previous;
    Outlet after = outlet.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    outlet.previous = null;
    outlet.next = null;
    outlet.linked = false;
  }
}

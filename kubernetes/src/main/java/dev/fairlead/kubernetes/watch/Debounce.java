package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.Timer;
import java.time.Duration;

/**
 * Runs a task once for several changes: when nothing has changed for a while, so that what is
 * applied together takes effect together, and at the latest after ten such whiles.
 */
final class Debounce implements AutoCloseable {
  private static final int MAX_WAITS = 10;

  private final Duration quiet;
  private final Timer timer;
  private final Runnable task;
  private boolean closed;
  private boolean waiting;
  private boolean changed;
  private int waits;

  Debounce(Duration quiet, Timer timer, Runnable task) {
    this.quiet = quiet;
    this.timer = timer;
    this.task = task;
  }

  synchronized void changed() {
    changed = true;
    if (!waiting && !closed) {
      waiting = true;
      waits = 0;
      look();
    }
  }

  private void look() {
    changed = false;
    timer.after(quiet, this::looked);
  }

  private void looked() {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (changed && ++waits < MAX_WAITS) {
        look();
        return;
      }
      waiting = false;
    }
    task.run();
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}

package dev.fairlead.app.control;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A daemon thread that runs a task, waits as many nanoseconds as the task returned, and runs it
 * again. The task decides its own rate and catches what it can; what it does not catch goes to
 * {@code fault} and the beat goes on.
 */
public final class Beat implements AutoCloseable {
  /** A task that fails each time is tried once a second, not in a tight loop. */
  private static final long AFTER_FAULT_NANOS = 1_000_000_000;

  private final LongSupplier task;
  private final Fault fault;
  private final Thread thread;
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile boolean closed;

  /** Told of what a task threw. */
  public interface Fault {
    void threw(Throwable exception);
  }

  public Beat(String name, LongSupplier task, Fault fault) {
    this.task = task;
    this.fault = fault;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  private void run() {
    while (!closed) {
      long wait = AFTER_FAULT_NANOS;
      try {
        wait = task.getAsLong();
      } catch (RuntimeException | Error e) {
        fault.threw(e);
      }
      if (!woken.getAndSet(false) && !closed && wait > 0) {
        LockSupport.parkNanos(this, wait);
        woken.set(false);
      }
    }
  }

  /** Runs the task now, as something changed. */
  public void wake() {
    woken.set(true);
    LockSupport.unpark(thread);
  }

  /** Ends the thread, after the task if that runs. Not to be called by the task. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

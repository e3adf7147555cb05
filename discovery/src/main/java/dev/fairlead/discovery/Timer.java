package dev.fairlead.discovery;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs things later: real time in a process, virtual time in tests. */
@FunctionalInterface
public interface Timer {
  /** Runs {@code task} once, after {@code delay}. Tasks may block for as long as DNS does. */
  Cancel after(Duration delay, Runnable task);

  /** Takes a task back, if it has not begun. */
  @FunctionalInterface
  interface Cancel {
    void cancel();
  }

  /** On that executor; after its shutdown nothing is run, as if its time had not come. */
  static Timer on(ScheduledExecutorService executor) {
    return (delay, task) -> {
      try {
        Future<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
      } catch (RejectedExecutionException e) {
        // Whoever asks is about to be closed too.
        return () -> {};
      }
    };
  }
}

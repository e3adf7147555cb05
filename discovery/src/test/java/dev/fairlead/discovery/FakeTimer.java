package dev.fairlead.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Virtual time: tasks run in {@link #advance}, in the order of their times. */
public final class FakeTimer implements Timer {
  private record Task(long nanos, Runnable run) {}

  private final List<Task> tasks = new ArrayList<>();
  private long now;

  @Override
  public Cancel after(Duration delay, Runnable run) {
    Task task = new Task(now + delay.toNanos(), run);
    tasks.add(task);
    return () -> tasks.removeIf(other -> other == task);
  }

  public void advance(Duration time) {
    long end = now + time.toNanos();
    while (true) {
      Task next = tasks.stream().min(Comparator.comparingLong(Task::nanos)).orElse(null);
      if (next == null || next.nanos > end) {
        now = end;
        return;
      }
      tasks.remove(next);
      now = next.nanos;
      next.run.run();
    }
  }

  public int pending() {
    return tasks.size();
  }
}

package dev.fairlead.proxy.loop;

import io.netty.channel.EventLoop;
import java.util.ArrayList;

/**
 * What is left to the end of a loop's turn: connections that many write to in one turn let it out
 * in one go.
 */
public final class TurnEnd {
  /** Something to be done once at the end of the turn, however often it is asked for. */
  public abstract static class Task {
    private boolean waits;

    protected abstract void run();
  }

  private final EventLoop events;
  private ArrayList<Task> tasks = new ArrayList<>();
  private ArrayList<Task> spare = new ArrayList<>();

  public TurnEnd(EventLoop events) {
    this.events = events;
  }

  /** Runs {@code task} when the events of this turn are done. */
  public void add(Task task) {
    if (task.waits) {
      return;
    }
    task.waits = true;
    tasks.add(task);
    if (tasks.size() == 1) {
      events.execute(this::run);
    }
  }

  private void run() {
    ArrayList<Task> due = tasks;
    tasks = spare;
    spare = due;
    for (int i = 0; i < due.size(); i++) {
      Task task = due.get(i);
      task.waits = false;
      task.run();
    }
    due.clear();
  }
}

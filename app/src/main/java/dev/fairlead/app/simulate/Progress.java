package dev.fairlead.app.simulate;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/** How far a set of simulations is: one line that is written over, on a terminal. */
final class Progress {
  /** Often enough to be seen moving, seldom enough to cost nothing. */
  private static final long INTERVAL_NANOS = 100_000_000;

  private static final int BAR = 40;
  private static final int WHOLE = 1_000_000;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final AtomicIntegerArray parts;
  private long shown;
  private int width;

  /**
   * @param tasks how many simulations there are
   */
  Progress(PrintWriter out, boolean terminal, LongSupplier nanoTime, int tasks) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.parts = new AtomicIntegerArray(tasks);
    this.shown = nanoTime.getAsLong();
  }

  /** What the simulation of this number is to tell, from any thread. */
  DoubleConsumer of(int task, String name) {
    return part -> {
      parts.set(task, (int) (WHOLE * Math.clamp(part, 0, 1)));
      if (terminal) {
        show(name);
      }
    };
  }

  private synchronized void show(String name) {
    long now = nanoTime.getAsLong();
    if (now - shown < INTERVAL_NANOS) {
      return;
    }
    shown = now;
    double sum = 0;
    for (int i = 0; i < parts.length(); i++) {
      sum += parts.get(i);
    }
    double done = sum / WHOLE / parts.length();
    int filled = (int) (done * BAR);
    String line =
        String.format(
            Locale.ROOT,
            "[%s%s] %3.0f %% %.30s",
            "#".repeat(filled),
            ".".repeat(BAR - filled),
            100 * done,
            name);
    out.print('\r' + line + " ".repeat(Math.max(0, width - line.length())));
    out.flush();
    width = line.length();
  }

  /** Wipes the line out. */
  synchronized void end() {
    if (width > 0) {
      out.print('\r' + " ".repeat(width) + '\r');
      out.flush();
    }
  }
}

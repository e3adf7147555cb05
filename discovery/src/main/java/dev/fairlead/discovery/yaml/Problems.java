package dev.fairlead.discovery.yaml;

import dev.fairlead.discovery.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The mistakes found so far. One reading's own; not for several threads. */
public final class Problems {
  /** More than anyone reads; a hostile file must not fill the memory with its own mistakes. */
  public static final int MAX = 1000;

  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::path);

  private final List<Problem> found = new ArrayList<>();

  /** Later ones than the first {@link #MAX} are dropped. */
  public void add(Problem problem) {
    if (!isFull()) {
      found.add(problem);
    }
  }

  /** Whether {@link #add} drops what is still found. */
  boolean isFull() {
    return found.size() >= MAX;
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public int count() {
    return found.size();
  }

  /** By file, line and column. */
  public List<Problem> sorted() {
    return found.stream().sorted(ORDER).toList();
  }
}

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

  /** Of one object of many: whoever mends three looks again. */
  private static final int MAX_OF_OBJECT = 20;

  private final List<Problem> found = new ArrayList<>();
  private final List<Problem> unresolved = new ArrayList<>();
  private final int max;
  private final boolean ofObject;
  private final boolean newerFields;

  /** Of documents that are accepted or refused together. */
  public Problems() {
    this(MAX, false, false);
  }

  private Problems(int max, boolean ofObject, boolean newerFields) {
    this.max = max;
    this.ofObject = ofObject;
    this.newerFields = newerFields;
  }

  /**
   * Of one object among others that come and go by themselves: what it refers to may be missing.
   *
   * @param newerFields whether fields that are not known are passed over, as of a kind that others
   *     own and extend
   */
  public static Problems ofObject(boolean newerFields) {
    return new Problems(MAX_OF_OBJECT, true, newerFields);
  }

  /** Later ones than the first {@link #MAX} are dropped. */
  public void add(Problem problem) {
    if (!isFull()) {
      found.add(problem);
    }
  }

  /** A reference that leads nowhere: a mistake, unless of an object among others. */
  void addUnresolved(Problem problem) {
    if (!ofObject) {
      add(problem);
    } else if (unresolved.size() < max) {
      unresolved.add(problem);
    }
  }

  /** Whether {@link #add} drops what is still found. */
  boolean isFull() {
    return found.size() >= max;
  }

  boolean passesNewerFields() {
    return newerFields;
  }

  /** Forgets all, before the same documents are resolved again. */
  public void clear() {
    found.clear();
    unresolved.clear();
  }

  /** References of an object that lead nowhere, which does not refuse it. */
  public List<Problem> unresolved() {
    return unresolved.stream().sorted(ORDER).toList();
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

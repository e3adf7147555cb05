package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.loop.Overload;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for the same thing: of the highest class that waits, who came first is served
 * first. Whatever is done with it takes the same time however many wait.
 */
final class PriorityLine<T> {
  /** Where somebody stands in a line, or not; his for life. */
  static final class Place<T> {
    final T holder;
    private int trafficClass;
    private @Nullable PriorityLine<T> line;
    private @Nullable Place<T> before;
    private @Nullable Place<T> behind;

    Place(T holder) {
      this.holder = holder;
    }

    int trafficClass() {
      return trafficClass;
    }

    /** Says of what class its holder is, who stands in no line. */
    void trafficClass(int of) {
      trafficClass = of;
    }
  }

  /** Of each class who came first, and last. */
  private final Place<T>[] heads = places();

  private final Place<T>[] tails = places();

  /** The classes of which somebody waits, as bits. */
  private int classes;

  private int size;

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays have no parameters
  private static <T> Place<T>[] places() {
    return new Place[Overload.CLASSES];
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(Place<T> place) {
    int own = place.trafficClass;
    Place<T> last = tails[own];
    place.line = this;
    place.before = last;
    if (last == null) {
      heads[own] = place;
      classes |= 1 << own;
    } else {
      last.behind = place;
    }
    tails[own] = place;
    size++;
  }

  /** Whoever does not stand in this line is not missed. */
  @SuppressWarnings("ReferenceEquality") // this very line
  void remove(Place<T> place) {
    if (place.line != this) {
      return;
    }
    int own = place.trafficClass;
    Place<T> before = place.before;
    Place<T> behind = place.behind;
    if (before == null) {
      heads[own] = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      tails[own] = before;
    } else {
      behind.before = before;
    }
    if (heads[own] == null) {
      classes &= ~(1 << own);
    }
    place.line = null;
    place.before = null;
    place.behind = null;
    size--;
  }

  /** Whose turn it is. */
  @Nullable T first() {
    Place<T> first = classes == 0 ? null : heads[31 - Integer.numberOfLeadingZeros(classes)];
    return first == null ? null : first.holder;
  }

  /** Whose turn it would be last: he makes room where somebody of a higher class comes. */
  @Nullable Place<T> last() {
    return classes == 0 ? null : tails[Integer.numberOfTrailingZeros(classes)];
  }

  /** Takes out whose turn it is. */
  @Nullable T poll() {
    Place<T> first = classes == 0 ? null : heads[31 - Integer.numberOfLeadingZeros(classes)];
    if (first == null) {
      return null;
    }
    remove(first);
    return first.holder;
  }
}

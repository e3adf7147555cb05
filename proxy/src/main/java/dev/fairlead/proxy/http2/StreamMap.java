package dev.fairlead.proxy.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The open streams by their number. Open addressing with linear probing: numbers come one after the
 * other, so that they hardly ever meet.
 */
final class StreamMap {
  private @Nullable Http2Stream[] slots = new @Nullable Http2Stream[16];
  private int size;

  int size() {
    return size;
  }

  @Nullable Http2Stream get(int id) {
    int mask = slots.length - 1;
    for (int i = home(id, mask); ; i = i + 1 & mask) {
      Http2Stream stream = slots[i];
      if (stream == null || stream.id == id) {
        return stream;
      }
    }
  }

  void add(Http2Stream stream) {
    if (2 * ++size > slots.length) {
      @Nullable Http2Stream[] old = slots;
      slots = new @Nullable Http2Stream[2 * old.length];
      for (Http2Stream each : old) {
        if (each != null) {
          put(each);
        }
      }
    }
    put(stream);
  }

  private void put(Http2Stream stream) {
    int mask = slots.length - 1;
    int i = home(stream.id, mask);
    while (slots[i] != null) {
      i = i + 1 & mask;
    }
    slots[i] = stream;
  }

  void remove(int id) {
    int mask = slots.length - 1;
    int free = home(id, mask);
    while (true) {
      Http2Stream stream = slots[free];
      if (stream == null) {
        return;
      }
      if (stream.id == id) {
        break;
      }
      free = free + 1 & mask;
    }
    size--;
    // Those behind move up, or a lookup would stop at the gap.
    for (int i = free + 1 & mask; ; i = i + 1 & mask) {
      Http2Stream next = slots[i];
      if (next == null) {
        slots[free] = null;
        return;
      }
      if ((i - home(next.id, mask) & mask) >= (i - free & mask)) {
        slots[free] = next;
        free = i;
      }
    }
  }

  private static int home(int id, int mask) {
    return id >>> 1 & mask;
  }

  /** Those that are open now, for a walk in which they may close. */
  Http2Stream[] copy() {
    Http2Stream[] all = new Http2Stream[size];
    int n = 0;
    for (Http2Stream stream : slots) {
      if (stream != null) {
        all[n++] = stream;
      }
    }
    return Arrays.copyOf(all, n);
  }
}

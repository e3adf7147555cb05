package dev.fairlead.proxy.observe;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last so many stories: written by one thread, read by any. */
final class Ring {
  private final AtomicReferenceArray<@Nullable ExchangeStory> slots;
  private int next;

  Ring(int capacity) {
    slots = new AtomicReferenceArray<>(capacity);
  }

  void add(ExchangeStory story) {
    slots.setRelease(next, story);
    next = (next + 1) % slots.length();
  }

  Stream<ExchangeStory> stream() {
    return IntStream.range(0, slots.length()).mapToObj(slots::getAcquire).filter(Objects::nonNull);
  }
}

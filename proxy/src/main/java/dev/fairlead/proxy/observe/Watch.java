package dev.fairlead.proxy.observe;

import dev.fairlead.proxy.observe.ExchangeStory.Kept;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Who looks at the exchanges of one event loop, and what is remembered of them. All but {@link
 * #kept} is for that loop.
 */
public final class Watch {
  /** Stories of each kind that are remembered: of some kilobytes each, even in a small heap. */
  static final int KEPT = 128;

  /** Ten a second: enough to see what usually happens, nothing beside the other requests. */
  private static final long SAMPLES_APART = TimeUnit.MILLISECONDS.toNanos(100);

  /** In a storm of failures the last ones tell what all do, and must not make it worse. */
  private static final long FAILURES_APART = TimeUnit.MILLISECONDS.toNanos(5);

  /** What people call slow. */
  private static final long SLOW = TimeUnit.SECONDS.toNanos(1);

  private static final Tap[] NOBODY = {};

  private final Ring sampled = new Ring(KEPT);
  private final Ring failed = new Ring(KEPT);
  private Tap[] taps = NOBODY;
  private long nextSample;
  private long nextRetry;
  private long nextFailure;

  /**
   * @param now in the loop's ticker's terms
   */
  public Watch(long now) {
    nextSample = now;
    nextRetry = now;
    nextFailure = now;
  }

  public void add(Tap tap) {
    taps = Arrays.copyOf(taps, taps.length + 1);
    taps[taps.length - 1] = tap;
  }

  @SuppressWarnings("ReferenceEquality") // the very tap
  public void remove(Tap tap) {
    taps = Arrays.stream(taps).filter(each -> each != tap).toArray(Tap[]::new);
  }

  public boolean tapped() {
    return taps.length > 0;
  }

  /** Whether anybody who taps wants headers. */
  public boolean wantsFields() {
    for (Tap tap : taps) {
      if (tap.wantsFields()) {
        return true;
      }
    }
    return false;
  }

  public void forEachTap(Consumer<Tap> action) {
    for (Tap tap : taps) {
      action.accept(tap);
    }
  }

  /** Whether the exchange that begins now is one of those whose decisions are written down. */
  public boolean samples(long now) {
    if (now - nextSample < 0) {
      return false;
    }
    nextSample = now + SAMPLES_APART;
    return true;
  }

  /** Whether the decision on a retry is written down though the exchange's first was not. */
  public boolean samplesRetry(long now) {
    if (now - nextRetry < 0) {
      return false;
    }
    nextRetry = now + SAMPLES_APART;
    return true;
  }

  public static boolean slow(long totalNanos) {
    return totalNanos >= SLOW;
  }

  /** Whether one that was slow or failed is remembered, as not too many were just now. */
  public boolean mayKeep(long now) {
    if (now - nextFailure < 0) {
      return false;
    }
    nextFailure = now + FAILURES_APART;
    return true;
  }

  /** Remembers it, in place of the oldest of its kind. */
  public void keep(ExchangeStory story) {
    (story.kept() == Kept.SAMPLED ? sampled : failed).add(story);
  }

  /** What is remembered. Any thread. */
  public Stream<ExchangeStory> kept() {
    return Stream.concat(failed.stream(), sampled.stream());
  }
}

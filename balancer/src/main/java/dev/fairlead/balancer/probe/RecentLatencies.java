package dev.fairlead.balancer.probe;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long the last requests took in a server, and how many others each met there: what a server
 * says of its latency when it is probed. Any thread, no lock; of two requests that end in one
 * instant after {@value #REMEMBERED} others one may be lost, which harms nothing.
 */
public final class RecentLatencies {
  /** Enough to have some of about any number in flight. */
  private static final int REMEMBERED = 64;

  /** So many at least make a median. */
  private static final int ENOUGH = 5;

  /**
   * What is older is not known any more: else a server that was slow once and is avoided for it
   * would say so for ever.
   */
  private static final long AGE_NANOS = Duration.ofSeconds(10).toNanos();

  /** Latency and number share a long, so that they belong together: 40 bits are 18 minutes. */
  private static final int LATENCY_BITS = 40;

  private static final long LONGEST = (1L << LATENCY_BITS) - 1;
  private static final long MOST = (1L << (Long.SIZE - 1 - LATENCY_BITS)) - 1;

  private final AtomicLongArray samples = new AtomicLongArray(REMEMBERED);
  private final AtomicLongArray endedAt = new AtomicLongArray(REMEMBERED);
  private final AtomicInteger ended = new AtomicInteger();

  /**
   * A request has ended.
   *
   * @param now nanoseconds of any clock, the same for all
   * @param tookNanos at least 0; what is longer than 18 minutes counts as that
   * @param met requests in flight when it came
   */
  public void add(long now, long tookNanos, long met) {
    int at = ended.getAndUpdate(before -> before == 2 * REMEMBERED - 1 ? REMEMBERED : before + 1);
    long latency = Math.clamp(tookNanos, 0, LONGEST);
    samples.set(at % REMEMBERED, Math.clamp(met, 0, MOST) << LATENCY_BITS | latency);
    endedAt.set(at % REMEMBERED, now);
  }

  /**
   * The median, in nanoseconds, of those that met about {@code inFlight} others; 0 if none ended in
   * the last ten seconds.
   */
  public long medianNanos(long now, long inFlight) {
    int known = Math.min(REMEMBERED, ended.get());
    long[] fresh = new long[known];
    int size = 0;
    for (int at = 0; at < known; at++) {
      if (now - endedAt.get(at) <= AGE_NANOS) {
        fresh[size++] = samples.get(at);
      }
    }
    return size == 0 ? 0 : median(fresh, size, inFlight);
  }

  private static long median(long[] samples, int size, long inFlight) {
    long[] near = new long[size];
    int found = 0;
    for (long within = Math.max(1, inFlight / 4); found < Math.min(ENOUGH, size); within *= 2) {
      found = 0;
      for (int at = 0; at < size; at++) {
        if (Math.abs((samples[at] >>> LATENCY_BITS) - inFlight) <= within) {
          near[found++] = samples[at] & LONGEST;
        }
      }
    }
    Arrays.sort(near, 0, found);
    return near[found / 2];
  }
}

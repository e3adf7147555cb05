package dev.fairlead.steering.cost;

import java.util.Locale;

/**
 * A network controller's word on a link that it knows better than requests can tell: the round trip
 * is multiplied, then lengthened, until the hint expires.
 *
 * @param by who said so, for the explanation
 * @param factor in (0, 1000]; 1 changes nothing
 * @param addedNanos in [0, 1 h]
 * @param untilNanos monotonic time from which on it is no more in force
 */
public record LinkHint(
    String by, String from, String to, double factor, long addedNanos, long untilNanos) {
  private static final double HIGHEST_FACTOR = 1000;
  private static final long LONGEST_NANOS = 3_600_000_000_000L;

  public LinkHint {
    if (!(factor > 0 && factor <= HIGHEST_FACTOR)) {
      throw new IllegalArgumentException("factor " + factor + " is not in (0, 1000]");
    }
    if (addedNanos < 0 || addedNanos > LONGEST_NANOS) {
      throw new IllegalArgumentException("added latency " + addedNanos + " ns is not in [0, 1 h]");
    }
  }

  /** Whether it is in force for traffic from one cluster to another. */
  public boolean isAbout(String source, String destination, long now) {
    return from.equals(source) && to.equals(destination) && now - untilNanos < 0;
  }

  String words() {
    return String.format(
        Locale.ROOT, "link hint of %s: × %.2f + %.0f ms", by, factor, addedNanos / 1e6);
  }
}

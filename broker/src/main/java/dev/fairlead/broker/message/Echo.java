package dev.fairlead.broker.message;

/**
 * The last message that the sender got from the recipient. With it the recipient bounds how far
 * their clocks are apart, as NTP does.
 *
 * @param sentNanos when it was sent, by the recipient's monotonic clock
 * @param heldNanos how long ago it came, at least 0
 */
public record Echo(long sentNanos, long heldNanos) {
  public Echo {
    if (heldNanos < 0) {
      throw new MalformedMessageException("an echo was held for " + heldNanos + " ns");
    }
  }
}

package dev.fairlead.simulator.world;

import dev.fairlead.simulator.law.Bits;
import dev.fairlead.simulator.scenario.Link;

/**
 * The way from one place to another as it is now: what it does to messages, and what it carried.
 * See {@link Link.Way} for the rules.
 */
public final class Way {
  /** A message that does not arrive. */
  public static final long LOST = Long.MAX_VALUE;

  /** TCP's least retransmission time-out on Linux; it doubles with each loss. */
  private static final long RETRANSMIT_NANOS = 200_000_000;

  /** So many losses in a row break the connection: after 12.6 s. */
  private static final int MOST_LOSSES = 6;

  private final Link.Way usual;
  private long delayNanos;
  private long jitterNanos;
  private double loss;
  private double nanosPerByte;
  private boolean down;
  private boolean plain;
  private long freeAt;
  private long bytes;
  private long settledBytes;
  private double dollars;
  private double dollarsPerByte;

  Way(Link.Way usual) {
    this.usual = usual;
    reset();
  }

  /** Takes back all that faults did. */
  void reset() {
    delayNanos = usual.delay().toNanos();
    jitterNanos = usual.jitter().toNanos();
    loss = usual.loss();
    nanosPerByte = 1e9 / usual.bytesPerSecond();
    down = false;
    plain = jitterNanos == 0 && loss == 0 && nanosPerByte == 0;
  }

  void worsen(long addedNanos, double moreLoss, double bandwidth, boolean cut) {
    delayNanos += addedNanos;
    loss = Math.min(1, loss + moreLoss);
    nanosPerByte /= bandwidth;
    down |= cut;
    plain = jitterNanos == 0 && loss == 0 && nanosPerByte == 0;
  }

  public boolean isDown() {
    return down;
  }

  /** Without jitter, loss and queue. */
  public long delayNanos() {
    return delayNanos;
  }

  /**
   * When the first byte of a message that is sent now arrives; {@link #LOST} if none will. Then
   * {@link #transferNanos} says how much later the last byte does.
   *
   * @param chance of this message
   */
  public long send(long now, long messageBytes, long chance) {
    bytes += messageBytes;
    if (down) {
      return LOST;
    }
    return plain ? now + delayNanos : sendSlowly(now, messageBytes, chance);
  }

  private long sendSlowly(long now, long messageBytes, long chance) {
    long at = now;
    if (nanosPerByte > 0) {
      at = Math.max(now, freeAt);
      freeAt = at + transferNanos(messageBytes);
    }
    long jitter = (long) ((2 * Bits.unit(chance) - 1) * jitterNanos);
    long late = loss > 0 ? retransmissions(Bits.unit(Bits.at(chance, 0))) : 0;
    return late == LOST ? LOST : at + delayNanos + jitter + late;
  }

  /** The time that losses take: k of them in a row have the probability loss^k. */
  private long retransmissions(double uniform) {
    double chance = loss;
    int losses = 0;
    while (losses < MOST_LOSSES && uniform < chance) {
      losses++;
      chance *= loss;
    }
    return losses == MOST_LOSSES ? LOST : RETRANSMIT_NANOS * ((1L << losses) - 1);
  }

  /** From the first to the last byte of a message. */
  public long transferNanos(long messageBytes) {
    return (long) (messageBytes * nanosPerByte);
  }

  /** From now on bytes cost so much. */
  void price(double perByte) {
    dollars = dollars();
    settledBytes = bytes;
    dollarsPerByte = perByte;
  }

  public double dollarsPerByte() {
    return dollarsPerByte;
  }

  /** Sent so far. */
  public long bytes() {
    return bytes;
  }

  /** What the bytes so far cost. */
  public double dollars() {
    return dollars + (bytes - settledBytes) * dollarsPerByte;
  }
}

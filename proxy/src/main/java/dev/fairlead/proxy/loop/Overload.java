package dev.fairlead.proxy.loop;

import dev.fairlead.balancer.RandomSource;

/**
 * Which requests a loop turns away since it lags behind, the lowest classes first. It lags if, over
 * an interval, its timer never ran within the target of when it was due: as in CoDel (Nichols,
 * Jacobson, "Controlling queue delay", 2012) it is the least delay that tells a standing queue from
 * a burst, and from a pause of the whole process. Only its loop may touch it.
 *
 * <p>With each interval above the target a fifth more of a class is turned away, then the next
 * class; below half the target it goes back, four times as slowly. Of the highest class that there
 * is a tenth always gets through, or nothing would show that the others may come back.
 */
public final class Overload implements TimerWheel.Watch {
  public static final int CLASSES = 8;

  /** Ticks of an interval: two thirds of a tenth of a second if all are in time. */
  private static final int TICKS = 4;

  private static final double RAISE = 0.2;
  private static final double LOWER = 0.05;
  private static final double MOST_OF_HIGHEST = 0.9;

  private final long targetNanos;
  private final RandomSource random;
  private int ticks;
  private long least = Long.MAX_VALUE;

  /** Classes below this one are turned away, and {@link #part} of it. */
  private int at;

  private double part;

  /** The classes of this interval's requests, as bits. */
  private int seen;

  /**
   * @param targetNanos a lag that is borne, positive
   */
  public Overload(long targetNanos, RandomSource random) {
    this.targetNanos = targetNanos;
    this.random = random;
  }

  /** Whether a request of this class is turned away. */
  public boolean turnsAway(int trafficClass) {
    if (part == 0) {
      return false;
    }
    seen |= 1 << trafficClass;
    return trafficClass < at || (trafficClass == at && random.nextDouble() < part);
  }

  @Override
  public void ticked(long lateNanos) {
    least = Math.min(least, lateNanos);
    if (++ticks < TICKS) {
      return;
    }
    if (least > targetNanos) {
      raise();
    } else if (least < targetNanos / 2 && part > 0) {
      lower();
    }
    ticks = 0;
    least = Long.MAX_VALUE;
    seen = 0;
  }

  private void raise() {
    if (part == 0) {
      at = 0;
      part = RAISE;
      return;
    }
    int above = seen >>> (at + 1);
    boolean here = (seen >>> at & 1) != 0;
    if (here && above == 0) {
      part = Math.min(MOST_OF_HIGHEST, part + RAISE);
    } else if (here && part < 1) {
      part = Math.min(1, part + RAISE);
    } else if (above != 0) {
      at += 1 + Integer.numberOfTrailingZeros(above);
      part = RAISE;
    }
  }

  private void lower() {
    part -= LOWER;
    if (part >= LOWER / 2) {
      return;
    }
    int below = seen & ((1 << at) - 1);
    part = 0;
    if (below != 0) {
      at = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(below);
      part = 1;
    }
  }
}

package dev.fairlead.telemetry.reading;

/**
 * One number and when it was measured.
 *
 * @param value NaN where it was looked for and there was none, as a latency without a request
 * @param width how uncertain it is by the way it was measured: a bucket's; 0 where that is exact
 * @param sampleSeconds the newest sample that it rests on, by the server's clock: its identity
 * @param atNanos the same, at the latest, by our monotonic clock
 */
public record Measured(double value, double width, double sampleSeconds, long atNanos) {
  /** Samples of one series are further apart than that; rounding of their times is not. */
  private static final double SAME_SECONDS = 0.002;

  /** Which of two is to be kept: a sample that is told again, or told late, changes nothing. */
  Measured orNewer(Measured other) {
    boolean same = Math.abs(other.sampleSeconds - sampleSeconds) < SAME_SECONDS;
    return !same && other.atNanos > atNanos ? other : this;
  }
}

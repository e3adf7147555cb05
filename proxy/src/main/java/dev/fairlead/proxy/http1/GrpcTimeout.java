package dev.fairlead.proxy.http1;

import java.util.concurrent.TimeUnit;

/**
 * The value of {@code grpc-timeout}: one to eight digits and a unit (gRPC over HTTP/2, "Timeout").
 */
public final class GrpcTimeout {
  /** What {@link #parse} says of a value that is none. */
  public static final long BROKEN = -1;

  static final byte[] NAME = Ascii.bytes("grpc-timeout");
  static final int MAX_LENGTH = 9;
  private static final int MAX_DIGITS = 8;
  private static final long FIRST_WITH_MORE_DIGITS = 100_000_000;

  /** From the finest to the coarsest. */
  private static final byte[] UNITS = Ascii.bytes("numSMH");

  private static final TimeUnit[] LENGTHS = {
    TimeUnit.NANOSECONDS,
    TimeUnit.MICROSECONDS,
    TimeUnit.MILLISECONDS,
    TimeUnit.SECONDS,
    TimeUnit.MINUTES,
    TimeUnit.HOURS
  };

  private GrpcTimeout() {}

  /** Nanoseconds, 0 or more; {@link #BROKEN} for what is no timeout. */
  public static long parse(byte[] bytes, int from, int to) {
    int digits = to - 1 - from;
    if (digits < 1 || digits > MAX_DIGITS) {
      return BROKEN;
    }
    long amount = 0;
    for (int at = from; at < to - 1; at++) {
      if (!Ascii.digit(bytes[at])) {
        return BROKEN;
      }
      amount = amount * 10 + bytes[at] - '0';
    }
    for (int unit = 0; unit < UNITS.length; unit++) {
      if (bytes[to - 1] == UNITS[unit]) {
        // Saturates: some spell «for ever» as 99999999H.
        return LENGTHS[unit].toNanos(amount);
      }
    }
    return BROKEN;
  }

  /**
   * Writes a timeout in the finest unit that it fits in, rounded down.
   *
   * @param nanos 0 or more
   * @return how many bytes it took, {@link #MAX_LENGTH} at most
   */
  static int write(long nanos, byte[] into) {
    int unit = 0;
    long amount = nanos;
    while (amount >= FIRST_WITH_MORE_DIGITS && unit < UNITS.length - 1) {
      unit++;
      amount = LENGTHS[unit].convert(nanos, TimeUnit.NANOSECONDS);
    }
    byte[] digits = Ascii.bytes(Long.toString(Math.min(amount, FIRST_WITH_MORE_DIGITS - 1)));
    System.arraycopy(digits, 0, into, 0, digits.length);
    into[digits.length] = UNITS[unit];
    return digits.length + 1;
  }
}

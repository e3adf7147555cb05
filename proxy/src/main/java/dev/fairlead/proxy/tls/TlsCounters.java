package dev.fairlead.proxy.tls;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** One side's handshakes on one loop: written by it alone, read by anyone. */
@SuppressWarnings("EnumOrdinal") // an index into an array that lives as long as the enum
public final class TlsCounters {
  private static final int FULL = TlsFault.values().length;
  private static final int RESUMED = FULL + 1;
  private static final int UNDER_WAY = FULL + 2;

  private final AtomicLongArray values = new AtomicLongArray(FULL + 3);

  /** One begins; {@link #ended} follows. */
  public void begun() {
    add(UNDER_WAY, 1);
  }

  public void ended() {
    add(UNDER_WAY, -1);
  }

  /** One went well. */
  public void succeeded(boolean resumed) {
    add(resumed ? RESUMED : FULL, 1);
  }

  public void failed(TlsFault why) {
    add(why.ordinal(), 1);
  }

  public long underWay() {
    return values.getOpaque(UNDER_WAY);
  }

  private void add(int at, long delta) {
    values.setOpaque(at, values.getPlain(at) + delta);
  }

  /** All of some loops' counters. */
  public static Sums sum(Iterable<TlsCounters> all) {
    long[] sums = new long[FULL + 3];
    for (TlsCounters each : all) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += each.values.getOpaque(i);
      }
    }
    Map<TlsFault, Long> failures = new EnumMap<>(TlsFault.class);
    for (TlsFault fault : TlsFault.values()) {
      if (sums[fault.ordinal()] > 0) {
        failures.put(fault, sums[fault.ordinal()]);
      }
    }
    return new Sums(sums[FULL], sums[RESUMED], sums[UNDER_WAY], Map.copyOf(failures));
  }

  /**
   * Cumulative, but for the gauge {@code underWay}.
   *
   * @param full handshakes that went well from scratch
   * @param resumed and those that took up an earlier session
   * @param failures those that came to nothing, where there were any
   */
  public record Sums(long full, long resumed, long underWay, Map<TlsFault, Long> failures) {}
}

package dev.fairlead.simulator.scenario;

import java.util.Arrays;

/** Recorded requests in the order of their arrival. Immutable. */
public final class Trace {
  /** What a record does not say. */
  public static final long UNKNOWN = -1;

  private static final int FIELDS = 6;
  private final long[] fields;

  private Trace(long[] fields) {
    this.fields = fields;
  }

  public int size() {
    return fields.length / FIELDS;
  }

  /** Since the trace's start, nanoseconds. */
  public long atNanos(int index) {
    return fields[index * FIELDS];
  }

  /** 0…7, or {@link #UNKNOWN}. */
  public long trafficClass(int index) {
    return fields[index * FIELDS + 1];
  }

  /** Hash of the affinity key, or {@link #UNKNOWN}. */
  public long key(int index) {
    return fields[index * FIELDS + 2];
  }

  /** Or {@link #UNKNOWN}. */
  public long requestBytes(int index) {
    return fields[index * FIELDS + 3];
  }

  /** Or {@link #UNKNOWN}. */
  public long responseBytes(int index) {
    return fields[index * FIELDS + 4];
  }

  /** How long a worker was busy with it, nanoseconds, or {@link #UNKNOWN}. */
  public long serviceNanos(int index) {
    return fields[index * FIELDS + 5];
  }

  /** Makes a trace, a request after the other. */
  public static final class Builder {
    private long[] fields = new long[FIELDS * 1024];
    private int length;

    /**
     * Adds a request. See the accessors of {@link Trace} for units.
     *
     * @throws IllegalArgumentException if it arrives before the one before it, or a number is
     *     neither in its range nor {@link #UNKNOWN}
     */
    public Builder add(
        long atNanos,
        long trafficClass,
        long key,
        long requestBytes,
        long responseBytes,
        long serviceNanos) {
      long last = length == 0 ? 0 : fields[length - FIELDS];
      if (atNanos < last) {
        throw new IllegalArgumentException(
            "a request at " + atNanos + " ns after one at " + last + " ns");
      }
      Check.range("class", trafficClass, UNKNOWN, 7);
      Check.range("requestBytes", requestBytes, UNKNOWN, Long.MAX_VALUE);
      Check.range("responseBytes", responseBytes, UNKNOWN, Long.MAX_VALUE);
      Check.range("serviceNanos", serviceNanos, UNKNOWN, Long.MAX_VALUE);
      if (length == fields.length) {
        fields = Arrays.copyOf(fields, 2 * length);
      }
      fields[length++] = atNanos;
      fields[length++] = trafficClass;
      fields[length++] = key;
      fields[length++] = requestBytes;
      fields[length++] = responseBytes;
      fields[length++] = serviceNanos;
      return this;
    }

    /**
     * @throws IllegalArgumentException if it is empty
     */
    public Trace build() {
      if (length == 0) {
        throw new IllegalArgumentException("a trace without a request");
      }
      return new Trace(Arrays.copyOf(fields, length));
    }
  }
}

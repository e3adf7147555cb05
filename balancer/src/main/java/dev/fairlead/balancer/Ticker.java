package dev.fairlead.balancer;

/**
 * A source of monotonic time in nanoseconds; only differences mean anything. Safe for any thread.
 */
@FunctionalInterface
public interface Ticker {
  long nanos();
}

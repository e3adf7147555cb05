package dev.fairlead.balancer.health;

/** Why an endpoint is an outlier. */
public enum OutlierReason {
  CONSECUTIVE_FAILURES,
  SUCCESS_RATE,
  LATENCY
}

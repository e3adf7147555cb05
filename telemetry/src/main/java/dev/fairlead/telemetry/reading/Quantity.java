package dev.fairlead.telemetry.reading;

/** What is known of a destination, one number each; a metric's label. */
public enum Quantity {
  STARTED_RPS,
  ENDED_RPS,
  IN_FLIGHT,
  SUCCESS_RATIO,
  P50_NANOS,
  P99_NANOS,
  MEAN_NANOS,
  SENT_PER_REQUEST,
  RECEIVED_PER_REQUEST
}

package dev.fairlead.simulator.scenario;

/** A number of a contender's result, by the name that documents and JSON have. */
public enum Metric {
  COMPLETED("completed"),
  FAILED("failed"),
  SHED("shed"),
  /** Completed over all that ended. */
  SUCCESS_RATIO("successRatio"),
  MEAN_MILLIS("meanMillis"),
  P50_MILLIS("p50Millis"),
  P90_MILLIS("p90Millis"),
  P99_MILLIS("p99Millis"),
  P999_MILLIS("p999Millis"),
  /** Of what one cluster sends, the part that goes to another or to itself. */
  SHARE("share"),
  CROSS_CLUSTER_RATIO("crossClusterRatio"),
  DOLLARS_PER_HOUR("dollarsPerHour"),
  OSCILLATION_INDEX("oscillationIndex"),
  /** Requests sent to pods over requests of the traffic and of calls. */
  ATTEMPTS_RATIO("attemptsRatio"),
  /** What reports and plans take between clusters and broker. */
  BROKER_BYTES_PER_SECOND("brokerBytesPerSecond");

  private final String id;

  Metric(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }
}

package dev.fairlead.app.demo;

import java.util.Locale;

/**
 * One measured request.
 *
 * @param intendedNanos when it should have been sent, since the load began
 * @param latencyNanos from then to the end of its answer or to its failure
 * @param status of the answer; 0 without one
 * @param cluster that answered; empty if none said so
 */
record Sample(long intendedNanos, long latencyNanos, int status, String cluster, Ending ending) {
  /** How a request ended, seen from the client. */
  enum Ending {
    ANSWERED,
    CONNECT_FAILED,
    BROKEN,
    TIMED_OUT,
    UNANSWERED_AT_END,
    TOO_MANY_OUTSTANDING
  }

  static final String CSV_HEADER = "intended_nanos,latency_nanos,status,cluster,ending";

  boolean failed() {
    return ending != Ending.ANSWERED || status >= 500;
  }

  String toCsv() {
    return intendedNanos
        + ","
        + latencyNanos
        + ","
        + status
        + ","
        + cluster
        + ","
        + ending.name().toLowerCase(Locale.ROOT);
  }

  /** Reads what {@link #toCsv} wrote. */
  static Sample ofCsv(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException("not a sample: " + line);
    }
    return new Sample(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Integer.parseInt(fields[2]),
        fields[3],
        Ending.valueOf(fields[4].toUpperCase(Locale.ROOT)));
  }
}

package dev.fairlead.balancer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The running counts of one destination cluster, a row for each class that saw traffic. */
public final class ClusterCounters {
  /** Classes are 0 the lowest … 7 the highest. */
  public static final int CLASSES = 8;

  /** The class of a request that names none. */
  public static final int DEFAULT_CLASS = 3;

  private final AtomicReferenceArray<DestinationCounters> rows =
      new AtomicReferenceArray<>(CLASSES);

  /** The row of a class; one that is out of range counts as the nearest. */
  public DestinationCounters row(int trafficClass) {
    int at = Math.clamp(trafficClass, 0, CLASSES - 1);
    DestinationCounters row = rows.get(at);
    if (row != null) {
      return row;
    }
    rows.compareAndSet(at, null, new DestinationCounters());
    return rows.get(at);
  }

  /** A row for each class that saw traffic, and one of the default class if endpoints are there. */
  public List<DestinationReport> report(String cluster, int endpoints, int usable) {
    if (endpoints > 0) {
      row(DEFAULT_CLASS);
    }
    List<DestinationReport> reports = new ArrayList<>();
    for (int at = 0; at < CLASSES; at++) {
      DestinationCounters row = rows.get(at);
      if (row != null) {
        reports.add(row.report(cluster, at, endpoints, usable));
      }
    }
    return reports;
  }
}

package dev.fairlead.simulator.result;

import dev.fairlead.balancer.report.ClusterCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures the requests that began after the warm-up. One thread. */
public final class Recorder {
  private final long from;
  private final List<String> services;
  private final Tally[] byClass = new Tally[ClusterCounters.CLASSES];
  private final Tally[] byService;
  private final Tally stretch = new Tally();
  private final List<Curves.Point> points = new ArrayList<>();
  private long started;

  /**
   * @param from when the warm-up ends
   * @param services their names by number
   */
  public Recorder(long from, List<String> services) {
    this.from = from;
    this.services = services;
    this.byService = new Tally[services.size()];
    for (int at = 0; at < byClass.length; at++) {
      byClass[at] = new Tally();
    }
    for (int at = 0; at < byService.length; at++) {
      byService[at] = new Tally();
    }
  }

  /** A request of the traffic came in. */
  public void started(long now) {
    if (now >= from) {
      started++;
    }
  }

  /**
   * A request ended.
   *
   * @param traffic whether it is one of the traffic, not a call of a service
   * @param completed well
   * @param shed turned away; where it failed
   */
  public void ended(
      int service,
      int trafficClass,
      boolean traffic,
      boolean completed,
      boolean shed,
      long startedAt,
      long now) {
    if (startedAt < from) {
      return;
    }
    if (completed) {
      long nanos = now - startedAt;
      byService[service].completed(nanos);
      if (traffic) {
        byClass[trafficClass].completed(nanos);
        stretch.completed(nanos);
      }
    } else {
      byService[service].failed(shed);
      if (traffic) {
        byClass[trafficClass].failed(shed);
        stretch.failed(shed);
      }
    }
  }

  /** A stretch of the curves is over. */
  public void cut(long now, double dollarsPerHour, double oscillationIndex) {
    points.add(
        new Curves.Point((now - from) / 1e9, stretch.summary(), dollarsPerHour, oscillationIndex));
    stretch.clear();
  }

  public List<Curves.Point> points() {
    return points;
  }

  /** Requests of the traffic that began after the warm-up. */
  public long started() {
    return started;
  }

  public Summary all() {
    Tally all = new Tally();
    for (Tally each : byClass) {
      all.add(each);
    }
    return all.summary();
  }

  /** Of each class that had requests. */
  public Map<Integer, Summary> byClass() {
    Map<Integer, Summary> summaries = new TreeMap<>();
    for (int at = 0; at < byClass.length; at++) {
      if (byClass[at].ended() > 0) {
        summaries.put(at, byClass[at].summary());
      }
    }
    return summaries;
  }

  /** Of each service that had requests. */
  public Map<String, Summary> byService() {
    Map<String, Summary> summaries = new TreeMap<>();
    for (int at = 0; at < byService.length; at++) {
      if (byService[at].ended() > 0) {
        summaries.put(services.get(at), byService[at].summary());
      }
    }
    return summaries;
  }
}

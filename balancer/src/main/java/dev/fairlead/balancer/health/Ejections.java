package dev.fairlead.balancer.health;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Who is ejected at one moment, never more than the cap. Immutable; what is asked of one of these
 * holds together, whatever happens meanwhile. Iteration is in the order of the endpoint set and of
 * the ejections, so that a run can be replayed.
 */
public final class Ejections {
  private final SequencedSet<EndpointMonitor> members;
  private final int cap;
  private final SequencedMap<EndpointMonitor, EndpointMonitor.Ejection> ejected;
  private final long nextEnd;

  private Ejections(
      SequencedSet<EndpointMonitor> members,
      int cap,
      SequencedMap<EndpointMonitor, EndpointMonitor.Ejection> ejected) {
    this.members = members;
    this.cap = cap;
    this.ejected = ejected;
    long earliest = Long.MAX_VALUE;
    for (EndpointMonitor.Ejection ejection : ejected.values()) {
      earliest = Math.min(earliest, ejection.until());
    }
    nextEnd = earliest;
  }

  static Ejections none() {
    return new Ejections(new LinkedHashSet<>(), 0, new LinkedHashMap<>());
  }

  public boolean contains(EndpointMonitor monitor) {
    return !ejected.isEmpty() && ejected.containsKey(monitor);
  }

  public int count() {
    return ejected.size();
  }

  /** How many may be ejected at most. */
  public int cap() {
    return cap;
  }

  /** When the next ejection ends; {@link Long#MAX_VALUE} if nobody is ejected. */
  long nextEnd() {
    return nextEnd;
  }

  SequencedSet<EndpointMonitor> members() {
    return members;
  }

  boolean full() {
    return ejected.size() >= cap;
  }

  Ejections with(EndpointMonitor monitor, EndpointMonitor.Ejection ejection) {
    SequencedMap<EndpointMonitor, EndpointMonitor.Ejection> more = new LinkedHashMap<>(ejected);
    more.put(monitor, ejection);
    return new Ejections(members, cap, more);
  }

  /** Without those whose time is over. */
  Ejections at(long now) {
    SequencedMap<EndpointMonitor, EndpointMonitor.Ejection> left = new LinkedHashMap<>(ejected);
    left.values().removeIf(ejection -> ejection.until() <= now);
    return new Ejections(members, cap, left);
  }

  /** Of other members, under another cap; where that is too low the earliest to end are let go. */
  Ejections of(SequencedSet<EndpointMonitor> members, int cap) {
    SequencedMap<EndpointMonitor, EndpointMonitor.Ejection> left = new LinkedHashMap<>(ejected);
    left.keySet().retainAll(members);
    while (left.size() > cap) {
      left.remove(earliest(left));
    }
    return new Ejections(members, cap, left);
  }

  /** Those that were ejected before and are not in this. */
  Iterable<EndpointMonitor> returnedSince(Ejections before) {
    return before.ejected.keySet().stream().filter(monitor -> !contains(monitor)).toList();
  }

  private static EndpointMonitor earliest(
      SequencedMap<EndpointMonitor, EndpointMonitor.Ejection> ejected) {
    Map.Entry<EndpointMonitor, EndpointMonitor.Ejection> earliest = ejected.firstEntry();
    for (Map.Entry<EndpointMonitor, EndpointMonitor.Ejection> entry : ejected.entrySet()) {
      if (entry.getValue().until() < earliest.getValue().until()) {
        earliest = entry;
      }
    }
    return earliest.getKey();
  }
}

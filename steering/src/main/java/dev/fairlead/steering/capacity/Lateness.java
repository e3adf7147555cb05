package dev.fairlead.steering.capacity;

import java.util.Map;

/** Whether one destination is late for a reason of its own, or all are. */
public final class Lateness {
  // Both are estimates from counts, which chance makes small now and then; and a destination that
  // is well is late by next to nothing.
  private static final double ALIKE = 0.25;

  private Lateness() {}

  /**
   * What was seen of one destination.
   *
   * @param judged as it was before
   * @param inFlight NaN where unknown
   * @param travelling as {@link Saturation#after}
   * @param startedRps NaN where unknown
   */
  public record Look(Saturation judged, double inFlight, double travelling, double startedRps) {
    private boolean isOver() {
      return judged.isOver(inFlight, travelling, startedRps);
    }

    private double lateSeconds() {
      return judged.lateSeconds(inFlight, travelling, startedRps);
    }

    /** Whether it can tell if all are late by so much. */
    private boolean tells(double seconds) {
      return !judged.flagged() && judged.wouldShow(seconds, travelling, startedRps);
    }
  }

  /**
   * Whether a destination that looks overloaded is only late like all others on which it would
   * show: then the caller was slow to send or to hear, or all are, and no move would help.
   */
  public static boolean allAreLate(String name, Map<String, Look> looks) {
    Look own = looks.get(name);
    if (own == null || !own.isOver()) {
      return false;
    }
    double late = own.lateSeconds();
    boolean witnessed = false;
    for (Map.Entry<String, Look> entry : looks.entrySet()) {
      Look other = entry.getValue();
      if (!entry.getKey().equals(name) && other.tells(late)) {
        witnessed = true;
        if (other.lateSeconds() < ALIKE * late) {
          return false;
        }
      }
    }
    return witnessed;
  }
}

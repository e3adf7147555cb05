package dev.fairlead.app.state;

import dev.fairlead.kubernetes.enforce.EnforcerCounts;
import dev.fairlead.telemetry.TrafficStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done for services whose traffic others carry.
 *
 * @param objects that opted in
 * @param leads whether this process is the one that may write
 * @param traffic where the numbers come from
 * @param trouble why there are no new numbers; empty: there are
 * @param counts of what was written
 */
public record LedStatus(
    int objects, boolean leads, TrafficStatus traffic, String trouble, EnforcerCounts counts) {

  /** What an operator should know; a line each. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!leads) {
      notes.add("stands by: another controller leads and writes, or none yet");
    }
    if (!trouble.isEmpty()) {
      notes.add("no new numbers of " + traffic.set() + ", and weights stay: " + trouble);
    }
    return notes;
  }
}

package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.Problem;
import dev.fairlead.kubernetes.ObjectName;
import java.util.List;

/**
 * One object that we are responsible for, and what is wrong with it.
 *
 * @param parents which of a route's parentRefs are ours, by their index; problems count only those
 * @param refused why it is not in force as it is; empty: it is
 * @param unresolved its references that lead nowhere
 */
public record Judged(
    ObjectName name,
    Kind resource,
    String uid,
    long generation,
    List<Integer> parents,
    List<Problem> refused,
    List<Problem> unresolved) {
  public Judged {
    parents = List.copyOf(parents);
    refused = List.copyOf(refused);
    unresolved = List.copyOf(unresolved);
  }

  /**
   * How the API serves it.
   *
   * @param group empty for the core group
   */
  public record Kind(String group, String version, String plural) {
    public String apiVersion() {
      return group.isEmpty() ? version : group + "/" + version;
    }
  }
}

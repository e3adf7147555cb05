package dev.fairlead.kubernetes.enforce;

import java.util.Map;

/**
 * What an enforcer did since it started.
 *
 * @param writes of an object's weights
 * @param restored objects that got their original weights back
 * @param suppressed writes that were not needed, by reason
 * @param conflicts writes that somebody else's came before; each was decided anew
 * @param refused writes that were not made, by reason
 * @param failures of the API server
 */
public record EnforcerCounts(
    long writes,
    long restored,
    Map<String, Long> suppressed,
    long conflicts,
    Map<String, Long> refused,
    long failures) {
  public EnforcerCounts {
    suppressed = Map.copyOf(suppressed);
    refused = Map.copyOf(refused);
  }
}

package dev.fairlead.telemetry.query;

import dev.fairlead.balancer.endpoint.ServiceName;

/**
 * Whose numbers are asked for: one destination of one service.
 *
 * @param destination as the metrics name it: a split's backend, or a cluster
 */
public record Target(ServiceName service, String destination) {
  private static final int LONGEST = 253;

  /** Whether metrics can have such names: any longer or stranger ones are somebody's mistake. */
  public boolean canBeAsked() {
    return isName(destination) && isName(service.namespace()) && isName(service.name());
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST
        && name.chars().allMatch(each -> each > ' ' && each < 127);
  }
}

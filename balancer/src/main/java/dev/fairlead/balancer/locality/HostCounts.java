package dev.fairlead.balancer.locality;

/**
 * How many endpoints a priority or a locality has, and how many of them may be used.
 *
 * @param hosts all that are not draining, at least 0
 * @param healthy of those, the ones that are fit for use
 * @param degraded of those, the ones that are fit only where healthy ones do not suffice; healthy
 *     and degraded together are at most {@code hosts}
 */
public record HostCounts(int hosts, int healthy, int degraded) {
  public HostCounts {
    if (healthy < 0 || degraded < 0 || (long) healthy + degraded > hosts) {
      throw new IllegalArgumentException(
          healthy + " healthy and " + degraded + " degraded of " + hosts + " hosts");
    }
  }

  public HostCounts(int hosts, int healthy) {
    this(hosts, healthy, 0);
  }
}

package dev.fairlead.route;

import java.util.List;

/**
 * A named set of rules for some hosts.
 *
 * @param name {@code namespace/name} of the HTTPRoute
 * @param hosts at least one; {@link HostPattern#ANY} where the document names none
 * @param created order among equals: older first, then by name (Gateway API)
 */
public record Route(String name, List<HostPattern> hosts, List<Rule> rules, long created) {
  public Route {
    hosts = List.copyOf(hosts);
    rules = List.copyOf(rules);
  }
}

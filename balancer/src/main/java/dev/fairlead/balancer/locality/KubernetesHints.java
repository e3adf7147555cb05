package dev.fairlead.balancer.locality;

import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.Place;

/**
 * Which of a service's endpoints are meant for a caller by the hints of their EndpointSlices, read
 * as kube-proxy reads them: hints of one kind count only if every ready endpoint has one and at
 * least one names the caller's node or zone, and hints for nodes come before those for zones (KEP
 * 2433, KEP 3015). Otherwise they are ignored as a whole, never endpoint by endpoint: half a set of
 * hints would overload the endpoints that have them.
 *
 * @param name of the node or zone that is preferred; empty in {@link Mode#NONE}
 */
public record KubernetesHints(Mode mode, String name) {
  /** Hints that are not heeded. */
  public static final KubernetesHints IGNORED = new KubernetesHints(Mode.NONE, "");

  /**
   * @param ready hints of each ready endpoint of the caller's own cluster, {@link Hints#NONE} for
   *     one without; endpoints that are not ready have no say
   * @param caller its zone and node; an empty one is unknown and is named by no hint
   */
  public static KubernetesHints of(Iterable<Hints> ready, Place caller) {
    String zone = caller.locality().zone();
    String node = caller.node();
    boolean any = false;
    boolean allForNodes = true;
    boolean oneForThisNode = false;
    boolean allForZones = true;
    boolean oneForThisZone = false;
    for (Hints hints : ready) {
      any = true;
      allForNodes &= !hints.nodes().isEmpty();
      oneForThisNode |= !node.isEmpty() && hints.nodes().contains(node);
      allForZones &= !hints.zones().isEmpty();
      oneForThisZone |= !zone.isEmpty() && hints.zones().contains(zone);
    }
    if (any && allForNodes && oneForThisNode) {
      return new KubernetesHints(Mode.SAME_NODE, node);
    }
    if (any && allForZones && oneForThisZone) {
      return new KubernetesHints(Mode.SAME_ZONE, zone);
    }
    return IGNORED;
  }

  /** Whether an endpoint with these hints is meant for the caller. Allocates nothing. */
  public boolean admits(Hints hints) {
    return switch (mode) {
      case NONE -> true;
      case SAME_ZONE -> hints.zones().contains(name);
      case SAME_NODE -> hints.nodes().contains(name);
    };
  }

  /** Which kind of hint is heeded. */
  public enum Mode {
    NONE,
    SAME_ZONE,
    SAME_NODE
  }
}

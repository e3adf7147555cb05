package dev.fairlead.balancer.endpoint;

/**
 * Where a request comes from or goes to: a cluster id and a locality, and where known the node and
 * network.
 */
public record Place(String cluster, Locality locality, String node, String network) {
  public static final Place UNKNOWN = new Place("", Locality.UNKNOWN, "", "");
}

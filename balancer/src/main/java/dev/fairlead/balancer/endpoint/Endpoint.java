package dev.fairlead.balancer.endpoint;

import dev.fairlead.balancer.hash.XxHash64;

/**
 * One address that serves a service.
 *
 * @param weight declared weight, finite and at least 0; 0 gets nothing
 * @param hints for whom it is meant
 */
public record Endpoint(
    Address address, Place place, Labels labels, double weight, Hints hints, Condition condition) {
  /** Keeps it apart from the hashes that balance. */
  private static final long SESSION_SEED = 0x5e5510;

  /** What its source says of it. */
  public enum Condition {
    READY,
    /** Gets requests only as far as those that are ready do not suffice. */
    DEGRADED,
    /**
     * Ends what it has and gets nothing new, as one that terminates; unless all do: then it is
     * used, as by kube-proxy, since it still serves.
     */
    DRAINING
  }

  public Endpoint {
    if (!(weight >= 0) || weight == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "weight " + weight + " of " + address + " is not a finite number ≥ 0");
    }
  }

  public Endpoint(Address address, Place place, Labels labels, double weight) {
    this(address, place, labels, weight, Hints.NONE, Condition.READY);
  }

  public Endpoint(Address address, Place place) {
    this(address, place, Labels.NONE, 1);
  }

  public String cluster() {
    return place.cluster();
  }

  public Identity identity() {
    return new Identity(place.cluster(), address);
  }

  /**
   * What a client is told of the endpoint that it is bound to: the same in every process, never 0,
   * and not the address itself.
   */
  public long sessionId() {
    long hash = XxHash64.hash(place.cluster() + "|" + address, SESSION_SEED);
    return hash == 0 ? 1 : hash;
  }

  /** What makes an endpoint the same one after an update, so that its statistics survive. */
  public record Identity(String cluster, Address address) {}
}

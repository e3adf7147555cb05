package dev.fairlead.balancer.endpoint;

/**
 * One address that serves a service. Its identity, by which statistics survive an update, is
 * ({@link Place#cluster()}, {@link #address()}).
 *
 * @param weight declared weight, finite and at least 0; 0 gets nothing
 */
public record Endpoint(Address address, Place place, Labels labels, double weight) {
  public Endpoint {
    if (!(weight >= 0) || weight == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "weight " + weight + " of " + address + " is not a finite number ≥ 0");
    }
  }

  public Endpoint(Address address, Place place) {
    this(address, place, Labels.NONE, 1);
  }

  public String cluster() {
    return place.cluster();
  }
}

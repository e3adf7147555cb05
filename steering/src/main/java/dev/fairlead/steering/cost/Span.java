package dev.fairlead.steering.cost;

import dev.fairlead.balancer.endpoint.Locality;

/** The widest border that bytes cross on their way: what clouds bill by. */
public enum Span {
  /** Whatever lies between the two. */
  ANY,
  SAME_ZONE,
  /** Two zones of one region. */
  CROSS_ZONE,
  /** Two regions of one provider. */
  CROSS_REGION,
  /** From one provider to another. */
  INTERNET;

  /**
   * What lies between two places for certain; {@link #ANY} where an unknown region or zone leaves
   * that open. A place whose provider is not known counts as in the other one's cloud.
   */
  static Span between(Locality from, String provider, Locality to, String otherProvider) {
    if (!provider.isEmpty() && !otherProvider.isEmpty() && !provider.equals(otherProvider)) {
      return INTERNET;
    }
    if (from.region().isEmpty() || to.region().isEmpty()) {
      return ANY;
    }
    if (!from.region().equals(to.region())) {
      return CROSS_REGION;
    }
    if (from.zone().isEmpty() || to.zone().isEmpty()) {
      return ANY;
    }
    return from.zone().equals(to.zone()) ? SAME_ZONE : CROSS_ZONE;
  }

  /** As documents write it: {@code cross-zone}. */
  public String id() {
    return switch (this) {
      case ANY -> "any";
      case SAME_ZONE -> "same-zone";
      case CROSS_ZONE -> "cross-zone";
      case CROSS_REGION -> "cross-region";
      case INTERNET -> "internet";
    };
  }
}

package dev.fairlead.balancer.pick;

/** Why a pick found no endpoint. */
public enum Refusal implements Pick {
  /** The service has no endpoint at all, or none that the request may use. */
  NO_ENDPOINT("no endpoint"),
  /** There are endpoints, and none of them can be reached. */
  ALL_UNREACHABLE("all endpoints unreachable"),
  /** There are endpoints, and all of them are ejected. */
  ALL_EJECTED("all endpoints ejected"),
  /** A limit on requests in flight is reached. */
  OVER_LIMIT("over the limit of requests in flight"),
  /** The plan turns a part of its class away: there is no capacity for all of it anywhere. */
  SHED("shed: no capacity for all of its class"),
  /** Residency forbids every endpoint that is left. */
  FORBIDDEN("forbidden by residency"),
  /** The balancer is closed. */
  CLOSED("balancer closed");

  private final String reason;

  Refusal(String reason) {
    this.reason = reason;
  }

  /** For a person: lower case, no full stop. */
  public String reason() {
    return reason;
  }
}

package dev.fairlead.balancer.pick;

/** What is to be thought of an endpoint, whatever the request is. */
enum Fitness {
  HEALTHY,
  /** Its source says so: for what the healthy ones cannot take. */
  DEGRADED,
  /** By active checks. */
  UNHEALTHY,
  /** As an outlier. */
  EJECTED,
  /** By failed connects: no opinion that panic could disregard, a request there only fails. */
  UNREACHABLE
}

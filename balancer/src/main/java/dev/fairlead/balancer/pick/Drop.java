package dev.fairlead.balancer.pick;

/** Why an endpoint gets no request, whatever else is the case. */
enum Drop {
  WEIGHT_ZERO,
  DRAINING,
  FORBIDDEN
}

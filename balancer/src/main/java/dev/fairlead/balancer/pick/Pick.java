package dev.fairlead.balancer.pick;

/** A pick's result: a lease on an endpoint, or why there is none. */
public sealed interface Pick permits Lease, Refusal {}

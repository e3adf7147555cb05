package dev.fairlead.balancer.pick;

/** Chooses an endpoint for each request of one service. Safe for any thread; never blocks. */
@FunctionalInterface
public interface Balancer {
  Pick pick(Request request);
}

package dev.fairlead.balancer.pick;

import java.util.List;
import java.util.function.Consumer;

/**
 * Chooses an endpoint for each request of one service. Safe for any thread; never blocks. What it
 * asks besides, a plain function leaves at: no limit on retries, no interest in reports.
 */
@FunctionalInterface
public interface Balancer {
  Pick pick(Request request);

  /**
   * Picks, and tells why to a listener, which runs on the thread that picks and should be quick;
   * what it throws the pick throws, its lease ended as ignored. One that cannot explain tells
   * nothing.
   */
  default Pick pick(Request request, Consumer<Explanation> listener) {
    return pick(request);
  }

  /** Picks, and notes why in few words. One that cannot say why makes them empty. */
  default Pick pick(Request request, PickReason reason) {
    reason.clear();
    return pick(request);
  }

  /** Counts a request in the retry budget: its first attempt, not its retries. */
  default void countRequest() {}

  /**
   * Takes a retry out of the budget, to be called before its back-off begins; false: it is spent.
   */
  default boolean tryRetry() {
    return true;
  }

  /**
   * Whether it weighs what endpoints report of their load beside their answers, so that a lease
   * should be ended with it. Reading reports that nobody weighs would be work for nothing.
   */
  default boolean weighsLoadReports() {
    return false;
  }

  /**
   * The active checks of all endpoints, for whoever sends them; none where there are to be none.
   */
  default List<EndpointCheck> checks() {
    return List.of();
  }
}

package dev.fairlead.app.state;

import java.util.List;

/**
 * How the process itself is.
 *
 * @param ready listeners are bound, a configuration is in force and no drain has begun
 * @param reasons why it is not ready, and what else an operator should know; a line each
 * @param lastReloadOkAtMillis wall clock; 0 if none ever was
 */
public record Status(
    boolean ready,
    boolean draining,
    List<String> reasons,
    State.Config config,
    long lastReloadOkAtMillis) {
  public Status {
    reasons = List.copyOf(reasons);
  }
}

package dev.fairlead.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one listener, compiled so that finding one costs about the same for three and for
 * three thousand. Immutable; safe for any thread; {@link #find} allocates nothing.
 */
public final class RouteTable {
  private RouteTable() {}

  /** The routes of a listener, narrowed by its own hostname. */
  public static RouteTable of(Listener listener) {
    return of(listener.hostname(), listener.routes());
  }

  public static RouteTable of(HostPattern listenerHostname, List<Route> routes) {
    throw new AssertionError("to come");
  }

  /** What the request matches first by Gateway API precedence, or null. */
  public @Nullable Matched find(RequestView request) {
    throw new AssertionError("to come");
  }

  /** All that {@link #find} may return, at their {@link Matched#index()}. */
  public List<Matched> all() {
    throw new AssertionError("to come");
  }
}

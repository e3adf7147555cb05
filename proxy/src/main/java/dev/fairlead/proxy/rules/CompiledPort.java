package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.route.Listener;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All listeners that share one address and port, as a Gateway's listeners for several hosts do. The
 * most specific one that takes a request's host has it alone. Immutable; safe for any thread.
 */
public final class CompiledPort {
  private final CompiledListener[] listeners;

  private CompiledPort(CompiledListener[] listeners) {
    this.listeners = listeners;
  }

  /**
   * @param listeners at least one, of the same address and port
   */
  public static CompiledPort of(
      List<Listener> listeners, Function<ServiceName, Balancer> balancers) {
    return new CompiledPort(
        listeners.stream()
            .map(listener -> CompiledListener.of(listener, balancers))
            .sorted(Comparator.comparingInt(CompiledListener::specificity).reversed())
            .toArray(CompiledListener[]::new));
  }

  /** Whose the request is; null where no listener takes its host. */
  public @Nullable CompiledListener find(RequestHead request) {
    for (CompiledListener listener : listeners) {
      if (listener.takes(request)) {
        return listener;
      }
    }
    return null;
  }

  /** What to call the port where no request tells its listeners apart. */
  public String name() {
    return listeners[0].name();
  }
}

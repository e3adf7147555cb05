package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.route.Action;
import dev.fairlead.route.BackendChoice;
import dev.fairlead.route.Tunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes that is led as it is. Immutable; safe for any thread.
 *
 * @param backends in the order of the action's
 */
public record CompiledTunnel(
    String listener, String route, Action.Forward to, List<Backend> backends) {

  /** One backend; {@code service} and {@code balancer} null where the reference is invalid. */
  public record Backend(
      Action.Backend source, @Nullable ServiceName service, @Nullable Balancer balancer) {}

  static CompiledTunnel of(
      String listener, Tunnel tunnel, Function<ServiceName, Balancer> balancers) {
    List<Backend> backends = new ArrayList<>();
    for (Action.Backend source : tunnel.to().backends()) {
      ServiceName service = source.service().orElse(null);
      backends.add(new Backend(source, service, service == null ? null : balancers.apply(service)));
    }
    return new CompiledTunnel(listener, tunnel.name(), tunnel.to(), List.copyOf(backends));
  }

  /** Drawn by weight; null where no backend has any. */
  @SuppressWarnings("ReferenceEquality") // the very backend that was drawn
  public @Nullable Backend choose(RandomSource random) {
    Action.Backend chosen = BackendChoice.of(to, random);
    for (Backend backend : backends) {
      if (backend.source == chosen) {
        return backend;
      }
    }
    return null;
  }
}

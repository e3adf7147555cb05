package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.probe.ServerLoad;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.proxy.tls.ClientContexts;
import dev.fairlead.proxy.tls.CompiledServerTls;
import dev.fairlead.proxy.tls.ServerContexts;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.UpstreamTls;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What listeners and rules are compiled from.
 *
 * @param balancers of every service that a route names
 * @param loads of services that are answered for when they are asked for their load
 */
public record Materials(
    RouteConfig config,
    Function<ServiceName, Balancer> balancers,
    Function<ServiceName, ServerLoad> loads,
    ServerContexts serverTls,
    ClientContexts clientTls) {

  @Nullable CompiledServerTls serverTls(Listener listener) {
    return listener
        .tls()
        .map(tls -> serverTls.compile(listener.name(), tls, config.credentials()))
        .orElse(null);
  }

  /** Null for a service that is not answered for. */
  @Nullable ServerLoad load(ServiceName service) {
    return config.treatment(service).answersProbes() ? loads.apply(service) : null;
  }

  /**
   * How checks and probes of a service's endpoints are secured; null for clear text.
   *
   * @param port their own; empty for that of requests
   */
  public @Nullable ClientContext askingTls(ServiceName service, OptionalInt port, Protocol spoken) {
    UpstreamTls tls = port.isPresent() ? null : config.upstreams().get(service);
    return tls == null
        ? null
        : clientTls.compile(
            tls,
            config.listeners().stream().flatMap(each -> each.clientKey().stream()).findFirst(),
            config.credentials(),
            agreed(spoken));
  }

  /** How a listener's requests to a service are secured; null for clear text. */
  @Nullable ClientContext clientTls(ServiceName service, Protocol spoken, Listener from) {
    UpstreamTls tls = config.upstreams().get(service);
    return tls == null
        ? null
        : clientTls.compile(tls, from.clientKey(), config.credentials(), agreed(spoken));
  }

  /** What is to be agreed on by ALPN. */
  private static String agreed(Protocol spoken) {
    return spoken == Protocol.H2C ? "h2" : "http/1.1";
  }
}

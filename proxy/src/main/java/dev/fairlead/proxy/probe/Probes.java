package dev.fairlead.proxy.probe;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.balancer.probe.ServerLoad;
import dev.fairlead.proxy.rules.Materials;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The probes of all services, sent and answered. What is counted outlives reloads. */
public final class Probes {
  private final List<ProbeSender> senders;
  private final Map<ServiceName, ServiceProber> probers = new ConcurrentHashMap<>();
  private final Map<ServiceName, ServerLoad> loads = new ConcurrentHashMap<>();

  /** The sender of the thread's own loop; null on a thread that is none's. */
  private final FastThreadLocal<@Nullable ProbeSender> own =
      new FastThreadLocal<>() {
        @Override
        protected @Nullable ProbeSender initialValue() {
          return senders.stream().filter(ProbeSender::isHere).findFirst().orElse(null);
        }
      };

  /**
   * @param senders one of each loop
   */
  public Probes(List<ProbeSender> senders) {
    this.senders = List.copyOf(senders);
  }

  /**
   * What sends a service's probes: for the service's balancer, which may be made before the
   * configuration that says how is in force. Until then, and without one, each probe fails.
   */
  public Prober prober(ServiceName service) {
    return probers.computeIfAbsent(service, ServiceProber::new);
  }

  /** The load of a service that is answered for, as this process sees it. */
  public ServerLoad load(ServiceName service) {
    return loads.computeIfAbsent(service, _ -> new ServerLoad());
  }

  /**
   * The probes of a configuration that is being made, to be given to {@link #apply}.
   *
   * @throws IllegalArgumentException for one that could not be written into a head
   */
  public Runnable compile(Materials materials) {
    Map<ServiceName, CompiledProbe> compiled = new HashMap<>();
    materials
        .config()
        .treatments()
        .forEach(
            (service, treatment) ->
                treatment
                    .probe()
                    .ifPresent(
                        probe ->
                            compiled.put(
                                service,
                                CompiledProbe.of(
                                    probe,
                                    materials.askingTls(
                                        service, probe.port(), probe.protocol())))));
    return () -> apply(compiled);
  }

  private void apply(Map<ServiceName, CompiledProbe> compiled) {
    compiled.keySet().forEach(this::prober);
    probers.forEach((service, prober) -> prober.how = compiled.get(service));
  }

  private final class ServiceProber implements Prober {
    private final ServiceName service;
    private volatile @Nullable CompiledProbe how;

    ServiceProber(ServiceName service) {
      this.service = service;
    }

    @Override
    public void probe(Endpoint endpoint, long timeoutNanos, Consumer<ProbeReply> reply) {
      CompiledProbe current = how;
      if (current == null) {
        reply.accept(ProbeReply.Unanswered.FAILED);
        return;
      }
      ProbeSender here = own.get();
      if (here != null) {
        here.send(service, current, endpoint.address(), timeoutNanos, reply);
      } else {
        // Somebody who only asks where a request would go.
        senders.getFirst().ask(service, current, endpoint.address(), timeoutNanos, reply);
      }
    }
  }
}

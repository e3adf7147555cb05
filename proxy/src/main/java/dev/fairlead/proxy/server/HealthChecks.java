package dev.fairlead.proxy.server;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.proxy.check.CheckCounters;
import dev.fairlead.proxy.check.CompiledCheck;
import dev.fairlead.proxy.exchange.Loop;
import dev.fairlead.proxy.rules.Materials;
import dev.fairlead.proxy.tls.ClientContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Which loop checks the endpoints of which services: each service is one loop's. */
final class HealthChecks {
  private final List<Loop> loops;
  private final Map<ServiceName, CheckCounters> counters = new ConcurrentHashMap<>();

  HealthChecks(List<Loop> loops) {
    this.loops = loops;
  }

  /**
   * The checks of a configuration that is being made.
   *
   * @throws IllegalArgumentException for one that could not be written into a head
   */
  List<CompiledCheck> compile(Materials materials) {
    List<CompiledCheck> compiled = new ArrayList<>();
    materials
        .config()
        .checks()
        .forEach(
            (service, check) -> {
              Balancer balancer = materials.balancers().apply(service);
              ClientContext tls = materials.askingTls(service, check.port(), check.protocol());
              compiled.add(CompiledCheck.of(service, balancer, check, tls, countersOf(service)));
            });
    return compiled;
  }

  private CheckCounters countersOf(ServiceName service) {
    return counters.computeIfAbsent(service, _ -> new CheckCounters());
  }

  /** Puts them in force. What was found before the balancers remember. */
  void apply(List<CompiledCheck> compiled) {
    counters
        .keySet()
        .retainAll(compiled.stream().map(CompiledCheck::service).collect(Collectors.toSet()));
    for (int i = 0; i < loops.size(); i++) {
      List<CompiledCheck> own = new ArrayList<>();
      for (int at = i; at < compiled.size(); at += loops.size()) {
        own.add(compiled.get(at));
      }
      Loop loop = loops.get(i);
      loop.events.execute(() -> loop.checker.serve(own));
    }
  }

  /** What became of them, by service. */
  Map<ServiceName, CheckCounters.Sums> sums() {
    Map<ServiceName, CheckCounters.Sums> sums = new TreeMap<>();
    counters.forEach((service, counted) -> sums.put(service, counted.sums()));
    return sums;
  }
}

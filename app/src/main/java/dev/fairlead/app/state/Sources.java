package dev.fairlead.app.state;

import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.otlp.ExportCounts;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.server.ProxyServer;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where everything that a process shows comes from: read when somebody looks, so that nothing is
 * pushed from the data path.
 *
 * @param version of Fairlead
 * @param stepFailures steering steps that threw
 * @param accessLogDropped lines lost because the output stalled
 * @param exchanges as they end, and what is remembered of them
 * @param exemplars traces by their latency
 * @param traces what became of spans; empty where there are none
 */
public record Sources(
    String version,
    Supplier<InForce> inForce,
    Supplier<Status> status,
    Supplier<Map<ServiceName, PlanView>> plans,
    LongSupplier stepFailures,
    Supplier<ProxyServer.Counters> proxy,
    LongSupplier accessLogDropped,
    Supplier<Optional<ExportCounts>> traces,
    EgressMeter egress,
    Exchanges exchanges,
    LatencyExemplars exemplars,
    Ticker ticker,
    Clock clock) {}

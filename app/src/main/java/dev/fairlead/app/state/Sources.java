package dev.fairlead.app.state;

import dev.fairlead.app.control.Led;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.Pings;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.otlp.ExportCounts;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.steering.control.Objective;
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
 * @param steering services that are steered, as the documents have it
 * @param others services whose traffic others carry
 * @param overrides what operators order over that
 * @param pings that measure how far other clusters are
 * @param ledger what traffic there was, for reports
 * @param stepFailures steering steps that threw
 * @param accessLogDropped lines lost because the output stalled
 * @param exchanges as they end, and what is remembered of them
 * @param exemplars traces by their latency
 * @param traces what became of spans; empty where there are none
 * @param led what is done for what others carry; empty where none may be led
 */
public record Sources(
    String version,
    Supplier<InForce> inForce,
    Supplier<Status> status,
    Supplier<Map<ServiceName, PlanView>> plans,
    Supplier<Map<ServiceName, Objective>> steering,
    Supplier<Map<ServiceName, Led>> others,
    Overrides overrides,
    LongSupplier stepFailures,
    Supplier<ProxyServer.Counters> proxy,
    LongSupplier accessLogDropped,
    Supplier<Optional<ExportCounts>> traces,
    Supplier<Optional<LedStatus>> led,
    Pings pings,
    EgressMeter egress,
    TrafficLedger ledger,
    Exchanges exchanges,
    LatencyExemplars exemplars,
    Ticker ticker,
    Clock clock) {}

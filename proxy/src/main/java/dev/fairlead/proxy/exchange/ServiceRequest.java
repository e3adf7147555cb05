package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.proxy.http1.LoadMetrics;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.loop.LoopCounters;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.rules.CompiledRule.Backend;
import dev.fairlead.proxy.upstream.UpstreamPool;
import dev.fairlead.proxy.upstream.UpstreamStream;
import dev.fairlead.route.AffinityKey;
import org.jspecify.annotations.Nullable;

/**
 * A request as the balancer of its service sees it: the backend that the route chose, the key, and
 * where it was tried. Reused with its exchange.
 */
final class ServiceRequest implements Request {
  private final RequestHead head;
  private final Attempt attempt;
  private String clientAddress = "";
  private @Nullable Backend backend;

  /** Hash of the request's key, once the balancer asked; a retry picks by the same. */
  private long affinity;

  private boolean affinityKnown;
  private long session;
  private int trafficClass = TrafficClass.USUAL;

  ServiceRequest(RequestHead head, Attempt attempt) {
    this.head = head;
    this.attempt = attempt;
  }

  /**
   * @param session where the client's session says that it goes; 0 for anywhere
   */
  void begin(Backend backend, String clientAddress, int trafficClass, long session) {
    this.session = session;
    this.trafficClass = trafficClass;
    this.backend = backend;
    this.clientAddress = clientAddress;
    affinityKnown = false;
  }

  void clear() {
    backend = null;
  }

  /**
   * @throws IllegalStateException if the route chose none
   */
  Backend backend() {
    Backend current = backend;
    if (current == null) {
      throw new IllegalStateException("the request goes to no backend");
    }
    return current;
  }

  /** Null where the route names a service that does not exist. */
  @Nullable Balancer balancer() {
    return backend().balancer();
  }

  /** A stream to one of its endpoints, not started. */
  UpstreamStream stream(UpstreamPool pool, Endpoint to) {
    Backend current = backend();
    return pool.take(
        to.address(), current.tls(), current.http2(), current.connections(), trafficClass);
  }

  /** What the endpoint says of its load beside its answer, where anybody weighs that. */
  LoadReport loadReport(ResponseHead answer, LoopCounters counters) {
    Balancer balancer = balancer();
    if (balancer == null || !balancer.weighsLoadReports()) {
      return LoadReport.NONE;
    }
    LoadReport said = LoadMetrics.of(answer);
    if (said == null) {
      counters.add(Counter.LOAD_REPORTS_BROKEN, 1);
      return LoadReport.NONE;
    }
    return said;
  }

  @Override
  public int trafficClass() {
    return trafficClass;
  }

  @Override
  public boolean hasAffinity() {
    return affinity() != AffinityKey.NONE;
  }

  @Override
  public long affinity() {
    if (!affinityKnown) {
      AffinityKey key = backend().affinity();
      affinity = key == null ? AffinityKey.NONE : key.hash(head, clientAddress);
      affinityKnown = true;
    }
    return affinity;
  }

  @Override
  public long session() {
    return session;
  }

  @Override
  public boolean triedIn(String cluster) {
    return attempt.failedIn(cluster);
  }

  @Override
  public boolean tried(Endpoint endpoint) {
    return attempt.failedAt(endpoint);
  }
}

package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Pick;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.proxy.rules.CompiledTunnels;
import dev.fairlead.proxy.trace.RequestTrace;
import org.jspecify.annotations.Nullable;

/** What there is to say of a connection that was led as it is: of requests in it, nothing. */
public final class TunnelLog extends Logged {
  private final Loop loop;
  private final String serverName;

  /** Null where the proxy does not trace. */
  private final @Nullable RequestTrace trace;

  /**
   * @param serverName that a TLS client asked for; else empty
   */
  public TunnelLog(Loop loop, CompiledTunnels by, String clientAddress, String serverName) {
    this.loop = loop;
    this.listener = by.name();
    this.clientAddress = clientAddress;
    this.protocol = by.byName() ? "TLS" : "TCP";
    this.serverName = serverName;
    this.trace = loop.tracer == null ? null : new RequestTrace(loop.tracer);
    if (trace != null) {
      trace.begin(by.traceRatio());
    }
  }

  /**
   * It is known where the connection goes.
   *
   * @param to null where that is nowhere
   */
  public void begin(long now, String by, @Nullable ServiceName to) {
    begun = now;
    route = by;
    service = to;
  }

  /** Picks an endpoint for one more attempt. */
  public Pick pick(Balancer balancer, Request asked) {
    Pick pick = balancer.pick(asked, reason);
    switch (pick) {
      case Refusal refusal -> {
        if (service != null && attempts == 0) {
          loop.counters.refused(service, refusal);
        }
      }
      case Lease picked -> {
        attempts++;
        endpoint = picked.endpoint();
      }
    }
    return pick;
  }

  /** The endpoint is reached: what went wrong before was made good. */
  public void connected() {
    flags = "";
    detail = "";
    connectNanos = loop.ticker.nanos() - begun;
  }

  /** Bytes of the client were passed on. */
  public void sent(int bytes) {
    requestBytes += bytes;
  }

  /** Bytes of the endpoint were. */
  public void received(int bytes) {
    responseBytes += bytes;
  }

  /** Says that something went wrong, and why. The first reason stands. */
  public void failed(String flag, String why) {
    if (flags.isEmpty()) {
      flag(flag, why);
    }
  }

  /** It has ended: tells whoever keeps the log. */
  public void ended(TunnelEnd how) {
    totalNanos = loop.ticker.nanos() - begun;
    tunnelEnd = how;
    try {
      if (trace != null && trace.sampled()) {
        Spans.tunnel(trace, this);
      }
      loop.listener.ended(this);
    } catch (RuntimeException e) {
      loop.listener.failed(e);
    }
  }

  @Override
  public String method() {
    return "";
  }

  @Override
  public String target() {
    return "";
  }

  @Override
  public String host() {
    return serverName;
  }

  @Override
  public String peer() {
    return "";
  }

  @Override
  public int status() {
    return 0;
  }

  @Override
  public long firstByteNanos() {
    return -1;
  }

  @Override
  public String traceId() {
    return trace == null ? "" : trace.traceId();
  }
}
